/** Runs with their typed records, put into a real workspace directly: a sync of any vendor leaves such rows behind. */
import type { App } from '../../../electron/app.ts';
import { prepareFindings, type RunFindings } from '../../../electron/findings/record-findings.ts';
import type { Row } from '../../../electron/workspace/row.ts';
import { storedDecimalText } from '../../../electron/workspace/stored-types.ts';
import type { Parameter } from '../../../electron/workspace/transaction.ts';
import type { Resource } from '../../../shared/resource.ts';

const AT = '2024-04-02T08:00:00.000Z';
const MONTH = '2024-03';
const SOURCE = 'vendor';

export type Fields = Readonly<Record<string, Parameter>>;

export interface RunGiven {
  readonly runId: string;
  readonly resource: Resource;
  readonly source?: string;
  readonly month?: string;
  readonly done?: boolean;
}

let seq = 0;

/** A run, finished unless it is said not to be; later calls are later runs. */
export async function storeRun(app: App, run: RunGiven): Promise<void> {
  seq += 1;
  const month = run.month ?? MONTH;
  const source = run.source ?? SOURCE;
  await app.workspace.database.transaction(async (tx) => {
    await tx.run(
      `INSERT INTO run (run_id, seq, source, connection, base_url, resource, month, start_date, end_date, page_size,
         correlation_id, started_at, actor, app_version)
       VALUES (?, ?, ?, ?, 'http://127.0.0.1', ?, ?, ? || '-01', ? || '-28', 1000, 'c', ?, 'analyst', '0')`,
      [run.runId, 1_000_000 + seq, source, source, run.resource, month, month, month, AT],
    );
    if (run.done ?? true) {
      await tx.run(`INSERT INTO run_stop VALUES (?, ?, ?, 'done', NULL, 1, 1, 0, 0, 0, 0, sha256(?))`, [
        run.runId,
        1_000_000 + seq,
        AT,
        run.runId,
      ]);
    }
  });
}

const DECIMALS = ['volume', 'price', 'amount'];

/** Rows of a table by column; a decimal is given by its digits as sent, and stored as a sync stores it. */
async function store(app: App, table: string, rows: readonly Fields[]): Promise<void> {
  const given = rows.map((row) => {
    const texts: Record<string, string | null> = {};
    for (const [name, value] of Object.entries(row)) {
      const text = value === null ? null : String(value);
      texts[name] = DECIMALS.includes(name) && text !== null ? storedDecimalText(text) : text;
      if (DECIMALS.includes(name)) texts[`${name}_text`] = text;
    }
    return texts;
  });
  const columns = [...new Set(given.flatMap(Object.keys))];
  const shape = JSON.stringify([Object.fromEntries(columns.map((column) => [column, 'VARCHAR']))]);
  await app.workspace.database.transaction((tx) =>
    tx.run(`INSERT INTO ${table} BY NAME SELECT unnest(from_json(?, '${shape}'), recursive := true)`, [
      JSON.stringify(given),
    ]),
  );
}

const SETTLEMENT: Fields = {
  version: 1,
  trade_id: 'T-1',
  deal_leg: 0,
  counterparty: 'Blue Mesa',
  commodity: 'POWER',
  charge_type: 'ENERGY',
  direction: 'BUY',
  delivery_start: '2024-03-10 06:00:00',
  delivery_end: '2024-03-10 07:00:00',
  timezone: 'America/New_York',
  location: 'PJM-RTO',
  volume: '50',
  volume_uom: 'MWH',
  price: '30',
  price_uom: 'USD/MWH',
  amount: '-1500',
  currency: 'USD',
  status: 'FINAL',
  curve_id: null,
};

/** Settlements of one page; each is the usual one but for what is given. */
export async function storeSettlements(
  app: App,
  runId: string,
  rows: readonly Fields[],
  page = 1,
): Promise<void> {
  await store(
    app,
    'settlement',
    rows.map((row, idx) => ({
      run_id: runId,
      page,
      idx,
      settlement_id: `S-${page}-${idx}`,
      ...SETTLEMENT,
      ...row,
    })),
  );
}

export async function storeTrades(app: App, runId: string, rows: readonly Fields[]): Promise<void> {
  await store(
    app,
    'trade',
    rows.map((row, idx) => ({
      run_id: runId,
      page: 1,
      idx,
      trade_id: 'T-1',
      version: 1,
      deal_leg: 0,
      ...row,
    })),
  );
}

export async function storePoints(app: App, runId: string, rows: readonly Fields[]): Promise<void> {
  await store(
    app,
    'curve_point',
    rows.map((row, idx) => ({
      run_id: runId,
      page: 1,
      idx,
      curve_id: 'PJM-RT',
      as_of: '2024-04-01 00:00:00',
      price_uom: 'USD/MWH',
      currency: 'USD',
      ...row,
    })),
  );
}

/** Points of consecutive hours from a start, UTC. */
export function hours(start: string, prices: readonly string[], fields: Fields = {}): readonly Fields[] {
  const from = Date.parse(`${start.replace(' ', 'T')}Z`);
  const instant = (at: number): string =>
    new Date(from + at * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  return prices.map((price, at) => ({
    delivery_start: instant(at),
    delivery_end: instant(at + 1),
    price,
    ...fields,
  }));
}

export async function prepare(
  app: App,
  runId: string,
  source = SOURCE,
  month = MONTH,
): Promise<RunFindings | null> {
  return app.workspace.database.transaction((tx) =>
    prepareFindings(tx, { runId, source, month, at: AT, actor: 'analyst' }),
  );
}

/** Prepares, checks pages as their commit does, and lets go. @returns what was found, in the order of the pages. */
export async function check(app: App, runId: string, toPage = 1, source = SOURCE): Promise<readonly Found[]> {
  const checks = await prepare(app, runId, source);
  if (checks) {
    for (let page = 1; page <= toPage; page += 1)
      await app.workspace.database.transaction((tx) => checks.record(tx, page, page));
    await app.workspace.database.transaction((tx) => checks.close(tx));
  }
  return found(app, runId);
}

export interface Found {
  readonly settlement: string;
  readonly code: string;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly source: string;
  readonly detail: unknown;
}

function foundOf(row: Row): Found {
  return {
    settlement: row.text('settlement_id'),
    code: row.text('code'),
    field: row.text('field'),
    expected: row.text('expected'),
    found: row.text('found'),
    source: row.text('source_id'),
    detail: row.json('detail'),
  };
}

export async function found(app: App, runId: string): Promise<readonly Found[]> {
  const rows = await app.workspace.database.rows(
    'SELECT * FROM finding WHERE run_id = ? ORDER BY page, idx, code, field',
    [runId],
  );
  return rows.map(foundOf);
}

/** `CODE field: expected -> found`, to be compared at a glance. */
export function told({ code, field, expected, found: seen }: Found): string {
  return `${code} ${field}: ${expected} -> ${seen}`;
}
