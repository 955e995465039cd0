/**
 * Database files that were torn: cut short, overwritten, zeroed, with and without a log beside them. TIEOUT_TEARS says how
 * many (2 unless told), TIEOUT_TEAR_SEED which.
 */
import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { unwatched } from '../../unit/workspace/temporary.ts';
import { Home, ofType, temporaryFolder } from '../cli/command.ts';
import { expectSound } from './sound-workspace.ts';
import { type Dump, differingTables, dumpTables } from './table-dumps.ts';
import { APRIL, openServices, wholeMonth } from './whole-month.ts';

const TEARS = Number(process.env.TIEOUT_TEARS ?? 2);
const SEED = Number(process.env.TIEOUT_TEAR_SEED ?? 7);

/** The same numbers in [0, 1) in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

interface Image {
  readonly folder: string;
  readonly workspace: string;
  readonly dump: Dump;
}

/** A finished month, as it was closed. */
let closed: Image;
/** The same and a little more, as a killed process leaves it: the last acts are in the log alone. */
let killed: Image;

const FILES = ['workspace.duckdb', 'workspace.duckdb.wal', 'audit.ndjson', 'workspace.json'];

beforeAll(async () => {
  const month = await wholeMonth();
  const folder = temporaryFolder();
  const workspace = join(folder, 'workspace');
  cpSync(month.workspace, workspace, { recursive: true });
  closed = { folder, workspace, dump: await dumpTables(workspace, folder) };
  const app = await openServices(month.workspace);
  const extract = join(month.folder, 'april.csv');
  writeFileSync(extract, 'settlement_id,amount,currency\nS-1,-1417.44580,USD\nS-9,5,USD\n');
  await app.importLedger({ path: extract, month: APRIL, ...unwatched });
  await app.reconcile({ month: APRIL, source: null, ...unwatched });
  const image = join(month.folder, 'killed');
  cpSync(join(month.workspace, 'evidence'), join(image, 'evidence'), { recursive: true });
  // While it is open, as the disk would have it.
  for (const name of FILES) copyFileSync(join(month.workspace, name), join(image, name));
  await app.close();
  killed = { folder: month.folder, workspace: image, dump: await dumpTables(image, month.folder) };
}, 240_000);

type Tear = (bytes: Buffer, random: () => number) => Buffer;

const at = (bytes: Buffer, random: () => number): number => Math.floor(random() * bytes.length);

