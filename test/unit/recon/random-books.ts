/**
 * Small random books, made to collide: few ids, trades, hours and figures, so that keys meet, split, repeat, restate
 * and differ in every way; figures beyond the engine's DECIMAL among them. And the same book reconciled naively: keys by a
 * map, each given to the judge.
 */
import fc from 'fast-check';
import { type Judgement, judge } from '../../../electron/recon/judge.ts';
import { DEFAULT_RULES } from '../../../electron/recon/rules.ts';
import type { EtrmSide, LedgerSide } from '../../../electron/recon/sides.ts';
import { absolute, type Decimal, decimal, negate, normalise } from '../../../shared/decimal.ts';
import { LEDGER_ONLY_FIELDS } from '../../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../../shared/settlement.ts';

const hour = (at: number): string => `2024-03-01T${String(5 + at).padStart(2, '0')}:00:00Z`;

const FIGURES = [
  ...['1.5', '1.50', '0', '-3', '12345678901234567890.5', '0.0000000000001', '100', '100.005'],
  // About where the engine's narrow type, and what a text surely tells, end.
  ...['123456789.5', '-12345678.125', '1234567890.25', '12345678901.125', '0.123456789', '0.1234567891'],
];
const figure = fc.constantFrom(...FIGURES).map(decimal);

/** Mostly the first. */
function mostly<Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 5 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
}

