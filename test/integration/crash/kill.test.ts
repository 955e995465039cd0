/**
 * `kill -9` at random moments of a month's work. TIEOUT_KILLS says how many (40 unless told; 200 take some minutes),
 * TIEOUT_KILL_SEED which moments.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleLedger } from '../../../electron/demo/ledger.ts';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import { sha256 } from '../../../electron/workspace/evidence.ts';
import {
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

const KILLS = Number(process.env.TIEOUT_KILLS ?? 40);
const SEED = Number(process.env.TIEOUT_KILL_SEED ?? 20_240_310);
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

/** Runs a command in a process of its own and kills it. @param moment milliseconds after it began. @returns what it told. */
async function killed(
  args: readonly string[],
  moment: number,
): Promise<{ readonly told: readonly JsonEvent[]; readonly survived: boolean }> {
  const child = spawn(process.execPath, [VICTIM, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TIEOUT_CLIENT_SECRET: SECRET,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    },
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
  const child = spawn(process.execPath, [VICTIM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TIEOUT_CLIENT_SECRET: SECRET,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    },
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

/** What the commands have told as done so far must be there. */
async function checkTold(told: readonly JsonEvent[], { workspace, folder }: Place): Promise<void> {
  const rows = async (sql: string) => await stored(workspace, folder, sql);
  const pages = await rows('SELECT run_id, page, page_sha256, body_sha256, records FROM page');
  const kept = new Set(
    pages.map((row) => `${row.run_id} ${row.page} ${row.page_sha256} ${row.body_sha256} ${row.records}`),
  );
  const ends = new Set(
    (await rows(`SELECT run_id, run_sha256 FROM run_stop WHERE outcome = 'done'`)).map(
      (row) => `${row.run_id} ${row.run_sha256}`,
    ),
  );
  const imports = new Set(
    (await rows('SELECT import_id, rows FROM ledger_import')).map((row) => `${row.import_id} ${row.rows}`),
  );
  const recons = new Set(
    (await rows('SELECT recon_sha256, matched FROM recon')).map(
      (row) => `${row.recon_sha256} ${row.matched}`,
    ),
  );
  const reports = new Set(
    (await rows('SELECT path, sha256 FROM report')).map((row) => `${row.path} ${row.sha256}`),
  );
  for (const event of told) {
    switch (event.type) {
      case 'page':
        expect(kept).toContain(
          `${event.run_id} ${event.page} ${event.page_sha256} ${event.body_sha256} ${event.records}`,
        );
        break;
      case 'done':
        expect(ends).toContain(`${event.run_id} ${event.run_sha256}`);
        break;
      case 'import':
        expect(imports).toContain(`${event.import_id} ${event.rows}`);
        break;
      case 'recon':
        expect(recons).toContain(`${event.recon_sha256} ${event.matched}`);
        break;
      case 'report':
        expect(reports).toContain(`${event.path} ${event.sha256}`);
        break;
      default:
    }
  }
}

/** Every file that lies in the report folder is whole: it is one that an export wrote, or no report at all. */
async function checkReports({ reports, workspace, folder }: Place): Promise<void> {
  const known = new Set(
    (await stored(workspace, folder, 'SELECT sha256 FROM report')).map((row) => row.sha256),
  );
  const names = readdirSync(reports).filter((name) => !name.startsWith('.') && !name.endsWith('.part'));
  for (const name of names) {
    const text = readFileSync(join(reports, name));
    if (known.has(sha256(text))) continue;
    // Exported, and killed before it was recorded: whole all the same.
    expect(text.at(-1), name).toBe(0x0a);
    if (name.endsWith('.manifest.json')) expect(() => JSON.parse(text.toString('utf8'))).not.toThrow();
  }
}

function good(ended: Ended): Ended {
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return ended;
}

async function checkWorkspace(place: Place): Promise<void> {
  const { workspace, folder } = place;
  if (!existsSync(join(workspace, 'workspace.duckdb'))) return;
  expect(await stored(workspace, folder, FAULTS)).toEqual([]);
  good(await tieout(['audit', 'verify', '--workspace', workspace, '--json']));
  const verified = await tieout(['verify', '--workspace', workspace, '--json']);
  const [error] = ofType(verified, 'error');
  if (error?.code === 'nothing-to-do') return;
  expect(ofType(good(verified), 'verify')).toEqual([expect.objectContaining({ differences: 0 })]);
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

describe(`a month that is killed ${KILLS} times`, () => {
  it(
    'has everything that was told as done, nothing twice, and the same hashes in the end',
    async () => {
      const calm = await calmMonth();
      expect(calm.done).toMatchObject({ pages: RECORDS / PAGE_SIZE, records: RECORDS });
      const random = seeded(SEED);
      const counts = { kills: 0, survived: 0, told: 0, months: 0 };
      const within: Record<string, number> = {};
      while (counts.kills < KILLS) {
        counts.months += 1;
        const place = newPlace();
        const told: JsonEvent[] = [];
        for (const [phase, kills] of PHASES) {
          const last = calm.lasts.get(phase) ?? 0;
          for (let kill = 0; kill < kills && counts.kills < KILLS; kill += 1) {
            const after = await killed(argsOf(phase, place), random() * last);
            counts.kills += after.survived ? 0 : 1;
            counts.survived += after.survived ? 1 : 0;
            within[phase] = (within[phase] ?? 0) + (after.survived ? 0 : 1);
            told.push(...after.told);
            if (existsSync(join(place.workspace, 'workspace.duckdb'))) await checkTold(told, place);
            await checkWorkspace(place);
            await checkReports(place);
            // What came to its end before it could be killed is done.
            if (after.survived) break;
          }
          const ended = good(await tieout(argsOf(phase, place)));
          told.push(...eventsOf(ended.stdout));
          if (phase === 'sync') {
            const number = expect.any(Number);
            const compared = { added: number, changed: number, removed: number };
            expect(ofType(ended, 'done')[0]).toEqual({
              ...calm.done,
              ...compared,
              run_id: expect.any(String),
            });
            const done = await stored(
              place.workspace,
              place.folder,
              `SELECT run_id FROM run_stop WHERE outcome = 'done'`,
            );
            if (done.length === 1)
              expect(await stored(place.workspace, place.folder, EVERYTHING)).toEqual(calm.rows);
          }
          if (phase === 'reconcile') expect(ofType(ended, 'recon')[0]).toEqual(calm.recon);
        }
        await checkTold(told, place);
        await checkWorkspace(place);
        counts.told += told.length;
      }
      process.stdout.write(`${JSON.stringify({ ...counts, within })}\n`);
      expect(counts.kills).toBe(KILLS);
    },
    60_000 + KILLS * 10_000,
  );
});
