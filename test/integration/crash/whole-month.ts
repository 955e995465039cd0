/**
 * A workspace in which everything was done that leaves a trace: trades, curves, settlements with retries and dead letters,
 * restatements, drift, decisions, imports, reconciliations, reports, verifications, runs that failed or were interrupted.
 */
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, openApp } from '../../../electron/app.ts';
import { systemClock } from '../../../electron/clock.ts';
import { approveMonth } from '../../../electron/close/sign-off.ts';
import { holdMonth, setRetention } from '../../../electron/compliance/retention.ts';
import { memoryKeychain } from '../../../electron/credentials/keychain.ts';
import { Redactor, Secret } from '../../../electron/credentials/secret.ts';
import type { LetterFilter } from '../../../electron/dead-letters/letter-filter.ts';
import { writeSampleLedger } from '../../../electron/demo/ledger.ts';
import { startVendor } from '../../../electron/demo/vendor.ts';
import { ALL_DRIFT } from '../../../electron/drift/drift-rows.ts';
import { parseMapping, startingMapping } from '../../../electron/ledger/mapping.ts';
import { createLog } from '../../../electron/log/log.ts';
import { parseProfile } from '../../../electron/profile/parse-profile.ts';
import { DEFAULT_RULES } from '../../../electron/recon/rules.ts';
import { EVERY_BREAK } from '../../../shared/breaks.ts';
import { decimal } from '../../../shared/decimal.ts';
import { sha256Of } from '../../../shared/digest.ts';
import type { DriftKind, DriftState } from '../../../shared/drift.ts';
import type { DoneEvent } from '../../../shared/events.ts';
import type { Month } from '../../../shared/month.ts';
import type { Resource } from '../../../shared/resource.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { monthOf, unwatched } from '../../unit/workspace/temporary.ts';
import { temporaryFolder } from '../cli/command.ts';
import { pageOf, type Script, type Scripted, scriptedVendor } from '../sync/scripted-vendor.ts';

const MARCH = monthOf('2024-03');
export const APRIL = monthOf('2024-04');
export const MAY = monthOf('2024-05');

/** The services, as the command opens them, but for the keychain. */
export function openServices(folder: string): Promise<App> {
  const redactor = new Redactor();
  return openApp({
    workspaceFolder: folder,
    appVersion: '0.0.0',
    actor: 'analyst',
    clock: systemClock,
    random: () => 0.5,
    newId: () => crypto.randomUUID(),
    keychain: memoryKeychain(),
    redactor,
    log: createLog([], redactor),
  });
}

interface Address {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
}

async function connect(
  app: App,
  name: string,
  vendor: Address,
  profile: string | null = null,
): Promise<void> {
  await app.connections.save(
    {
      name,
      baseUrl: vendor.baseUrl,
      tokenUrl: vendor.tokenUrl,
      clientId: vendor.clientId,
      scope: '',
      caFile: null,
      allowHttp: false,
      settings: name === 'demo' ? { retries: 7 } : {},
      profile: profile === null ? null : parseProfile(profile, 'profile.json', []),
    },
    new Secret('demo-secret'),
  );
}

async function sync(
  app: App,
  name: string,
  month: Month,
  resource: Resource = 'settlements',
  pageSize = 25,
  signal: AbortSignal = unwatched.signal,
): Promise<DoneEvent> {
  return await app.sync({
    source: await app.connections.source(name),
    secret: new Secret('demo-secret'),
    month,
    resource,
    pageSize,
    concurrency: 2,
    backoffFactorS: 0.01,
    signal,
    emit: () => {},
    onRun: () => {},
  });
}

function letters(runId: string, places: LetterFilter['places'] = null): LetterFilter {
  return { runIds: [runId], state: null, code: null, field: null, search: '', places };
}

