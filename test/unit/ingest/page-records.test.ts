import { describe, expect, it } from 'vitest';
import { SEED_NAMES } from '../../../electron/etrm/canonical/page.ts';
import { calendarFiles } from '../../../electron/ingest/calendars/calendars.ts';
import { sameNames } from '../../../electron/ingest/mapping.ts';
import { PageReader } from '../../../electron/ingest/page-reading.ts';
import { SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import { pieceTexts } from './piece-texts.ts';
import { recordJson } from './sample-record.ts';

function typed(results: readonly string[]) {
  const body = new Uint8Array(Buffer.from(`{"results":[${results.join(' , ')}],"next_page":false}`));
  const mapping = sameNames(SETTLEMENT_RECORD);
  const reader = new PageReader(
    { resource: 'settlements', mapping, names: SEED_NAMES, exact: false },
    calendarFiles(),
  );
  const read = reader.read(1, body, null);
  if (read.kind !== 'records') throw new Error('a page without records');
  const { rows, ...content } = read.content;
  const accepted = pieceTexts(SETTLEMENT_RECORD, rows);
  return { ...content, accepted };
}

describe('a page’s records', () => {
  it('are all there, accepted or dead, each at its place', () => {
    const page = typed([recordJson(), recordJson({ price: 'null' }), recordJson({ settlement_id: '"S-2"' })]);
    expect(page.accepted.map(([, index, id]) => [index, id])).toEqual([
      ['0', 'S-1'],
      ['2', 'S-2'],
    ]);
    expect(page.deadLetters.map(({ index, id }) => [index, id])).toEqual([[1, 'S-1']]);
  });

  it('that are no objects are dead letters that say what they are', () => {
    const page = typed(['1', '"text"', '[{}]', 'null', 'true', recordJson()]);
    expect(page.accepted).toHaveLength(1);
    expect(page.deadLetters.map(({ raw }) => raw)).toEqual(['1', '"text"', '[{}]', 'null', 'true']);
    for (const { id, reasons } of page.deadLetters) {
      expect(id).toBeNull();
      expect(reasons).toEqual([expect.objectContaining({ field: '', code: 'not-an-object' })]);
    }
    expect(page.deadLetters[0]?.reasons[0]?.message).toBe('the record is number, not an object');
  });

  it('that are dead keep their text as it was received', () => {
    const raw =
      '{ "settlement_id" : "S\\u002d9",\t"amount": 1.10, "amount": 1.20, "counterparty": "Müller" }';
    expect(typed([raw]).deadLetters[0]).toMatchObject({ raw, id: 'S-9' });
  });
});
