/** Every act leaves an event in the audit chain, in the transaction of what it records. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { systemClock } from '../../../electron/clock.ts';
import { memoryKeychain } from '../../../electron/credentials/keychain.ts';
import { Redactor, Secret } from '../../../electron/credentials/secret.ts';
import { createLog } from '../../../electron/log/log.ts';
import { openWorkspace } from '../../../electron/workspace/workspace.ts';
import { pageOf, type ScriptedVendor, scriptedVendor } from '../sync/scripted-vendor.ts';
import { type Ended, ofType, SECRET, syncArgs, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';
import { type AuditEvent, type Recorded, recordTransactions, tablesOf } from './recorded-transactions.ts';

const MONTH = '2024-03';
const MANUAL = join(import.meta.dirname, '..', '..', '..', 'docs', 'audit.md');

const COMMIT = ['sync.page'];
const RUN_END = ['sync.done', 'sync.failed', 'sync.cancelled'];

/** By table: the events of which one must be in each transaction that writes to it; or why none need be. */
const ACTS: Readonly<Record<string, readonly string[] | string>> = {
  connection_event: ['connection.save', 'connection.remove'],
  profile: ['profile.save'],
  run: ['sync.start'],
  run_stop: RUN_END,
  run_warning: ['sync.warning'],
  page: COMMIT,
  settlement: [...COMMIT, 'dead-letter.retry'],
  trade: [...COMMIT, 'dead-letter.retry'],
  curve_point: [...COMMIT, 'curves.import', 'dead-letter.retry'],
  resource_record: COMMIT,
  dead_letter: COMMIT,
  drift: COMMIT,
  page_schema: COMMIT,
  attempt: [...COMMIT, 'sync.retry', ...RUN_END],
  finding: [...COMMIT, 'dead-letter.retry'],
  run_pin: ['findings.pin'],
  schema_baseline_event: ['drift.baseline', 'drift.accept'],
  drift_finding: ['drift.found'],
  drift_decision: ['drift.accept', 'drift.reject'],
  dead_letter_event: ['dead-letter.retry', 'dead-letter.discard', 'dead-letter.reopen'],
  curve_import: ['curves.import'],
  curve_snapshot: ['curves.import', 'curves.seal'],
  curve_tolerance_event: ['curves.tolerance'],
  ledger_import: ['ledger.import'],
  ledger_reading: ['ledger.import'],
  ledger_row: ['ledger.import'],
  mapping: ['mapping.save'],
  recon: ['recon.done'],
  recon_pair: ['recon.done'],
  recon_match: 'matches of reconciliations before plain pairs were kept by number',
  recon_judged: ['recon.done'],
  recon_waterfall: ['recon.done'],
  rule_set: ['rules.save'],
  match_decision: ['match.confirm', 'match.reject', 'match.unmatch', 'match.restore'],
  recon_break: ['recon.done'],
  break_event: [
    'break.follow',
    'break.assign',
    'break.comment',
    'break.resolve',
    'break.reopen',
    'break.write-off',
    'break.suppress',
    'break.lift',
    'break.attach',
    'break.import',
  ],
  close_setting_event: ['close.settings'],
  close_event: ['close.sign', 'close.approve', 'close.return', 'close.reopen'],
  adjustment_event: ['close.adjust'],
  retention_setting_event: ['retention.set'],
  legal_hold_event: ['retention.hold', 'retention.release'],
  pruned_evidence: ['retention.prune'],
  report: ['report.export'],
  verification: ['verify.done'],
  page_check: ['verify.done'],
  siem_target_event: ['siem.save', 'siem.remove'],
  siem_cursor_event: 'how far the chain was sent: an event of it would have to be sent in its turn, for ever',
  siem_failure: 'of the same sending',
  siem_refusal: 'of the same sending',
  workspace: 'made with the workspace, before there is a chain',
  migration: 'the shape of the tables, of which the version of Tieout tells',
};