/** Says what `MWHR` is. */
function unitsProfile(revision: number): string {
  const fields = revision === 1 ? {} : { volume_uom: { from: 'volume_uom', values: { MWHR: 'MWH' } } };
  const settlements = { path: '/api/v2/settlements', fields };
  return JSON.stringify({ profile: 1, name: 'units', revision, resources: { settlements } });
}

const CURSORS = JSON.stringify({
  profile: 1,
  name: 'cursors',
  revision: 1,
  resources: {
    settlements: {
      path: '/api/v2/settlements',
      paging: { style: 'cursor', parameter: 'page', next: 'next_page' },
    },
  },
});

const record = (n: number, change: Readonly<Record<string, string | undefined>> = {}): string =>
  recordJson({ settlement_id: `"S-${n}"`, ...change });

/** Two records a page, the second time with a member more, a code that is new and another price. */
function listing(later: boolean): Script {
  const records = [1, 2, 3, 4, 5, 6].map((n) =>
    record(n, {
      ...((n === 2 || n === 5) && { volume_uom: '"MWHR"' }),
      ...(n === 3 && { volume_uom: '"MWHR"', price: 'null' }),
      ...(later &&
        n === 4 && { price: '31.5', amount: '-1575', version: '2', desk: '"East"', status: '"ACTUAL"' }),
    }),
  );
  return (page): Scripted => pageOf(records.slice(2 * page - 2, 2 * page), page < 3);
}

function refusal(error: unknown): unknown {
  return error;
}

async function decide(app: App, decision: Exclude<DriftState, 'open'>, kind: DriftKind): Promise<void> {
  await app.decideDrift({
    filter: { ...ALL_DRIFT, source: 'units' },
    choice: { field: null, kind, rows: null },
    decision,
    note: `${decision}: the vendor told us`,
  });
}

/** Breaks that are worked in every way, and the month signed by one and approved by another. */
async function closeApril(app: App): Promise<void> {
  const folder = temporaryFolder();
  const path = join(folder, 'april-ledger.csv');
  const filter = { ...EVERY_BREAK, month: APRIL };
  for (const second of ['-1418', '-1419']) {
    writeFileSync(path, `settlement_id,amount,currency\nS-1,-1400,USD\nS-2,${second},USD\nS-9,5,USD\n`);
    await app.importLedger({ path, month: APRIL, ...unwatched });
    await app.reconcile({ month: APRIL, source: 'units', ...unwatched });
    await app.breaks.act(
      { filter: { ...filter, search: 'S-2' }, ids: null },
      { act: 'resolve', reason: 'TIMING', note: '' },
    );
  }
  await app.breaks.act({ filter, ids: null }, { act: 'assign', assignee: 'zoe' });
  await app.breaks.attach({ filter, ids: null }, path, 'the extract');
  await app.breaks.act(
    { filter: { ...filter, search: 'S-9' }, ids: null },
    { act: 'suppress', note: 'not ours' },
  );
  await app.breaks.act({ filter, ids: null }, { act: 'resolve', reason: 'OTHER', note: 'as\tit is' });
  const { settings } = await app.closing.settings();
  await app.closing.setSettings({ ...settings, age_by: 'business' });
  await app.closing.act(APRIL, 'sign', 'all decided');
  const reviewer = {
    workspace: app.workspace,
    clock: systemClock,
    redactor: new Redactor(),
    actor: 'reviewer',
  };
  await approveMonth(reviewer, APRIL, '');
}

