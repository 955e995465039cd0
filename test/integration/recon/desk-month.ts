/** A month in which each kind of match, each conversion and each further category comes once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../../../electron/app.ts';
import { ALL_BREAK_CATEGORIES } from '../../../shared/recon.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';

const MARCH = monthOf('2024-03');
const hour = (at: number): string => `2024-03-05T${String(at).padStart(2, '0')}:00:00Z`;

type Fields = Readonly<Record<string, string | undefined>>;

/** 10 MWh at 20.00 of trade T-n, delivered in the hour n. */
function record(number: number, changes: Fields = {}): string {
  const id = String(number).padStart(2, '0');
  const texts: Record<string, string> = {
    settlement_id: `S-${id}`,
    trade_id: `T-${id}`,
    delivery_start: hour(number),
    delivery_end: hour(number + 1),
    counterparty: 'ACME',
    gl_account: '4000',
    due_date: '2024-04-20',
  };
  const plain = { deal_leg: '0', volume: '10', price: '20.00', amount: '-200.00', curve_id: undefined };
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) texts[name] = value;
  const figures = ['volume', 'price', 'amount'];
  const quoted = Object.entries(texts).map(([name, value]) => [
    name,
    figures.includes(name) ? value : JSON.stringify(value),
  ]);
  return recordJson({ ...plain, ...Object.fromEntries(quoted) });
}

const COLUMNS = [
  ...[
    'settlement_id',
    'trade_id',
    'counterparty',
    'direction',
    'delivery_start',
    'location',
    'volume',
    'volume_uom',
  ],
  ...['price', 'price_uom', 'amount', 'currency', 'status', 'gl_account', 'period', 'posting_date'],
];

function row(changes: Fields): Readonly<Record<string, string>> {
  const usual = {
    direction: 'BUY',
    location: 'PJM-RTO',
    amount: '-200.00',
    currency: 'USD',
    posting_date: '2024-04-20',
  };
  return Object.fromEntries(COLUMNS.map((name) => [name, { ...usual, ...changes }[name] ?? '']));
}

const onTheSixth = (at: number): Fields => ({
  delivery_start: hour(at).replace('03-05', '03-06'),
  delivery_end: hour(at + 1).replace('03-05', '03-06'),
});

const RECORDS = [
  record(1),
  // One posting for both.
  record(2, { trade_id: 'T-N1' }),
  record(3, { trade_id: 'T-N1' }),
  // Posted in two parts.
  record(4, { trade_id: 'T-1N' }),
  // Two settlements, three postings, names written otherwise.
  record(5, { counterparty: 'North Mill' }),
  record(6, { counterparty: 'North Mill' }),
  record(7),
  record(8),
  record(9),
  record(10),
  record(11, { volume: '1', price: '20.005', amount: '-20.005' }),
  record(12),
  record(13),
  record(14),
  record(15, { volume: '1', price: '20.005', amount: '-20.005' }),
  record(16, { volume: '"much"' }),
  record(17, { curve_id: 'PJM-RT' }),
  record(18, { due_date: '2024-06-20' }),
  record(19, { status: 'ESTIMATED' }),
  record(20, { status: 'DISPUTED' }),
  // Of the same trades, on other days: the windows tell them apart.
  record(21, { trade_id: 'T-1N', due_date: '2024-04-27' }),
  record(22, { trade_id: 'T-N1', ...onTheSixth(10) }),
  record(23, { trade_id: 'T-N1', ...onTheSixth(11) }),
];