/** Counts that an event tells, and the rows that its transaction must have added. */
const COUNTED: readonly {
  readonly type: string;
  readonly tables: readonly string[];
  readonly told: (payload: AuditEvent['payload']) => number;
}[] = [
  {
    type: 'sync.page',
    tables: ['settlement', 'trade', 'curve_point', 'resource_record'],
    told: ({ records, rejected }) => Number(records) - Number(rejected),
  },
  { type: 'sync.page', tables: ['dead_letter'], told: ({ rejected }) => Number(rejected) },
  { type: 'sync.page', tables: ['page'], told: () => 1 },
  { type: 'ledger.import', tables: ['ledger_row'], told: ({ rows }) => Number(rows) },
  { type: 'curves.import', tables: ['curve_point'], told: ({ points }) => Number(points) },
  {
    type: 'recon.done',
    tables: ['recon_pair', 'recon_judged'],
    told: ({ matched, breaks, pending }) => Number(matched) + Number(breaks) + Number(pending),
  },
  { type: 'recon.done', tables: ['recon_break'], told: ({ breaks }) => Number(breaks) },
  {
    type: 'report.export',
    tables: ['report'],
    told: ({ files }) => (Array.isArray(files) ? files.length : -1),
  },
  { type: 'drift.found', tables: ['drift_finding'], told: ({ findings }) => Number(findings) },
  {
    type: 'drift.reject',
    tables: ['drift_decision'],
    told: ({ findings }) => (Array.isArray(findings) ? findings.length : -1),
  },
  {
    type: 'drift.accept',
    tables: ['drift_decision'],
    told: ({ findings }) => (Array.isArray(findings) ? findings.length : -1),
  },
];

let serial = 0;

function settlement(changes: Readonly<Record<string, unknown>> = {}): string {
  serial += 1;
  return JSON.stringify({
    settlement_id: `S-${serial}`,
    version: 1,
    trade_id: 'T-1',
    counterparty: 'ACME Energy',
    commodity: 'POWER',
    direction: 'BUY',
    delivery_start: '2024-03-01T05:00:00Z',
    delivery_end: '2024-03-01T06:00:00Z',
    timezone: 'America/New_York',
    location: 'PJM-RTO',
    volume: 50,
    volume_uom: 'MWH',
    price: 28.35,
    price_uom: 'USD/MWH',
    amount: -1417.5,
    currency: 'USD',
    status: 'FINAL',
    curve_id: 'PJM-DA',
    ...changes,
  });
}

const folder = temporaryFolder();
const workspace = join(folder, 'workspace');
const here = ['--workspace', workspace, '--json'];
const watch = recordTransactions();
/** By what was done: the transactions that it took. */
const done = new Map<string, readonly Recorded[]>();
let vendor: ScriptedVendor;

async function act(name: string, work: () => Promise<unknown>): Promise<void> {
  const from = watch.recorded.length;
  await work();
  done.set(name, watch.recorded.slice(from));
}

async function command(name: string, code: number, ...args: readonly string[]): Promise<Ended> {
  let ended: Ended = { code: null, stdout: '', stderr: '' };
  await act(name, async () => {
    ended = await tieout([...args, ...here]);
    if (ended.code !== code) throw new Error(`${args.join(' ')} ended with ${ended.code}: ${ended.stderr}`);
  });
  return ended;
}

/** For what needs a keychain. */
async function withApp(work: (app: App) => Promise<unknown>): Promise<void> {
  const redactor = new Redactor();
  const app = await openApp({
    workspaceFolder: workspace,
    appVersion: '0.0.0',
    actor: 'analyst',
    clock: systemClock,
    random: () => 0.5,
    newId: () => 'unused',
    keychain: memoryKeychain(),
    redactor,
    log: createLog([], redactor),
  });
  try {
    await work(app);
  } finally {
    await app.close();
  }
}

function typesOf(name: string): readonly string[] {
  return (done.get(name) ?? []).flatMap(({ events }) => events.map(({ type }) => type));
}

