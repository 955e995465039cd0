import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../../electron/ledger/dialect.ts';
import { decodeExtract } from '../../../electron/ledger/encoding.ts';
import { DEFAULT_MAPPING, parseMapping } from '../../../electron/ledger/mapping.ts';
import { isLabel } from '../../../electron/ledger/totals-rows.ts';

function dialect(text: string, mapping = DEFAULT_MAPPING) {
  const { delimiter, headerLine } = dialectOf(Buffer.from(text), 'extract.csv', mapping);
  return [delimiter, headerLine];
}

describe('the header of an extract', () => {
  it.each([
    ['settlement_id,amount,currency\nS-1,1,USD\n', [',', 1]],
    ['Report; March, 2024\n\nsettlement_id;amount;currency\nS-1;1,5;EUR\n', [';', 3]],
    ['"a, b, c, d"\nsettlement_id\tamount\tcurrency\n', ['\t', 2]],
    ['settlement_id|amount\r\nsettlement_id|amount|currency\r\n', ['|', 2]],
    ['Title\nBeleg;Betrag;Text\nx;1;\n', [';', 2]],
  ])('of %j is found', (text, found) => {
    expect(dialect(text)).toEqual(found);
  });

  it('is where a mapping’s columns are', () => {
    const document = {
      mapping: 1,
      name: 'm',
      revision: 1,
      fields: { settlement_id: 'Nr', amount: 'Betrag', currency: { constant: 'EUR' } },
    };
    const mapping = parseMapping(JSON.stringify(document), 'm.json');
    expect(dialect('Betrag\nSAP;x\nNr;Betrag\n1;2\n', mapping)).toEqual([';', 3]);
  });

  it('is needed', () => {
    expect(() => dialect('\n\n')).toThrow(expect.objectContaining({ code: 'ledger-columns' }));
  });
});

describe('the encoding of an extract', () => {
  const text = 'settlement_id,amount,currency,memo\nS-1,1,EUR,Größe für Müller – 5 €\n';

  it.each([
    ['utf-8', false],
    ['utf-16le', false],
    ['utf-16be', false],
    ['windows-1252', true],
  ])('%s is found, and its text is kept', (encoding, found) => {
    const bytes = iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf') });
    const decoded = decodeExtract(bytes, 'extract.csv', null);
    expect([decoded.encoding, decoded.found]).toEqual([encoding, found]);
    expect(Buffer.from(decoded.bytes).toString('utf8')).toBe(text);
  });

  it('is found of UTF-16 without a mark', () => {
    expect(decodeExtract(Buffer.from(text, 'utf16le'), 'extract.csv', null).encoding).toBe('utf-16le');
  });

  it('is the mapping’s, and bytes that are no text of it are refused', () => {
    const bytes = iconv.encode('Größe;Łódź', 'windows-1250');
    expect(Buffer.from(decodeExtract(bytes, 'x.csv', 'windows-1250').bytes).toString()).toBe('Größe;Łódź');
    for (const [raw, told] of [
      [bytes, 'utf-8'],
      [Buffer.from([0x61, 0x81, 0x30]), 'shift_jis'],
    ] as const) {
      expect(() => decodeExtract(raw, 'x.csv', told)).toThrow(
        expect.objectContaining({ code: 'ledger-encoding' }),
      );
    }
  });
});

describe('the label of a row of totals', () => {
  it.each([
    'Total',
    'TOTAL:',
    'Grand total',
    'Total EUR',
    'Summe',
    'Gesamtsumme',
    'Gesamt',
    'Sum',
    'Totals (USD)',
    'Insgesamt',
    'Somme',
    'Control total',
  ])('may be %s', (text) => {
    expect(isLabel(text)).toBe(true);
  });

  it.each(['TotalEnergies', 'TOTAL-1', 'Summer peak', 'Sumitomo', '', 'S-1', 'subtotalled'])(
    'is not %j',
    (text) => {
      expect(isLabel(text)).toBe(false);
    },
  );
});