/** Its own listing, whose dead letters a second profile puts right. */
async function unitsMonth(app: App): Promise<void> {
  const vendor = await scriptedVendor(listing(false));
  try {
    await connect(app, 'units', vendor, unitsProfile(1));
    const first = await sync(app, 'units', APRIL, 'settlements', 2);
    await app.retryLetters({ filter: letters(first.run_id), ...unwatched });
    const [odd] = await app.workspace.database.rows(
      'SELECT page, idx FROM dead_letter WHERE run_id = ? LIMIT 1',
      [first.run_id],
    );
    const places = [{ runId: first.run_id, page: odd?.int('page') ?? 0, index: odd?.int('idx') ?? 0 }];
    await app.discardLetters(letters(first.run_id, places), 'not ours');
    await app.reopenLetters(letters(first.run_id, places), '');
    await connect(app, 'units', vendor, unitsProfile(2));
    await app.retryLetters({ filter: letters(first.run_id), ...unwatched });
    await app.discardLetters(letters(first.run_id), 'the vendor\twill send\nit again');
    await closeApril(app);
    vendor.answer(listing(true));
    await sync(app, 'units', APRIL, 'settlements', 2);
    await app.closing.give(APRIL, MAY, null);
    await app.closing.act(APRIL, 'reopen', 'the vendor restated it');
    await decide(app, 'rejected', 'added');
    await decide(app, 'accepted', 'added');
    await decide(app, 'rejected', 'value').catch(refusal);
  } finally {
    await vendor.close();
  }
}

/** A run that failed after two of its pages, each of which named the next. */
async function brokenOff(app: App): Promise<void> {
  const vendor = await scriptedVendor((page) => {
    const n = Number.isNaN(page) || page === 0 ? 1 : page;
    return n === 3 ? { body: 'no JSON' } : { body: `{"results":[${record(n)}],"next_page":${n + 1}}` };
  });
  try {
    await connect(app, 'cursors', vendor, CURSORS);
    await sync(app, 'cursors', MAY).catch(refusal);
    const abort = new AbortController();
    abort.abort();
    await sync(app, 'cursors', MAY, 'settlements', 25, abort.signal).catch(refusal);
  } finally {
    await vendor.close();
  }
}

/** A body that is no UTF-8, and a listing in which a key lies on two pages. */
async function oddBodies(app: App): Promise<void> {
  const odd = Buffer.concat([
    Buffer.from('{"results":['),
    Buffer.from(record(1).replace('ACME', 'ACM_')).map((byte) => (byte === 0x5f ? 0xff : byte)),
    Buffer.from('],"next_page":true}'),
  ]);
  const vendor = await scriptedVendor((page) => {
    if (page === 1) return { body: odd };
    return pageOf([record(page === 3 ? 2 : page, page === 3 ? { version: '1', price: '1' } : {})], page < 3);
  });
  try {
    await connect(app, 'odd', vendor);
    await sync(app, 'odd', MAY);
    await app.connections.remove('odd');
  } finally {
    await vendor.close();
  }
}

const CURVES = [
  'Curve ID,As Of,Delivery Start,Delivery End,Price,Price UOM,Currency',
  'PJM-DA,2024-04-01T00:00:00Z,2024-03-01T05:00:00Z,2024-03-01T06:00:00Z,28.35,USD/MWH,USD',
  'PJM-DA,2024-04-02T00:00:00Z,2024-03-01T05:00:00Z,2024-03-01T06:00:00Z,28.36,USD/MWH,USD',
];

async function importCurves(app: App, name: string, month: Month): Promise<void> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, `${CURVES.map((line) => line.replaceAll('2024-03', month)).join('\n')}\n`);
  await app.importCurves({ path, month, ...unwatched });
}

