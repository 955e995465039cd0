/**
 * `kill -9` at random moments of a month's work. TIEOUT_KILLS says how many (12 unless told; 200 take some minutes),
 * TIEOUT_KILL_SEED which moments.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import STEADY from '../../../build/node-flags.json' with { type: 'json' };
import { writeSampleLedger } from '../../../electron/demo/ledger.ts';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import { sha256 } from '../../../electron/workspace/evidence.ts';
import type { Row } from '../../../electron/workspace/row.ts';
import {
  COMPILED,
  type Ended,
  eventsOf,
  type JsonEvent,
  ofType,
  SECRET,
  syncArgs,
  temporaryFolder,
} from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { stored } from '../workspace/stored-tables.ts';
import { expectSound } from './sound-workspace.ts';

const KILLS = Number(process.env.TIEOUT_KILLS ?? 12);
const SEED = Number(process.env.TIEOUT_KILL_SEED ?? 20_240_310);
/** Months that are worked on at once. */
const LANES = 2;
const MONTH = '2024-03';
const RECORDS = 1000;
const PAGE_SIZE = 50;
const VICTIM = join(import.meta.dirname, 'victim.ts');

/** The kills of one month, by what they interrupt; then comes the next month, in a workspace of its own. */
const PHASES = [
  ['sync', 5],
  ['import', 2],
  ['reconcile', 2],
  ['report', 3],
] as const;
type Phase = (typeof PHASES)[number][0];

