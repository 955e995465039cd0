import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { examineMapping, startingMapping } from '../../../electron/ledger/mapping.ts';
import { mappingSchemaText } from '../../../electron/ledger/mapping-schema.ts';
import { documentOf, draftOfMapping } from '../../../renderer/extracts/mapping-draft.ts';
import type { ExtractPreview } from '../../../shared/extracts.ts';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
const published = readFileSync(join(DOCS, 'mapping.schema.json'), 'utf8');
const [, example = ''] = /```json\n(.*?)```/s.exec(readFileSync(join(DOCS, 'extracts.md'), 'utf8')) ?? [];

function faults(mapping: object): readonly string[] {
  const examined = examineMapping(JSON.stringify({ mapping: 1, name: 'm', revision: 1, ...mapping }));
  return examined.ok ? [] : examined.faults.map(({ path, message }) => `${path} ${message}`);
}

describe('docs/mapping.schema.json', () => {
  it('is what tieout mappings schema prints, and takes the manual’s example', () => {
    expect(published).toBe(mappingSchemaText());
    const schema = z.fromJSONSchema(JSON.parse(published));
    for (const text of [example, startingMapping()]) {
      expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined();
      expect(examineMapping(text)).toMatchObject({ ok: true });
    }
  });
});

describe('a mapping', () => {
  it('is refused with every fault and its place', () => {
    const text =
      '{\n  "mapping": 2,\n  "name": "",\n  "fields": {\n    "amount": { "decimal": ";" },\n    "betrag": 1\n  }\n}';
    const examined = examineMapping(text);
    if (examined.ok) throw new Error('it was taken');
    expect(examined.faults.map(({ line, path }) => [line, path])).toEqual([
      [1, 'revision'],
      [2, 'mapping'],
      [3, 'name'],
      [5, 'fields.amount.decimal'],
      [6, 'fields.betrag'],
    ]);
    expect(examineMapping('{"mapping": 1,')).toMatchObject({ ok: false });
  });

  it.each([
    [{ fields: { amount: { column: 'x', constant: '1' } } }, 'constant stands alone'],
    [{ fields: { amount: { constant: 'one' } } }, 'is "one", not a decimal'],
    [{ fields: { delivery_start: { column: 'x', form: 'dd.MM.yyyy HH:mm' } } }, 'needs a zone'],
    [
      { fields: { delivery_start: { column: 'x', form: 'dd.MM HH:mm', zone: 'Europe/Berlin' } } },
      'has no year',
    ],
    [{ fields: { volume: { column: 'x', unit: 'MWH' }, volume_uom: 'y' } }, 'is told by volume_uom too'],
    [{ fields: { volume: { column: 'x', unit: 'KWH' } } }, 'not one of MWH'],
    [{ file: { header_line: null }, fields: { amount: 'Betrag' } }, 'no header line; give the number'],
    [{ file: { decimal: ',', thousands: ',' } }, 'is the decimal mark too'],
    [{ file: { encoding: 'utf-7' } }, 'is no encoding that is known'],
    [{ only: true, fields: { amount: 1 } }, 'fields.currency is required'],
  ])('%j is refused: %s', (mapping, words) => {
    expect(faults(mapping).join('; ')).toContain(words.replace('constant stands', 'stands'));
  });

  it('goes through the screen’s editor and is the same', () => {
    const columns = ['Beleg', 'Kennung', 'Betrag', 'Währ', 'Menge', 'Art', 'Von'].map((header, at) => ({
      column: at + 1,
      header,
      field: null,
    }));
    const preview = { columns, reading: {} } as unknown as ExtractPreview;
    const again = examineMapping(documentOf(draftOfMapping(example, preview), columns, 1));
    const first = examineMapping(example);
    if (!again.ok || !first.ok) throw new Error('a mapping was refused');
    const taken = (mapping: typeof first.mapping) =>
      [...mapping.fields]
        .filter(([, source]) => source !== null)
        .map(([field, source]) => [
          field,
          { ...source, column: source?.column === 'Währ' ? 4 : source?.column },
        ]);
    expect(taken(again.mapping)).toEqual(taken(first.mapping));
    expect(again.mapping.file).toEqual(first.mapping.file);
    expect(again.mapping.totals).toEqual(first.mapping.totals);
  });
});
