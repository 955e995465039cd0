/** A disk that is full in the middle of each command: a small file system of its own, where this machine may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleLedger } from '../../../electron/demo/ledger.ts';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import { type Ended, ofType, SECRET, syncArgs, temporaryFolder } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { expectSound } from './sound-workspace.ts';

const MONTH = '2024-03';
const RECORDS = 800;
const MEGABYTE = 1024 * 1024;

const disk = join(temporaryFolder(), 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]).status === 0;
if (!mounted)
  process.stdout.write('disk full: no file system can be mounted here, these tests are skipped\n');

const workspace = join(disk, 'workspace');
const reports = join(disk, 'reports');
let vendor: Vendor;
let ledger: string;

beforeAll(async () => {
  vendor = await startVendor({ month: MONTH, records: RECORDS, seed: 5, clientSecret: SECRET });
  ledger = join(temporaryFolder(), 'ledger.csv');
  await writeSampleLedger(ledger, { month: MONTH, records: RECORDS, seed: 5 });
});
afterAll(async () => {
  await vendor.close();
  if (mounted) spawnSync('umount', [disk]);
});

const filler = join(disk, 'filler');

/** Fills the disk but for so many bytes. */
function leave(bytes: number): void {
  rmSync(filler, { force: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

async function run(...args: readonly string[]): Promise<Ended> {
  return await tieout([...args, '--workspace', workspace, '--json']);
}

/** Everything that is there agrees. */
async function whole(): Promise<void> {
  rmSync(filler, { force: true });
  await expectSound(workspace);
}

/** Runs a command with ever more room until it goes through. @returns how often the disk was full, and how it ended. */
async function untilRoom(args: readonly string[]): Promise<{ readonly full: number; readonly ended: Ended }> {
  let full = 0;
  for (let room = 0; room <= 32 * MEGABYTE; room = room === 0 ? 8192 : room * 16) {
    leave(room);
    const ended = await run(...args);
    if (ended.code === 0) {
      rmSync(filler, { force: true });
      return { full, ended };
    }
    full += 1;
    expect(ended.code, ended.stderr).toBe(5);
    expect(ofType(ended, 'error')).toEqual([expect.objectContaining({ code: 'workspace-full' })]);
    expect(ended.stderr).toMatch(/^tieout: [^\n]+ full[^\n]+\.\n$/);
    expect(readdirSync(reports).filter((name) => name.endsWith('.part'))).toEqual([]);
    await whole();
  }
  throw new Error(`${args[0]} never had room`);
}

describe.skipIf(!mounted)('a full disk', () => {
  it('stops each command with one sentence, tears nothing, and the next run goes on', async () => {
    mkdirSync(reports);
    const elsewhere = ['--workspace', join(temporaryFolder(), 'calm'), '--json'];
    const sync = syncArgs(vendor, MONTH, '--page-size', '100');
    const [calm] = ofType(await tieout([...sync, ...elsewhere]), 'done');
    // A workspace begun while there was room.
    expect((await run('connections', 'list')).code).toBe(0);

    const counts: Record<string, number> = {};
    const synced = await untilRoom(sync);
    counts.sync = synced.full;
    expect(ofType(synced.ended, 'done')).toEqual([
      expect.objectContaining({ run_sha256: calm?.run_sha256, records: RECORDS }),
    ]);
    counts.import = (await untilRoom(['import', ledger, '--as', 'ledger', '--month', MONTH])).full;
    counts.reconcile = (await untilRoom(['reconcile', '--month', MONTH])).full;
    counts.report = (
      await untilRoom(['report', '--month', MONTH, '--format', 'csv', '--out', reports, '--overwrite'])
    ).full;
    counts.pack = (
      await untilRoom(['report', '--month', MONTH, '--format', 'pack', '--out', join(reports, 'march.zip')])
    ).full;
    const names = readdirSync(workspace).sort();
    counts.rebuild = (await untilRoom(['rebuild'])).full;
    expect(readdirSync(workspace).sort()).toEqual(names);
    process.stdout.write(`disk full: ${JSON.stringify(counts)}\n`);
    for (const [command, full] of Object.entries(counts)) expect(full, command).toBeGreaterThan(0);
    await whole();
  }, 300_000);

  it('lets no workspace begin, and the next one begins', async () => {
    const other = join(disk, 'other');
    leave(4096);
    const ended = await tieout(['connections', 'list', '--workspace', other, '--json']);
    expect(ended.code).toBe(5);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    rmSync(filler);
    expect(await tieout(['connections', 'list', '--workspace', other, '--json'])).toMatchObject({ code: 0 });
  });
});