/** The same numbers in [0, 1) in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

let vendor: Vendor;
let ledger: string;
beforeAll(async () => {
  vendor = await startVendor({ month: MONTH, records: RECORDS, seed: 7, latencyMs: 4, clientSecret: SECRET });
  ledger = join(temporaryFolder(), 'ledger.csv');
  await writeSampleLedger(ledger, { month: MONTH, records: RECORDS, seed: 7 });
});
afterAll(() => vendor.close());

interface Place {
  readonly folder: string;
  readonly workspace: string;
  readonly reports: string;
}

function newPlace(): Place {
  const folder = temporaryFolder();
  const reports = join(folder, 'reports');
  mkdirSync(reports);
  return { folder, workspace: join(folder, 'workspace'), reports };
}

function argsOf(phase: Phase, { workspace, reports }: Place): readonly string[] {
  const verbs: Readonly<Record<Phase, readonly string[]>> = {
    sync: syncArgs(vendor, MONTH, '--page-size', String(PAGE_SIZE), '--concurrency', '2'),
    import: ['import', ledger, '--as', 'ledger', '--month', MONTH],
    reconcile: ['reconcile', '--month', MONTH],
    report: ['report', '--month', MONTH, '--format', 'csv', '--out', reports, '--overwrite'],
  };
  return [...verbs[phase], '--workspace', workspace, '--json'];
}

const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  TIEOUT_CLIENT_SECRET: SECRET,
  NODE_COMPILE_CACHE: COMPILED,
  TMPDIR: process.env.TMPDIR,
  TIEOUT_TEST_COMMAND: process.env.TIEOUT_TEST_COMMAND,
};

/** Runs a command in a process of its own and kills it. @param moment milliseconds after it began. @returns what it told. */
async function killed(
  args: readonly string[],
  moment: number,
): Promise<{ readonly told: readonly JsonEvent[]; readonly survived: boolean }> {
  const child = spawn(process.execPath, [...STEADY, VICTIM, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: ENVIRONMENT,
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  createInterface({ input: child.stdout }).once('line', () =>
    setTimeout(() => child.kill('SIGKILL'), moment),
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  return { told: eventsOf(whole).filter(({ type }) => type !== 'begin'), survived: code !== null };
}

/** How long a command takes from its beginning to its end. */
async function lasting(args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...STEADY, VICTIM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: ENVIRONMENT,
  });
  let began = begun;
  createInterface({ input: child.stdout }).once('line', () => {
    began = performance.now();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
  return performance.now() - began;
}

const EVERYTHING = `
  SELECT 'settlement' AS kind, page, idx, settlement_id AS id, version, amount_text AS text FROM settlement
  UNION ALL SELECT 'dead letter', page, idx, settlement_id, 0, raw FROM dead_letter
  UNION ALL SELECT 'page', page, 0, page_sha256, records, body_sha256 FROM page
  UNION ALL SELECT 'schema', page, 0, '', 0, '' FROM page_schema
  ORDER BY kind, page, idx`;

/** What is there twice, or half: each row is a fault. */
const FAULTS = `
  SELECT 'settlement twice' AS fault, run_id, page, idx FROM settlement GROUP BY ALL HAVING count(*) > 1
  UNION ALL SELECT 'dead letter twice', run_id, page, idx FROM dead_letter GROUP BY ALL HAVING count(*) > 1
  UNION ALL SELECT 'page of other counts', p.run_id, p.page, 0 FROM page p
    LEFT JOIN (SELECT run_id, page, count(*) AS n FROM settlement GROUP BY ALL) s ON s.run_id = p.run_id AND s.page = p.page
    LEFT JOIN (SELECT run_id, page, count(*) AS n FROM dead_letter GROUP BY ALL) d ON d.run_id = p.run_id AND d.page = p.page
    WHERE p.records - p.rejected <> coalesce(s.n, 0) OR p.rejected <> coalesce(d.n, 0)
  UNION ALL SELECT 'record without a page', s.run_id, s.page, s.idx FROM settlement s ANTI JOIN page p ON p.run_id = s.run_id AND p.page = s.page
  UNION ALL SELECT 'pages with a gap', run_id, max(page), 0 FROM page GROUP BY run_id HAVING max(page) <> count(*)
  UNION ALL SELECT 'extract of another count', i.import_id, i.rows, count(r.line) FROM ledger_import i
    LEFT JOIN ledger_row r ON r.import_id = i.import_id GROUP BY ALL HAVING count(r.line) <> i.rows
  UNION ALL SELECT 'row without an extract', r.import_id, r.line, 0 FROM ledger_row r ANTI JOIN ledger_import i ON i.import_id = r.import_id
  UNION ALL SELECT 'reconciliation of another count', c.recon_id, coalesce(i.n, 0), 0 FROM recon c
    LEFT JOIN (SELECT recon_id, count(*) AS n FROM recon_item GROUP BY recon_id) i ON i.recon_id = c.recon_id
    WHERE coalesce(i.n, 0) <> c.matched + c.breaks + c.pending
  UNION ALL SELECT 'item without a reconciliation', i.recon_id, i.position, 0 FROM recon_item i ANTI JOIN recon c ON c.recon_id = i.recon_id`;

type Rows = (sql: string) => Promise<readonly Row[]>;

/** A column of texts of each row. */
async function lines(rows: Rows, sql: string): Promise<ReadonlySet<string>> {
  return new Set((await rows(sql)).map((row) => row.text('line')));
}

/** What the commands have told as done so far must be there. */
async function checkTold(told: readonly JsonEvent[], rows: Rows): Promise<void> {
  const kept: Readonly<Record<string, ReadonlySet<string>>> = {
    page: await lines(
      rows,
      `SELECT concat_ws(' ', run_id, page, records, page_sha256, body_sha256) AS line FROM page`,
    ),
    done: await lines(
      rows,
      `SELECT concat_ws(' ', run_id, run_sha256) AS line FROM run_stop WHERE outcome = 'done'`,
    ),
    import: await lines(
      rows,
      `SELECT concat_ws(' ', import_id, rows, file_sha256) AS line FROM ledger_import`,
    ),
    recon: await lines(rows, `SELECT concat_ws(' ', matched, breaks, recon_sha256) AS line FROM recon`),
    report: await lines(rows, `SELECT concat_ws(' ', path, sha256) AS line FROM report`),
  };
  const said: Readonly<Record<string, readonly string[]>> = {
    page: ['run_id', 'page', 'records', 'page_sha256', 'body_sha256'],
    done: ['run_id', 'run_sha256'],
    import: ['import_id', 'rows', 'file_sha256'],
    recon: ['matched', 'breaks', 'recon_sha256'],
    report: ['path', 'sha256'],
  };
  for (const event of told) {
    const line = said[event.type]?.map((name) => String(event[name])).join(' ');
    if (line !== undefined) expect(kept[event.type], event.type).toContain(line);
  }
}

/** Every file that lies in the report folder is whole: recorded, or killed between the export and its record. */
async function checkReports(reports: string, rows: Rows): Promise<void> {
  const known = await lines(rows, 'SELECT sha256 AS line FROM report');
  for (const name of readdirSync(reports).filter((each) => !each.startsWith('.'))) {
    const text = readFileSync(join(reports, name));
    if (known.has(sha256(text))) continue;
    expect(text.at(-1), name).toBe(0x0a);
    if (name.endsWith('.json')) expect(() => JSON.parse(text.toString('utf8'))).not.toThrow();
  }
}

function good(ended: Ended): Ended {
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return ended;
}

/** Opens the workspace as the next command would, and looks at everything in it. */
async function check(told: readonly JsonEvent[], { workspace: folder, reports }: Place): Promise<void> {
  if (!existsSync(join(folder, 'workspace.duckdb'))) {
    expect(told).toEqual([]);
    return;
  }
  await expectSound(folder, async (database) => {
    const rows: Rows = (sql) => database.rows(sql);
    expect((await rows(FAULTS)).map((row) => row.text('fault'))).toEqual([]);
    await checkTold(told, rows);
    await checkReports(reports, rows);
  });
}

interface Calm {
  readonly done: JsonEvent | undefined;
  readonly recon: JsonEvent | undefined;
  readonly rows: readonly unknown[];
  readonly lasts: ReadonlyMap<Phase, number>;
}

/** The month without a kill, and how long each step takes. */
async function calmMonth(): Promise<Calm> {
  const place = newPlace();
  const ended = new Map<Phase, Ended>();
  for (const [phase] of PHASES) ended.set(phase, good(await tieout(argsOf(phase, place))));
  const rows = await stored(place.workspace, place.folder, EVERYTHING);
  const timed = newPlace();
  const lasts = new Map<Phase, number>();
  for (const [phase] of PHASES) lasts.set(phase, await lasting(argsOf(phase, timed)));
  const of = (phase: Phase): Ended => ended.get(phase) ?? { code: null, stdout: '', stderr: '' };
  return { done: ofType(of('sync'), 'done')[0], recon: ofType(of('reconcile'), 'recon')[0], rows, lasts };
}

interface Counts {
  kills: number;
  /** Commands that came to their end first. */
  survived: number;
  /** Events that were told. */
  told: number;
  months: number;
  readonly within: Record<Phase, number>;
}

/** Kills a step some times, looks at what is there after each, and then lets it come to its end. */
async function killedStep(
  phase: Phase,
  moments: readonly number[],
  place: Place,
  told: JsonEvent[],
  counts: Counts,
): Promise<Ended> {
  for (const moment of moments) {
    if (counts.kills >= KILLS) break;
    const after = await killed(argsOf(phase, place), moment);
    if (after.survived) counts.survived += 1;
    else {
      counts.kills += 1;
      counts.within[phase] += 1;
    }
    told.push(...after.told);
    await check(told, place);
    if (after.survived) break;
  }
  const ended = good(await tieout(argsOf(phase, place)));
  told.push(...eventsOf(ended.stdout));
  return ended;
}

/** The sync gives what it gives without a kill, whether it went on or had come to its end unheard. */
async function sameRun(ended: Ended, calm: Calm, { workspace, folder }: Place): Promise<void> {
  const [text, number] = [expect.any(String), expect.any(Number)];
  const compared = { run_id: text, added: number, changed: number, removed: number };
  expect(ofType(ended, 'done')[0]).toEqual({ ...calm.done, ...compared });
  const runs = await stored(workspace, folder, 'SELECT run_id FROM run');
  if (runs.length === 1) expect(await stored(workspace, folder, EVERYTHING)).toEqual(calm.rows);
}

async function killedMonth(calm: Calm, random: () => number, counts: Counts): Promise<void> {
  counts.months += 1;
  const place = newPlace();
  const told: JsonEvent[] = [];
  for (const [phase, kills] of PHASES) {
    const last = calm.lasts.get(phase) ?? 0;
    const moments = Array.from({ length: kills }, () => random() * last);
    const ended = await killedStep(phase, moments, place, told, counts);
    if (phase === 'sync') await sameRun(ended, calm, place);
    if (phase === 'reconcile') expect(ofType(ended, 'recon')[0]).toEqual(calm.recon);
  }
  await check(told, place);
  counts.told += told.length;
}

describe(`months that are killed ${KILLS} times`, () => {
  it(
    'have everything that was told as done, nothing twice, and the same hashes in the end',
    async () => {
      const calm = await calmMonth();
      expect(calm.done).toMatchObject({ pages: RECORDS / PAGE_SIZE, records: RECORDS });
      const within = { sync: 0, import: 0, reconcile: 0, report: 0 };
      const counts: Counts = { kills: 0, survived: 0, told: 0, months: 0, within };
      const lane = async (seed: number): Promise<void> => {
        const random = seeded(seed);
        while (counts.kills < KILLS) await killedMonth(calm, random, counts);
      };
      await Promise.all(Array.from({ length: LANES }, (_, at) => lane(SEED + at)));
      process.stdout.write(`kills: ${JSON.stringify(counts)}\n`);
      expect(counts.kills).toBeGreaterThanOrEqual(KILLS);
      expect(counts.told).toBeGreaterThan(KILLS);
    },
    120_000 + KILLS * 15_000,
  );
});
