/** What the engine types of an extract against what the exact typing makes of it: row by row, fault by fault. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import type { OpenExtract } from '../../../electron/ledger/extract-source.ts';
import { stagingFolder } from '../../../electron/ledger/import-ledger.ts';
import { DEFAULT_MAPPING, type ExtractMapping, parseMapping } from '../../../electron/ledger/mapping.ts';
import { resetBulk } from '../../../electron/ledger/plain-rows.ts';
import { NotPlain, stageRows, withStaged } from '../../../electron/ledger/staged-extract.ts';
import {
  directExtract,
  type Stored,
  storeDirectly,
  storeExactly,
  storeStaged,
} from '../../../electron/ledger/store-extract.ts';
import { openInput } from '../../../electron/ledger/typed-extract.ts';
import type { Transaction } from '../../../electron/workspace/transaction.ts';
import { SEED } from '../../unit/shared/decimals.ts';
import { temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';

let app: App;
beforeAll(async () => {
  app = await temporaryApp();
});

/** All that a way of storing leaves and says. */
async function told(tx: Transaction, { typing, checks }: Stored): Promise<object> {
  const rows = await tx.rows(
    `SELECT to_json(r)::VARCHAR AS row FROM (SELECT * REPLACE (epoch_us(delivery_start) AS delivery_start, epoch_us(delivery_end) AS delivery_end,
       epoch_us(updated_at) AS updated_at) FROM ledger_row WHERE import_id = 'x' ORDER BY line) r`,
  );
  return {
    rows: rows.map((row) => row.text('row')),
    faults: typing.faults.kept.toSorted(
      (a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0) || (a.message < b.message ? -1 : 1),
    ),
    totals: typing.sums.totals,
    checks,
  };
}

interface Ways {
  readonly exact: object;
  /** Null where the engine did not take the file. */
  readonly staged: object | null;
  /** Typed while the engine reads the file; null where it did not take it so. */
  readonly direct: object | null;
}

/** Null where the engine does not take the file. */
async function ifPlain(work: Promise<object>): Promise<object | null> {
  return await work.catch((error: unknown) => {
    if (error instanceof NotPlain) return null;
    throw error;
  });
}

async function allWays(
  content: string | Uint8Array,
  mapping: ExtractMapping = DEFAULT_MAPPING,
): Promise<Ways> {
  const { database, folder } = app.workspace;
  const staging = stagingFolder(folder);
  const bytes = Buffer.from(content);
  const open: OpenExtract = await openInput({
    bytes,
    file: 'extract.csv',
    mapping,
    told: null,
    database,
    staging,
  });
  try {
    const exact = await database.scratch(async (tx) =>
      told(tx, await storeExactly(tx, open, mapping, 'x', unwatched)),
    );
    const taken = await withStaged(open, staging, new AbortController().signal, async (ready) => {
      const staged = database.staged(
        (tx) => stageRows(tx, ready, unwatched),
        async (tx, rows) => told(tx, await storeStaged(tx, open, mapping, 'x', rows, unwatched)),
        { end: 'ROLLBACK' },
      );
      const extract = directExtract(open, ready);
      const directly = (): Promise<object | null> =>
        extract === null
          ? Promise.resolve(null)
          : ifPlain(
              database.scratch(async (tx) =>
                told(tx, await storeDirectly(tx, open, mapping, 'x', extract, unwatched)),
              ),
            );
      return { staged: await ifPlain(staged), direct: await directly() };
    });
    return { exact, staged: taken?.staged ?? null, direct: taken?.direct ?? null };
  } finally {
    await resetBulk(database);
    await open.close();
  }
}