function noise(length: number, random: () => number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

function written(bytes: Buffer, place: number, piece: Buffer): Buffer {
  const torn = Buffer.from(bytes);
  piece.copy(torn, Math.min(place, bytes.length - piece.length));
  return torn;
}

const DATABASE_TEARS: readonly (readonly [string, Tear])[] = [
  ['cut short', (bytes, random) => bytes.subarray(0, at(bytes, random))],
  ['a block overwritten', (bytes, random) => written(bytes, at(bytes, random), noise(4096, random))],
  ['blocks zeroed', (bytes, random) => written(bytes, at(bytes, random), Buffer.alloc(262_144))],
  ['bits flipped', (bytes, random) => written(bytes, at(bytes, random), noise(1, random))],
  [
    'its head overwritten',
    (bytes, random) => written(bytes, Math.floor(random() * 12_288), noise(64, random)),
  ],
  [
    'one block in place of another',
    (bytes, random) => {
      const from = 262_144 * Math.floor((random() * bytes.length) / 262_144);
      return written(
        bytes,
        262_144 * Math.floor((random() * bytes.length) / 262_144),
        bytes.subarray(from, from + 262_144),
      );
    },
  ],
];

const LOG_TEARS: readonly (readonly [string, Tear])[] = [
  ['cut short', (bytes, random) => bytes.subarray(0, at(bytes, random))],
  ['overwritten', (bytes, random) => written(bytes, at(bytes, random), noise(512, random))],
  ['zeroed', (bytes, random) => written(bytes, at(bytes, random), Buffer.alloc(2048))],
  ['bits flipped', (bytes, random) => written(bytes, at(bytes, random), noise(1, random))],
  ['with rubbish behind it', (bytes, random) => Buffer.concat([bytes, noise(3000, random)])],
  ['gone', () => Buffer.alloc(0)],
];

/** Tables of what no event tells: they are lost with the database. */
const CARRIED = ['attempt', 'siem_cursor_event', 'siem_failure', 'siem_refusal'];

type Found = 'refused' | 'deadly, then refused' | 'named by verify' | 'harmless';

/** Looks at a torn workspace as a user would, rebuilds it, and holds every row against what it was. */
async function restored(image: Image, file: string, torn: Buffer): Promise<Found> {
  const home = new Home();
  const workspace = join(home.folder, 'torn');
  cpSync(image.workspace, workspace, { recursive: true });
  if (torn.length === 0 && file.endsWith('.wal')) rmSync(join(workspace, file));
  else writeFileSync(join(workspace, file), torn);
  const looked = join(home.folder, 'looked');
  cpSync(workspace, looked, { recursive: true });

  const looking = () => home.spawn(['verify', '--workspace', looked, '--json']).ended;
  const first = await looking();
  // Blocks that are whole and in a wrong place may end the engine: the next command looks before it opens.
  const deadly = first.code === null;
  const verified = deadly ? await looking() : first;
  if (deadly) expect(verified.code).toBe(5);
  const [error] = ofType(verified, 'error');
  expect([0, 1, 5], verified.stderr).toContain(verified.code);
  if (verified.code === 5) {
    expect(error).toMatchObject({
      code: 'workspace-damaged',
      message: expect.stringContaining('run tieout rebuild'),
    });
    expect(verified.stderr.trimEnd().split('\n')).toHaveLength(1);
  }

  const ended = await home.spawn(['rebuild', '--workspace', workspace, '--json']).ended;
  const [event] = ofType(ended, 'rebuild');
  expect([0, 1], ended.stderr).toContain(ended.code);
  expect(event?.again).toEqual([]);
  for (const { name, found } of ofType(ended, 'difference'))
    expect(`${name}: ${found}`).toMatch(
      /^(table \w+: a damaged one|chain: \d+ in the database|event \d+: another, or none)/,
    );
  const after = await dumpTables(workspace, home.folder);
  const kept = event?.old === 'read' ? [] : CARRIED;
  const differing = differingTables(image.dump, after).filter((name) => !kept.includes(name));
  const lost = Array.isArray(event?.lost) && event.lost.length > 0;
  expect(differing.filter((name) => !(lost && CARRIED.includes(name)))).toEqual(['audit_event']);
  const events = new Set(after.get('audit_event'));
  expect((image.dump.get('audit_event') ?? []).filter((row) => !events.has(row))).toEqual([]);
  await expectSound(workspace);
  if (deadly) return 'deadly, then refused';
  if (verified.code === 5) return 'refused';
  return verified.code === 1 ? 'named by verify' : 'harmless';
}

describe('a torn database', () => {
  it(
    `comes back whole, ${TEARS} times, and is never taken for a whole one`,
    async () => {
      const random = seeded(SEED);
      const counts = new Map<string, number>();
      for (let tear = 0; tear < TEARS; tear += 1) {
        const log = tear % 2 === 1;
        const image = log ? killed : closed;
        const file = log ? 'workspace.duckdb.wal' : 'workspace.duckdb';
        const tears = log ? LOG_TEARS : DATABASE_TEARS;
        const [name, spoil] = tears[Math.floor(tear / 2) % tears.length] ?? ['', (bytes: Buffer) => bytes];
        const found = await restored(image, file, spoil(readFileSync(join(image.workspace, file)), random));
        // A log of which the end is gone is no error to the engine; the journal tells.
        if (log && (name === 'gone' || name === 'cut short')) expect(found).not.toBe('harmless');
        const key = `${log ? 'log' : 'database'} ${name}: ${found}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      process.stdout.write(`tears: ${JSON.stringify(Object.fromEntries([...counts].sort()))}\n`);
    },
    120_000 + TEARS * 60_000,
  );

  it('has a log in the one that was killed, else this proves nothing', () => {
    expect(existsSync(join(killed.workspace, 'workspace.duckdb.wal'))).toBe(true);
    expect(existsSync(join(closed.workspace, 'workspace.duckdb.wal'))).toBe(false);
  });
});