beforeAll(async () => {
  const first = [
    [settlement(), settlement()],
    [settlement(), settlement({ counterparty: null })],
  ];
  vendor = await scriptedVendor((page, request) =>
    page === 2 && request === 1 ? { status: 502, body: '' } : pageOf(first[page - 1] ?? [], page < 2),
  );
  const sync = (...more: readonly string[]) => syncArgs(vendor, MONTH, '--backoff-factor', '0.01', ...more);
  const synced = await command('sync', 0, ...sync());
  await command('trades', 0, ...sync('--resource', 'trades'));
  await command('curves', 0, ...sync('--resource', 'curves'));

  vendor.answer((page) =>
    page === 2 ? { status: 404, body: '{}' } : pageOf([settlement({ desk: 'East' })], true),
  );
  await command('failed sync', 3, ...sync('--concurrency', '1'));
  vendor.answer((page) => pageOf(page === 2 ? [settlement({ curve_id: null })] : [], false));
  await command('resumed sync', 0, ...sync('--concurrency', '1'));
  await command('drift accept', 0, 'drift', 'accept', '--field', 'desk', '--note', 'new');
  await command('drift reject', 0, 'drift', 'reject', '--all', '--note', 'ticket 4711');

  const ledger = join(folder, 'ledger.csv');
  writeFileSync(ledger, 'settlement_id,amount,currency\nS-1,-1417.5,USD\nS-2,-1417.4,USD\n');
  await command('import', 0, 'import', ledger, '--as', 'ledger', '--month', MONTH);
  await command('reconcile', 0, 'reconcile', '--month', MONTH);
  await command('report', 0, 'report', '--month', MONTH, '--format', 'csv', '--out', join(folder, 'out'));
  await command('verify', 0, 'verify');
  await command('breaks comment', 0, 'breaks', 'comment', '--month', MONTH, '--note', 'asked');
  await command('retention set', 0, 'retention', 'set', '--years', '8', '--reason', 'policy');
  await command('retention hold', 0, 'retention', 'hold', '--month', MONTH, '--reason', 'case 12');

  const letters = ['--run', String(ofType(synced, 'done')[0]?.run_id)];
  await command('dead-letters retry', 0, 'dead-letters', 'retry', ...letters);
  await command('dead-letters discard', 0, 'dead-letters', 'discard', ...letters, '--reason', 'agreed');
  await command('dead-letters reopen', 0, 'dead-letters', 'reopen', ...letters);
  const points =
    'curve_id,as_of,delivery_start,delivery_end,price\nPJM-DA,2024-03-31T00:00:00Z,2024-03-01T05:00:00Z,2024-03-01T06:00:00Z,28.1\n';
  const curves = join(folder, 'curves.csv');
  writeFileSync(curves, points);
  await command('import curves', 0, 'import', curves, '--as', 'curves', '--month', MONTH);
  await command('curves tolerance', 0, 'curves', 'tolerance', 'PJM-DA', '--absolute', '0.5');

  const source = {
    name: 'acme',
    baseUrl: vendor.baseUrl,
    tokenUrl: vendor.tokenUrl,
    clientId: vendor.clientId,
    scope: '',
    caFile: null,
    allowHttp: false,
    settings: {},
    profile: null,
  };
  await act('connect', () => withApp((app) => app.connections.save(source, new Secret(SECRET))));
  await act('disconnect', () => withApp((app) => app.connections.remove('acme')));
  await command('siem add', 0, 'siem', 'add', 'file', '--file', join(folder, 'siem.ndjson'));
  await command('siem forward', 0, 'siem', 'forward', '--until-empty');
  await command('siem remove', 0, 'siem', 'remove', 'file');

  for (const args of [
    ['audit', 'list'],
    ['audit', 'export'],
    ['audit', 'verify'],
    ['drift', 'list'],
    ['drift', 'baseline'],
    ['dead-letters', 'list'],
    ['connections', 'list'],
    ['profile', 'list'],
    ['siem', 'list'],
    ['curves', 'list', '--month', MONTH],
    ['findings', 'list', '--month', MONTH],
    ['records', '--month', MONTH],
    ['diff', '--month', MONTH, '--runs', 'previous', 'latest'],
  ])
    await command(`reading: ${args.join(' ')}`, 0, ...args);
});
afterAll(async () => {
  watch.end();
  await vendor.close();
});