const id = fc.constantFrom(
  'S-1',
  'S-2',
  '',
  ' S-3',
  'S 4',
  'Süd',
  'S\u00a0',
  '\u3000x',
  'Total',
  '0012',
  'NULL',
  'a\\b',
  "o'c",
);
const decimal = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '-0.00',
    '007',
    '1.',
    '.5',
    '+5',
    '1e3',
    '1E-2',
    '-1.50',
    '1.5 ',
    '(5.00)',
    '5.00-',
    '$5',
    '€ 1',
    '1,234.50',
    '1,23',
    '1_000',
    'inf',
    'nan',
    '0x1',
    '',
    '12345678901234567890.5',
    '0.1234567890123',
    '999999999999999999',
    '1000000000000000000',
    '99999999999999999999999999999999999999',
    '-999999999.999999999',
    '1234567890.123456789',
    '１２',
    '−5',
    '1.0000000000000',
  ),
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 9 }))
    .map(([value, scale]) => (value / 10 ** scale).toFixed(scale)),
);
const time = fc.oneof(
  fc.constantFrom(
    '2024-03-01T05:00:00Z',
    '2024-03-01T00:00:00-05:00',
    '2024-03-01 05:00:00Z',
    '2024-03-01T05:00Z',
    '2024-02-30T00:00:00Z',
    '2024-03-01T24:00:00Z',
    '2024-03-01T05:00:60Z',
    '0099-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '2024-03-01T05:00:00.123456Z',
    '2024-03-01T05:00:00.1234567Z',
    '',
    '2024-03-01',
    'infinity',
    'epoch',
  ),
  fc
    .date({ min: new Date('1970-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`),
);
const row = fc.record({
  settlement_id: id,
  version: fc.constantFrom('1', '', '0', ' 2', '1.0', '01', '9007199254740993'),
  trade_id: fc.constantFrom('T-1', '', 'T 2'),
  delivery_start: time,
  location: fc.constantFrom('HUB', '', 'Süd '),
  timezone: fc.constantFrom('America/New_York', '', 'EST5', 'IST', 'america/new_york'),
  direction: fc.constantFrom('BUY', 'sell', 'B', ''),
  volume: decimal,
  volume_uom: fc.constantFrom('MWH', 'mwh', 'kwh', ''),
  price: decimal,
  amount: decimal,
  currency: fc.constantFrom('USD', 'usd', 'XXQ', '', 'EUR'),
  due_date: fc.constantFrom('2024-04-20', '', '2024-04-31', '20.04.2024'),
  period: fc.constantFrom('2024-03', '', '2024-13'),
  memo: fc.constantFrom(
    '',
    'power, March',
    'say "no"',
    ' padded',
    'tab\there',
    'x'.repeat(10_001),
    'two\nlines',
    "it's",
  ),
});

interface Shape {
  readonly delimiter: string;
  readonly eol: string;
  readonly quoteAll: boolean;
}

function csv(rows: readonly Readonly<Record<string, string>>[], { delimiter, eol, quoteAll }: Shape): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (text: string): string =>
    quoteAll || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return [columns, ...rows.map((each) => columns.map((column) => each[column] ?? ''))]
    .map((cells) => cells.map(cell).join(delimiter) + eol)
    .join('');
}

const shape = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  eol: fc.constantFrom('\n', '\r\n'),
  quoteAll: fc.boolean(),
});