const ROWS = [
  row({ settlement_id: 'S-01' }),
  row({ trade_id: 'T-N1', delivery_start: hour(2), amount: '-400.00', volume: '20' }),
  row({
    trade_id: 'T-1N',
    delivery_start: hour(22),
    amount: '-150.00',
    volume: '7.5',
    posting_date: '2024-04-21',
  }),
  row({
    trade_id: 'T-1N',
    delivery_start: hour(23),
    amount: '-50.00',
    volume: '2.5',
    posting_date: '2024-04-25',
  }),
  // A day late: in the key, outside of the window.
  row({
    trade_id: 'T-1N',
    delivery_start: hour(21),
    amount: '-7.00',
    volume: '0.35',
    posting_date: '2024-04-26',
  }),
  row({
    trade_id: 'T-1N',
    delivery_start: hour(20),
    amount: '-120.00',
    volume: '6',
    posting_date: '2024-04-27',
  }),
  row({
    trade_id: 'T-1N',
    delivery_start: hour(19),
    amount: '-80.00',
    volume: '4',
    posting_date: '2024-05-02',
  }),
  row({ trade_id: 'T-N1', ...onTheSixth(11), delivery_end: undefined, amount: '-400.00', volume: '20' }),
  row({
    settlement_id: 'X-1',
    counterparty: ' north  mill ',
    delivery_start: hour(5),
    amount: '-100',
    volume: '5',
  }),
  row({
    settlement_id: 'X-2',
    counterparty: 'NorthMill',
    delivery_start: hour(6),
    amount: '-100',
    volume: '5',
  }),
  row({
    settlement_id: 'X-3',
    counterparty: 'NORTH MILL',
    delivery_start: hour(6),
    amount: '-200',
    volume: '10',
  }),
  row({
    settlement_id: 'S-07',
    volume: '34.1214',
    volume_uom: 'MMBTU',
    price: '5.8614',
    price_uom: 'USD/MMBTU',
  }),
  row({ settlement_id: 'S-08', amount: '-160.00', currency: 'EUR', price: '16.00', price_uom: 'EUR/MWH' }),
  row({ settlement_id: 'S-09', amount: '-161.00', currency: 'EUR', price: '16.00', price_uom: 'EUR/MWH' }),
  row({ trade_id: 'T-10', delivery_start: hour(20), amount: '-203.00' }),
  row({ settlement_id: 'S-11', amount: '-20.01' }),
  row({ settlement_id: 'S-12', gl_account: '4010' }),
  row({ settlement_id: 'S-13', period: '2024-04' }),
  row({ settlement_id: 'S-14', status: 'ACTUAL' }),
  row({ settlement_id: 'S-15', amount: '-20.00' }),
  row({ settlement_id: 'S-16' }),
  row({ settlement_id: 'S-17' }),
];

/** What the rules make of it, by settlement or posting. */
export const BREAKS: Readonly<Record<string, string>> = {
  'S-09': 'FX',
  'S-12': 'ACCOUNT',
  'S-13': 'PERIOD',
  'S-14': 'STATUS',
  'S-15': 'ROUNDING',
  'S-16': 'QUARANTINED',
  'S-17': 'CURVE_DEVIATION',
  'T-1N': 'MISSING_IN_ETRM',
};
/** By rule: settlements and postings of each match. */
export const RULED: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'one for all': [
    [2, 1],
    [2, 1],
  ],
  'in parts': [
    [1, 2],
    [1, 2],
  ],
  'by name and day': [[2, 3]],
  near: [[1, 1]],
};
export const PENDING = { 'not-final': 1, disputed: 1, 'not-yet-due': 1 };
/** S-01, 07, 08 and 11. */
export const MATCHED_BY_IDENTITY = 4;

const day = [{ day: 'America/New_York' }];
const named = [{ remove: '\\s' }, 'upper'];

export const DESK_RULES = {
  format: 1,
  name: 'desk',
  revision: 1,
  categories: ALL_BREAK_CATEGORIES,
  not_yet_due_after: '2024-04-30',
  units: [{ from: 'MMBTU', to: 'MWH', factor: '0.293071' }],
  fx: [{ from: 'EUR', to: 'USD', rate: '1.25', source: 'ECB', date: '2024-03-28' }],
  rules: [
    {
      name: 'settlement',
      key: 'identity',
      kind: '1:1',
      tolerance: { derived: { stage: 'interval', mode: 'half-up' } },
    },
    {
      ...{ name: 'one for all', key: ['trade_id'], kind: 'N:1', ignore: ['delivery_start'] },
      window: { field: 'delivery_start', days_before: 0, days_after: 0 },
    },
    {
      ...{ name: 'in parts', key: ['trade_id'], kind: '1:N', ignore: ['delivery_start'] },
      window: { field: 'posting_date', days_before: 0, days_after: 5 },
    },
    {
      ...{ name: 'by name and day', kind: 'N:M', ignore: ['counterparty', 'delivery_start'] },
      key: [
        { field: 'counterparty', steps: named },
        { field: 'delivery_start', steps: day },
      ],
    },
    {
      ...{ name: 'near', kind: '1:1', outcome: 'suggested', ignore: ['delivery_start'] },
      ...{ key: ['trade_id'], tolerance: { percent: '2' } },
    },
  ],
};

export async function storeDeskMonth(app: App): Promise<void> {
  const curves = join(temporaryFolder(), 'curves.csv');
  const point = `PJM-RT,2024-04-01T00:00:00Z,${hour(17)},${hour(18)},19.00,USD/MWH,USD`;
  writeFileSync(curves, `curve_id,as_of,delivery_start,delivery_end,price,price_uom,currency\n${point}\n`);
  await app.importCurves({ path: curves, month: MARCH, ...unwatched });
  await syncRecords(app, MARCH, RECORDS, 7);
  await importRows(app, MARCH, 'gl.csv', ROWS);
}