describe('every act', () => {
  it('adds its events to the chain, by name', () => {
    const acts = Object.fromEntries([...done.keys()].map((name) => [name, [...new Set(typesOf(name))]]));
    expect(acts).toMatchObject({
      sync: [
        'sync.start',
        'token.renewed',
        'sync.retry',
        'sync.page',
        'drift.baseline',
        'sync.done',
      ].toSorted((a, b) => typesOf('sync').indexOf(a) - typesOf('sync').indexOf(b)),
      'drift accept': ['drift.accept'],
      'drift reject': ['drift.reject'],
      import: ['ledger.import'],
      reconcile: ['recon.done', 'break.follow'],
      'breaks comment': ['break.comment'],
      'retention set': ['retention.set'],
      'retention hold': ['retention.hold'],
      report: ['report.export'],
      verify: ['verify.done'],
      'import curves': expect.arrayContaining(['curves.import']),
      'curves tolerance': ['curves.tolerance'],
      connect: ['connection.save'],
      disconnect: ['connection.remove'],
      'dead-letters retry': ['dead-letter.retry'],
      'dead-letters discard': ['dead-letter.discard'],
      'dead-letters reopen': ['dead-letter.reopen'],
      'siem add': ['siem.save'],
      'siem remove': ['siem.remove'],
    });
    expect(typesOf('failed sync')).toEqual(
      expect.arrayContaining(['sync.start', 'sync.page', 'sync.failed']),
    );
    expect(typesOf('resumed sync')).toEqual(
      expect.arrayContaining(['sync.resume', 'sync.page', 'drift.found', 'sync.done']),
    );
  });

  it('writes nothing without an event of it in the same transaction', () => {
    const silent = watch.recorded.flatMap(({ added, events }) =>
      Object.entries(added).flatMap(([table]) => {
        const known = ACTS[table];
        if (typeof known === 'string') return [];
        if (known?.some((type) => events.some((event) => event.type === type))) return [];
        return [`${table} with ${events.map(({ type }) => type).join(', ') || 'no event'}`];
      }),
    );
    expect([...new Set(silent)]).toEqual([]);
  });

  it('takes nothing away: tables grow', () => {
    const shrunk = watch.recorded.flatMap(({ added }) =>
      Object.entries(added).filter(([, count]) => count < 0),
    );
    expect(shrunk).toEqual([]);
  });

  it('tells the counts of what it wrote', () => {
    const checked = new Set<string>();
    for (const { added, events } of watch.recorded) {
      for (const { type, tables, told } of COUNTED) {
        const own = events.filter((event) => event.type === type);
        if (own.length === 0) continue;
        checked.add(type);
        const rows = tables.reduce((total, table) => total + (added[table] ?? 0), 0);
        expect(rows, `${type}: ${tables.join(', ')}`).toBe(
          own.reduce((total, { payload }) => total + told(payload), 0),
        );
      }
    }
    expect([...checked].sort()).toEqual([...new Set(COUNTED.map(({ type }) => type))].sort());
  });

  it('is in the manual', () => {
    const manual = readFileSync(MANUAL, 'utf8');
    const named = new Set([...manual.matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, name]) => name ?? ''));
    const seen = new Set(watch.recorded.flatMap(({ events }) => events.map(({ type }) => type)));
    expect([...seen].filter((type) => !named.has(type))).toEqual([]);
    for (const types of Object.values(ACTS)) {
      if (typeof types !== 'string') for (const type of types) expect(named, type).toContain(type);
    }
  });
});

describe('an act that only reads', () => {
  it('leaves no event', () => {
    const reading = [...done.keys()].filter((name) => name.startsWith('reading: '));
    expect(reading.length).toBeGreaterThan(5);
    for (const name of reading) expect(done.get(name), name).toEqual([]);
  });
});

describe('the tables of a workspace', () => {
  it('are all known here, so that a new one is asked for its event', async () => {
    const opened = await openWorkspace(workspace, { at: '', appVersion: '', newId: () => '' });
    const tables = (await tablesOf(opened.database)).filter((table) => table !== 'audit_event');
    await opened.close();
    expect(tables).toEqual(Object.keys(ACTS).sort());
  });
});