describe('the typing of the engine', () => {
  it('takes and gives nothing that the exact typing would not, whatever the cells', {
    timeout: 60_000,
  }, async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), shape, async (rows, as) => {
        const { exact, staged, direct } = await allWays(csv(rows, as));
        if (staged === null) return;
        taken += 1;
        expect(staged).toEqual(exact);
        if (direct !== null) expect(direct).toEqual(exact);
      }),
      { seed: SEED, numRuns: 25 },
    );
    expect(taken).toBeGreaterThan(5);
  });

  it('does the same by a mapping: marks, signs, units, codes, forms and constants', {
    timeout: 60_000,
  }, async () => {
    const mapping = parseMapping(
      JSON.stringify({
        mapping: 1,
        name: 'west',
        revision: 1,
        file: { decimal: ',', thousands: '.' },
        fields: {
          settlement_id: 'Kennung',
          amount: { column: 'Betrag', negate: true },
          currency: { constant: 'EUR' },
          volume: { column: 'Menge', unit: 'MWH' },
          price: { column: 'Preis', decimal: '.', thousands: ',' },
          direction: { column: 'Richtung', values: { K: 'BUY', V: 'SELL' } },
          delivery_start: { column: 'Von', form: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' },
          due_date: { column: 'Fällig', form: 'dd.MM.yyyy' },
          deal_leg: { constant: '2' },
        },
      }),
      'west.json',
    );
    const number = fc.constantFrom(
      '1.234,56',
      '1.234',
      '12,5',
      '-1.234.567,89',
      '1234',
      '0',
      '-0,00',
      '1.23,4',
      '5,00-',
      '(7,10)',
      '',
      '01,5',
      '1,2,3',
      '1234567.891,2',
    );
    const german = fc.record({
      Kennung: fc.constantFrom('S-1', 'S-2', ''),
      Betrag: number,
      Menge: number,
      Preis: fc.constantFrom('1,234.5', '28.348916', '1,23', ''),
      Richtung: fc.constantFrom('K', 'v', 'BUY', 'X', ''),
      Von: fc.constantFrom('01.03.2024 00:00', '31.03.2024 02:30', '27.10.2024 02:30', '', '1.3.2024'),
      Fällig: fc.constantFrom('20.04.2024', '31.04.2024', ''),
    });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(german, { minLength: 1, maxLength: 20 }), shape, async (rows, as) => {
        const { exact, staged, direct } = await allWays(csv(rows, as), mapping);
        if (staged === null) return;
        taken += 1;
        expect(staged).toEqual(exact);
        if (direct !== null) expect(direct).toEqual(exact);
      }),
      { seed: SEED, numRuns: 15 },
    );
    expect(taken).toBeGreaterThan(5);
  });

  it('tells totals between the rows as the exact way does, wherever they stand and whatever they say', {
    timeout: 60_000,
  }, async () => {
    const name = fc.constantFrom('Subtotal', 'Total ACME', 'Summe', 'Zwischensumme 12', 'Summer', 'TOTAL-1');
    const posting = fc.record({
      kind: fc.constant('posting' as const),
      amount: fc.constantFrom('1', '2.50', '-3', '0', '1e1'),
      currency: fc.constantFrom('USD', 'EUR'),
    });
    const total = fc.record({
      kind: fc.constant('total' as const),
      name,
      place: fc.constantFrom('settlement_id', 'trade_id', 'location'),
      groups: fc.integer({ min: 0, max: 3 }),
      off: fc.constantFrom('0', '0', '0', '1'),
      currency: fc.constantFrom('USD', ''),
      width: fc.constantFrom(0, 0, 0, 1),
    });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(posting, total), { minLength: 2, maxLength: 16 }), async (lines) => {
        const begins = [0];
        const amounts: (readonly [currency: string, amount: number])[] = [];
        const rows = lines.map((line, at) => {
          if (line.kind === 'posting') {
            amounts.push([line.currency, Number(line.amount)]);
            return [`S-${at}`, 'T-1', 'HUB', line.amount, line.currency].join(',');
          }
          const from = begins.at(-1 - line.groups) ?? 0;
          const sum = amounts
            .slice(from)
            .reduce((all, [money, amount]) => (['', money].includes(line.currency) ? all + amount : all), 0);
          begins.push(amounts.length);
          const cell = (of: string): string => (line.place === of ? line.name : '');
          const said = String(sum + Number(line.off));
          const cells = [cell('settlement_id'), cell('trade_id'), cell('location'), said, line.currency];
          return (line.width === 1 ? [line.name, said] : cells).join(',');
        });
        const content = ['settlement_id,trade_id,location,amount,currency', ...rows, ''].join('\n');
        const { exact, staged, direct } = await allWays(content);
        if (staged === null) return;
        taken += 1;
        expect(staged).toEqual(exact);
        if (direct !== null) expect(direct).toEqual(exact);
      }),
      { seed: SEED, numRuns: 40 },
    );
    expect(taken).toBeGreaterThan(10);
  });

  it('takes nothing for plain that only its sample is', { timeout: 60_000 }, async () => {
    const plain = (at: number): Readonly<Record<string, string>> => ({
      settlement_id: `S-${at}`,
      version: '1',
      trade_id: 'T-1',
      delivery_start: '2024-03-01T05:00:00Z',
      delivery_end: `2024-03-${String((at % 31) + 1).padStart(2, '0')}T06:00:00Z`,
      timezone: 'America/New_York',
      direction: at % 2 === 0 ? 'BUY' : 'SELL',
      volume: `${at}.5`,
      volume_uom: 'MWH',
      amount: `-${at}.25`,
      currency: 'USD',
      due_date: `2024-04-${String((at % 20) + 1).padStart(2, '0')}`,
      memo: 'power',
    });
    const odd: readonly (readonly [column: string, cells: readonly string[]])[] = [
      ['settlement_id', ['', 'Total ACME', ' S-1', 'Summe']],
      ['version', ['2', '1.0', '01', '0', '+1', '9007199254740993', ' 1', '']],
      [
        'delivery_start',
        ['2024-03-01T05:00:00+01:00', '2024-03-01 05:00:00Z', '2024-03-01T05:00Z', '2024-02-30T05:00:00Z'],
      ],
      [
        'delivery_start',
        ['infinity', '-infinity', 'epoch', '0099-01-01T00:00:00Z', '0999-01-01T00:00:00Z', ''],
      ],
      [
        'delivery_start',
        ['10000-01-01T00:00:00Z', '2024-03-01T24:00:00Z', '2024-03-01T05:00:60Z', '2024-03-01t05:00:00z'],
      ],
      [
        'delivery_end',
        ['2024-03-01T06:30:00Z', '2024-03-01T06:00:00.000Z', '9999-12-31T23:59:59Z', '2024-3-01T06:00:00.0Z'],
      ],
      ['timezone', ['Europe/Berlin', 'IST', 'america/new_york', "it's"]],
      ['direction', ['buy', 'B', '']],
      [
        'volume',
        [
          '1e3',
          '(5.00)',
          '5.00-',
          '007',
          '1.',
          '.5',
          '+5',
          '-0',
          '12345678901234567890.5',
          '0.1234567890123',
          '',
        ],
      ],
      ['amount', ['999999999.999999999', '1000000000', '1,5', '1_000', 'nan', '-0.00', '$5', '']],
      ['currency', ['EUR', 'usd', 'XXQ', '']],
      ['due_date', ['2024-05-01', '2024-04-31', '20.04.2024', '']],
      ['memo', ['', "o'clock", 'Süd', ' padded']],
    ];
    const rows = Array.from({ length: 1000 }, (_, at) => plain(at));
    for (const [column, cells] of odd) {
      for (const cell of cells) {
        // One in so many is in the sample.
        while (rows.length % 101 === 0) rows.push(plain(rows.length));
        rows.push({ ...plain(rows.length), [column]: cell });
      }
    }
    rows.push(plain(rows.length));
    for (const quoteAll of [false, true]) {
      const { exact, staged, direct } = await allWays(csv(rows, { delimiter: ';', eol: '\r\n', quoteAll }));
      expect(staged).toEqual(exact);
      expect(direct).toEqual(exact);
    }
  });

  it('is left to the staged extract where a sample cannot tell the texts of a column', async () => {
    const rows = Array.from({ length: 3000 }, (_, at) => ({
      settlement_id: `S-${at}`,
      delivery_start: new Date(Date.UTC(2024, 2, 1) + at * 60_000)
        .toISOString()
        .slice(0, 16)
        .concat('+00:00'),
      amount: '1',
      currency: 'USD',
    }));
    const { exact, staged, direct } = await allWays(
      csv(rows, { delimiter: ',', eol: '\n', quoteAll: false }),
    );
    expect(direct).toBeNull();
    expect(staged).toEqual(exact);
  });

  it.each([
    ['rows of unequal length', 'settlement_id,amount,currency\nS-1,1,USD\nS-2,1\nS-3,1,USD,4\n'],
    ['blank lines', 'settlement_id,amount,currency\nS-1,1,USD\n\nS-2,1,USD\n'],
    ['a quote within a cell', 'settlement_id,amount,currency\nS"1,1,USD\n'],
    ['text behind a closing quote', 'settlement_id,amount,currency\n"S-1"x,1,USD\n'],
    ['line ends in cells', 'settlement_id,amount,currency\n"S\n1",1,USD\nS-2,1,USD\n'],
    ['mixed line ends', 'settlement_id,amount,currency\r\nS-1,1,USD\nS-2,1,USD\r\n'],
  ])('leaves %s to the exact way', async (_, content) => {
    const ways = await allWays(content).catch(() => null);
    expect(ways?.staged ?? null).toBeNull();
    expect(ways?.direct ?? null).toBeNull();
  });

  it('trims tabs within the quotes of a file that tabs part', async () => {
    const content =
      'settlement_id\tmemo\tamount\tcurrency\nS-1\t"\tpadded"\t1\tUSD\n"S-2\t"\t"\t"\t1\tUSD\n"\t"\tx\t1\tUSD\nS-4\tx\t1\tUSD\n';
    const { exact, staged, direct } = await allWays(content);
    expect(staged).toEqual(exact);
    expect(direct).toEqual(exact);
    expect(staged).toMatchObject({ faults: [{ line: 4, field: 'settlement_id' }] });
  });

  it.each([
    ['beyond the decimals of the table', { volume: { constant: '0.0000000000001' } }],
    ['of more digits than the table holds', { price: { constant: '1000000000000000000' } }],
    ['of as many digits as it holds', { volume: { constant: '123456789012345678' } }],
    ['with an exponent', { price: { constant: '1e3' } }],
  ])('gives a constant %s what the exact way does', async (_, fields) => {
    const mapping = parseMapping(
      JSON.stringify({ mapping: 1, name: 'fees', revision: 1, fields }),
      'fees.json',
    );
    const { exact, staged, direct } = await allWays(
      'settlement_id,amount,currency\nS-1,1,USD\nS-2,2,USD\n',
      mapping,
    );
    if (staged !== null) expect(staged).toEqual(exact);
    if (direct !== null) expect(direct).toEqual(exact);
  });

  it('takes no total for a posting where a constant names the postings', async () => {
    const mapping = parseMapping(
      JSON.stringify({
        mapping: 1,
        name: 'fees',
        revision: 1,
        fields: { trade_id: { constant: 'FEES' }, delivery_start: { constant: '2024-03-01T00:00:00Z' } },
      }),
      'fees.json',
    );
    const { exact, staged, direct } = await allWays(
      'location,amount,currency\nHUB,1,USD\nWEST,2,USD\n"Total",3,USD\nEAST,4,USD\n"Total",7,USD\n',
      mapping,
    );
    expect(exact).toMatchObject({ totals: { rows: 3, amounts: { USD: '7' } } });
    if (staged !== null) expect(staged).toEqual(exact);
    if (direct !== null) expect(direct).toEqual(exact);
  });

  it('takes a text of no characters in a Parquet file for an empty cell', async () => {
    const path = join(temporaryFolder(), 'empty.parquet');
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT * FROM (VALUES ('S-1', '', '1', 'USD'), ('', 'x', '2', 'USD'), ('S-3', NULL, '', 'USD'), ('S-4', ' ', '4', 'USD'))
         t(settlement_id, memo, amount, currency)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { exact, staged } = await allWays(readFileSync(path));
    expect(staged).toEqual(exact);
    expect(staged).toMatchObject({
      faults: [
        { line: 2, field: 'settlement_id' },
        { line: 3, field: 'amount' },
      ],
    });
  });

  it('counts lines and checks totals as the exact way does', async () => {
    const content =
      'Report\n\nsettlement_id,amount,currency,volume,volume_uom\nS-1,1,USD,1,MWH\n,5,USD,,\nS-2,2.5,EUR,2,MWH\nTotal USD,7,,,\nTotal EUR,2.5,,2,\n';
    const { exact, staged, direct } = await allWays(content);
    expect(staged).toEqual(exact);
    expect(direct).toEqual(exact);
    expect(staged).toMatchObject({
      faults: [{ line: 5, field: 'settlement_id' }],
      checks: [
        { line: 7, of: 'USD', said: '7', summed: '1', agrees: false },
        { line: 8, of: 'EUR', agrees: true },
        { line: 8, field: 'volume', said: '2', summed: '2' },
      ],
    });
  });
});