const settlements = fc.record({
  settlement_id: fc.constantFrom('S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'Ü "6",'),
  version: mostly(1, 2),
  trade_id: fc.constantFrom('T1', 'T2', 'T3', 'T4'),
  deal_leg: mostly(0, 1),
  counterparty: mostly('ACME', 'Zeta'),
  legal_entity: mostly<string | null>('Tie Power', null),
  agreement: mostly<string | null>('EEI-7', null),
  charge_type: mostly('ENERGY', 'FEE'),
  direction: fc.constantFrom('BUY', 'SELL'),
  delivery_start: fc.constantFrom(hour(0), hour(1)),
  location: mostly('HUB', 'ZONE'),
  volume: figure.map(absolute),
  volume_uom: mostly('MWH', 'MW'),
  price: figure,
  price_uom: fc.constantFrom('USD/MWH', 'USD/MWh'),
  amount: figure,
  currency: mostly('USD', 'EUR'),
  status: mostly('FINAL', 'ACTUAL', 'ESTIMATED', 'DISPUTED', 'VOID'),
});
type DrawnSettlement = typeof settlements extends fc.Arbitrary<infer Value> ? Value : never;
type RandomSettlement = Omit<DrawnSettlement, 'settlement_id' | 'trade_id'> & {
  readonly settlement_id: string;
  readonly trade_id: string;
};

const CHANGED = [
  'currency',
  'volume_uom',
  'price_uom',
  'direction',
  'delivery_start',
  'counterparty',
  'legal_entity',
  'agreement',
  'version',
  'volume',
  'price',
] as const;
const EMPTIED = [
  'version',
  'counterparty',
  'direction',
  'volume',
  'price',
  'charge_type',
  'deal_leg',
] as const;

/** How a posting differs from the settlement that it was made from. */
const postings = fc.record({
  of: fc.nat(20),
  /** Which key it is found by. */
  key: mostly('id', 'id', 'composite', 'stranger'),
  off: mostly('0', '0.01', '-0.01', '0.0100000000001', '0.02'),
  repeated: mostly(1, 2),
  journal: fc.boolean(),
  status: mostly<string | null>(null, 'FINAL', 'VOID'),
  changed: fc.oneof(
    { arbitrary: fc.constant<readonly (typeof CHANGED)[number][]>([]), weight: 3 },
    { arbitrary: fc.subarray([...CHANGED], { minLength: 1, maxLength: 2 }), weight: 1 },
  ),
  /** Fields that the row leaves empty. */
  empty: fc.subarray([...EMPTIED], { maxLength: 3 }),
  negated: mostly(false, true),
  file: fc.nat(2),
});
type RandomPosting = typeof postings extends fc.Arbitrary<infer Value> ? Value : never;

type LedgerCells = Readonly<Record<string, string>>;

export interface RandomBook {
  readonly records: readonly RandomSettlement[];
  /** Up to three extracts. */
  readonly files: readonly (readonly LedgerCells[])[];
}

const OTHER: Readonly<Record<(typeof CHANGED)[number], string>> = {
  currency: 'GBP',
  volume_uom: 'GJ',
  price_uom: 'USD/GJ',
  direction: 'SELL',
  delivery_start: hour(3),
  counterparty: 'Omega',
  legal_entity: 'Tie Gas',
  agreement: 'NAESB-2',
  version: '9',
  volume: '7',
  price: '0.00000000000000001',
};

function cellsOf(record: RandomSettlement, posting: RandomPosting, place: number): LedgerCells {
  const cells: Record<string, string> = Object.fromEntries(
    [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS].map((field) => [field, '']),
  );
  for (const [field, value] of Object.entries(record)) cells[field] = value === null ? '' : String(value);
  cells.delivery_end = endOf(record.delivery_start);
  for (const field of posting.changed) cells[field] = OTHER[field];
  for (const field of posting.empty) cells[field] = '';
  cells.amount = addText(posting.negated ? negate(record.amount) : record.amount, posting.off);
  cells.status = posting.status ?? '';
  if (posting.key === 'composite') cells.settlement_id = '';
  if (posting.key === 'stranger') cells.settlement_id = `X${place % 2}`;
  if (posting.journal) cells.journal_id = `J${place}`;
  return cells;
}

/** Sum in plain decimals, apart from `shared/decimal.ts`. */
function addText(a: Decimal, b: string): string {
  const scale = 20;
  const units = (text: string): bigint => {
    const [whole = '', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(scale, '0'));
  };
  const total = units(a) + units(b);
  if (b === '0') return a;
  const digits = (total < 0n ? -total : total).toString().padStart(scale + 1, '0');
  return `${total < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function endOf(start: string): string {
  return start.replace(/T(\d\d)/, (_, h: string) => `T${String(Number(h) + 1).padStart(2, '0')}`);
}

const randomBook: fc.Arbitrary<RandomBook> = fc
  .record({
    records: fc.array(settlements, { minLength: 1, maxLength: 9 }),
    postings: fc.array(postings, { minLength: 1, maxLength: 12 }),
  })
  .map(({ records, postings: made }) => {
    const files: LedgerCells[][] = [];
    for (const [place, posting] of made.entries()) {
      const record = records[posting.of % records.length];
      if (!record) continue;
      const cells = cellsOf(record, posting, place);
      const file = files[posting.file] ?? [];
      files[posting.file] = file;
      for (let copy = 0; copy < posting.repeated; copy += 1) file.push(cells);
    }
    return { records, files: files.filter((rows) => rows !== undefined) };
  });

export function recordOf(record: RandomSettlement): string {
  const { volume, price, amount, ...rest } = record;
  const text = JSON.stringify({
    ...rest,
    commodity: 'POWER',
    delivery_end: endOf(record.delivery_start),
    timezone: 'America/New_York',
  });
  return `${text.slice(0, -1)},"volume":${volume},"price":"${price}","amount":${amount}}`;
}

/** Fields of a settlement that the judge sees, in the order of the design. */
const SIDE_FIELDS = [
  'settlement_id',
  'version',
  'trade_id',
  'deal_leg',
  'counterparty',
  'legal_entity',
  'agreement',
  'charge_type',
  'direction',
  'delivery_start',
  'location',
  'volume',
  'volume_uom',
  'price',
  'price_uom',
  'amount',
  'currency',
  'status',
] as const;

const micros = (instant: string): string => `${Date.parse(instant)}000`;

function compositeKey(trade: string, leg: string, start: string, location: string, charge: string): string {
  return `c${[trade, leg || '0', micros(start), location, charge || 'ENERGY'].join('\u001f')}`;
}

function etrmSideOf(record: RandomSettlement, place: number): EtrmSide {
  return {
    ...record,
    delivery_end: endOf(record.delivery_start),
    timezone: 'America/New_York',
    page: 1,
    index: place,
  };
}

function ledgerSideOf(cells: LedgerCells, file: number, place: number): LedgerSide {
  const text = (field: string): string | null => cells[field] || null;
  const figureOf = (field: string): Decimal | null => (cells[field] ? decimal(cells[field]) : null);
  const whole = (field: string): number | null => (cells[field] ? Number(cells[field]) : null);
  const figures = ['volume', 'price', 'amount'];
  return {
    settlement_id: text('settlement_id'),
    version: whole('version'),
    trade_id: text('trade_id'),
    deal_leg: whole('deal_leg'),
    counterparty: text('counterparty'),
    legal_entity: text('legal_entity'),
    agreement: text('agreement'),
    charge_type: text('charge_type'),
    direction: text('direction'),
    delivery_start: text('delivery_start'),
    delivery_end: text('delivery_end'),
    timezone: text('timezone'),
    location: text('location'),
    volume: figureOf('volume'),
    volume_uom: text('volume_uom'),
    price: figureOf('price'),
    price_uom: text('price_uom'),
    amount: decimal(cells.amount ?? ''),
    currency: cells.currency ?? '',
    status: text('status'),
    import_id: `file ${file}`,
    line: place + 2,
    print: Object.entries(cells)
      .map(([field, cell]) => (figures.includes(field) && cell !== '' ? normalise(decimal(cell)) : cell))
      .join('\u0000'),
  };
}

/** The same book with ids and trades of its own, so that many lie in one month and none meets another. */
function ownBook(book: RandomBook, number: number): RandomBook {
  const own = (text: string): string => (text === '' ? '' : `${number}/${text}`);
  return {
    records: book.records.map((record) => ({
      ...record,
      settlement_id: own(record.settlement_id),
      trade_id: own(record.trade_id),
    })),
    files: book.files.map((rows) =>
      rows.map((cells) => ({
        ...cells,
        settlement_id: own(cells.settlement_id ?? ''),
        trade_id: own(cells.trade_id ?? ''),
      })),
    ),
  };
}

export function randomBooks(count: number, seed: number): readonly RandomBook[] {
  return fc.sample(randomBook, { seed, numRuns: count }).map(ownBook);
}

type SideValues = Readonly<Record<(typeof SIDE_FIELDS)[number], string | number | null>>;

/** By settlement, and rows of one settlement by what they say, absent values last. */
export function byContent(a: SideValues, b: SideValues): number {
  for (const field of SIDE_FIELDS) {
    const [one, other] = [a[field], b[field]];
    if (one === other) continue;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -1 : 1;
  }
  return 0;
}

/** What the judge says of each key of a book, the keys found as the design says and not as the database does. */
export function naively(
  book: RandomBook,
): ReadonlyMap<string, Judgement & { readonly rows: readonly [number, number] }> {
  const ledger = book.files
    .flatMap((rows, file) => rows.map((cells, place) => ({ cells, side: ledgerSideOf(cells, file, place) })))
    .filter(({ side }) => side.status !== 'VOID')
    .map(({ cells, side }) => ({
      side,
      key:
        side.settlement_id === null
          ? compositeKey(
              cells.trade_id ?? '',
              cells.deal_leg ?? '',
              cells.delivery_start ?? '',
              cells.location ?? '',
              cells.charge_type ?? '',
            )
          : `i${side.settlement_id}`,
    }));
  const posted = new Set(ledger.map(({ key }) => key));
  const newest = new Map<string, number>();
  for (const { settlement_id: id, version } of book.records)
    newest.set(id, Math.max(version, newest.get(id) ?? 0));
  const etrm = book.records
    .map(etrmSideOf)
    .filter((side) => side.version === newest.get(side.settlement_id))
    .map((side) => {
      const own = `i${side.settlement_id}`;
      const { trade_id, deal_leg, delivery_start, location, charge_type } = side;
      const composite = compositeKey(
        String(trade_id),
        String(deal_leg),
        String(delivery_start),
        String(location),
        String(charge_type),
      );
      return { side, key: !posted.has(own) && posted.has(composite) ? composite : own };
    });
  const keys = new Set([...etrm, ...ledger].map(({ key }) => key));
  return new Map(
    [...keys].map((key) => {
      const sides = {
        key,
        etrm: etrm.filter((row) => row.key === key).map((row) => row.side),
        ledger: ledger.filter((row) => row.key === key).map((row) => row.side),
      };
      sides.etrm.sort(byContent);
      return [key, { ...judge(sides, DEFAULT_RULES), rows: [sides.etrm.length, sides.ledger.length] }];
    }),
  );
}