async function demoMonth(app: App, reports: string): Promise<void> {
  const vendor = await startVendor({ month: MARCH, records: 300, seed: 11, faults: true });
  try {
    await connect(app, 'demo', vendor);
    const resources: readonly Resource[] = [
      'trades',
      'curves',
      'settlements',
      'curves',
      'trades',
      'settlements',
    ];
    await importCurves(app, 'march.csv', MARCH);
    for (const resource of resources)
      await sync(app, 'demo', MARCH, resource, resource === 'settlements' ? 25 : 500);
  } finally {
    await vendor.close();
  }
  const { database, evidence } = app.workspace;
  const ledger = join(temporaryFolder(), 'ledger.csv');
  for (const seed of [12, 11]) {
    await writeSampleLedger(ledger, { month: MARCH, records: 300, seed });
    await app.importLedger({ path: ledger, month: MARCH, ...unwatched });
    await app.reconcile({ month: MARCH, source: 'demo', ...unwatched });
  }
  await takeApart(app);
  for (const format of ['json', 'csv'] as const)
    await app.report({ month: MARCH, format, out: reports, overwrite: true, ...unwatched });
  await app.verify({ month: MARCH, ...unwatched });
  // One that finds something, and is put right.
  const page = await database.row(
    'SELECT body_sha256 FROM page WHERE run_id = (SELECT max_by(run_id, seq) FROM run) AND page = 2',
  );
  const file = evidence.path(sha256Of(page?.text('body_sha256') ?? ''));
  renameSync(file, `${file}.away`);
  await app.verify({ month: null, ...unwatched });
  renameSync(`${file}.away`, file);
}

/** A match that an analyst does not believe, and the reconciliation that goes by it. */
async function takeApart(app: App): Promise<void> {
  const row = await app.workspace.database.row(
    `SELECT settlement_id FROM recon_item WHERE state = 'matched' AND recon_id = (SELECT arg_max(recon_id, seq) FROM recon)
     ORDER BY settlement_id LIMIT 1`,
  );
  const matches = [row?.text('settlement_id') ?? ''];
  await app.decideMatches({ month: MARCH, act: 'unmatch', matches, reason: 'not the same' });
  await app.reconcile({ month: MARCH, source: 'demo', ...unwatched });
}

async function settings(app: App, folder: string): Promise<void> {
  const tolerance = { absolute: decimal('0.02'), percent: decimal('1.5') };
  await app.setTolerance('PJM-DA', tolerance);
  await app.setTolerance('AB-NIT', tolerance);
  await app.setTolerance('AB-NIT', null);
  const target = {
    name: 'lake',
    settings: { kind: 'file', path: join(folder, 'events.ndjson'), maxBytes: 100_000, keep: 3 } as const,
    secret: null,
  };
  await app.siem.save({ ...target, from: null });
  await app.siem.save({ ...target, from: 5 });
  await app.siem.remove('lake');
  await app.siem.save({ ...target, from: 'now' });
  await app.saveRules({ ...DEFAULT_RULES, name: 'kept' });
  await app.saveMapping(parseMapping(startingMapping(), 'mapping.json'));
  await setRetention(app.compliance, 8, 'policy');
  await holdMonth(app.compliance, MARCH, 'placed', 'case 12');
}

export interface WholeMonth {
  readonly folder: string;
  readonly workspace: string;
}

/** @param folder of all that lies beside the workspace, where its reports and its SIEM target stay. */
async function build(folder: string): Promise<string> {
  const workspace = join(folder, 'workspace');
  const app = await openServices(workspace);
  try {
    await settings(app, folder);
    await demoMonth(app, join(folder, 'reports'));
    await importCurves(app, 'april.csv', APRIL);
    await unitsMonth(app);
    await brokenOff(app);
    await oddBodies(app);
    await app.siem.follow();
    await app.siem.untilEmpty(['lake'], unwatched.signal);
  } finally {
    await app.close();
  }
  return workspace;
}

/** Of this process: building takes as long as some of the files of tests that start from it. */
let built: Promise<string> | null = null;

async function buildOnce(): Promise<string> {
  if (built === null) {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-month-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    built = build(folder);
    // What failed once is tried again.
    built.catch(() => {
      built = null;
    });
  }
  return await built;
}

/** A copy of the month, closed, which the caller may change; its reports are read by all callers and changed by none. */
export async function wholeMonth(): Promise<WholeMonth> {
  const folder = temporaryFolder();
  const workspace = join(folder, 'workspace');
  cpSync(await buildOnce(), workspace, { recursive: true });
  return { folder, workspace };
}
