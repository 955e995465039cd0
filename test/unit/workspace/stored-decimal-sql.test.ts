import { expect, it } from 'vitest';
import {
  storedDecimal,
  storedDecimalSql,
  storedDecimalText,
} from '../../../electron/workspace/stored-types.ts';
import { type Decimal, parseDecimal } from '../../../shared/decimal.ts';
import { temporaryApp } from './temporary.ts';

const TEXTS = [
  '0',
  '-0.5',
  '1.50',
  '-3',
  '100.005',
  '999999999999999999',
  '-999999999999999999.999999999999',
];
const WIDE = ['1000000000000000000', '-12345678901234567890.5', '0.0000000000001', '-1.1234567890123'];
const ZEROS = ['1.0000000000000000', '0.1234567890120000'];

it('makes of a decimal text what the engine prints of the DECIMAL beside it', async () => {
  const app = await temporaryApp();
  const texts = [...TEXTS, ...WIDE, ...ZEROS]
    .map((text) => parseDecimal(text))
    .filter((text): text is Decimal => text !== null);
  const rows = await app.workspace.database.rows(
    `SELECT ${storedDecimalSql('t')} AS said, ${storedDecimalSql('t')}::DECIMAL(38,12)::VARCHAR AS printed
     FROM (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')) AS t)`,
    [JSON.stringify(texts)],
  );
  expect(rows.map((row) => row.textOrNull('said'))).toEqual(texts.map(storedDecimalText));
  expect(rows.map((row) => row.textOrNull('printed'))).toEqual(texts.map(storedDecimalText));
  expect(rows.map((row) => row.textOrNull('said') === null)).toEqual(
    texts.map((text) => storedDecimal(text) === null),
  );
});
