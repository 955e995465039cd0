/**
 * `npm run bench:recon`: a month of so many settlements and postings, reconciled by Tieout and classified by pandas from the
 * same rows as CSV files, one after the other in one run. Timed of Tieout: from the call to its return, with matching,
 * judging, storing, hash, audit and commit; the rows lie in the workspace. Timed of pandas: reading both files, and
 * classifying them; nothing is stored. Set by environment: `ROWS` (1,000,000), `BREAKS` a thousand (10), `SAME_KEY` a
 * thousand (0; pandas is left out), `REPEATS` (3), `PANDAS=0` to leave it out.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMonth, openBench } from './recon-month.ts';

const rows = Number(process.env.ROWS ?? 1_000_000);
const breaksPerMille = Number(process.env.BREAKS ?? 10);
const sameKeyPerMille = Number(process.env.SAME_KEY ?? 0);
const repeats = Number(process.env.REPEATS ?? 3);
const wantsPandas = process.env.PANDAS !== '0' && sameKeyPerMille === 0;

interface Ours {
  readonly seconds: number;
  readonly cpu: number;
  readonly peak: number;
  readonly matched: number;
  readonly breaks: number;
  readonly sha256: string;
}

interface Theirs {
  readonly read: number;
  readonly classified: number;
  readonly peak: number;
  readonly counts: Readonly<Record<string, number>>;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function run<Result>(command: string, ...args: readonly string[]): Result | null {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout) as Result;
  say(stderr.trim());
  return null;
}

const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-'));
try {
  const made = join(folder, 'made');
  mkdirSync(made);
  const app = await openBench(made);
  await makeMonth(app, { rows, breaksPerMille, sameKeyPerMille }, wantsPandas ? folder : null);
  await app.close();
  const [ours, theirs]: [Ours[], Theirs[]] = [[], []];
  for (let at = 0; at < repeats; at += 1) {
    const copy = join(folder, `copy-${at}`);
    cpSync(made, copy, { recursive: true });
    const one = run<Ours>(process.execPath, join(import.meta.dirname, 'recon-once.ts'), copy);
    rmSync(copy, { recursive: true });
    if (one) ours.push(one);
    if (!wantsPandas) continue;
    const files = ['etrm.csv', 'ledger.csv'].map((name) => join(folder, name));
    const other = run<Theirs>('/usr/bin/python3', join(import.meta.dirname, 'recon.py'), ...files);
    if (other) theirs.push(other);
  }
  const first = ours[0];
  if (!first) throw new Error('no reconciliation came to its end');
  say(
    `${rows} x ${rows} rows: ${first.matched} matched, ${first.breaks} breaks, recon_sha256 ${first.sha256.slice(0, 16)}, ${new Set(ours.map(({ sha256 }) => sha256)).size === 1 ? 'the same each time' : 'NOT the same each time'}`,
  );
  const seconds = median(ours.map((one) => one.seconds));
  say(
    `tieout: median ${seconds.toFixed(2)} s of ${ours.map((one) => one.seconds.toFixed(2)).join(', ')}; processor ${median(ours.map(({ cpu }) => cpu)).toFixed(2)} s; peak ${Math.max(...ours.map(({ peak }) => peak)).toFixed(0)} MB`,
  );
  if (theirs.length === 0) {
    say('pandas: left out (not installed, not asked for, or a key with itself, whose join does not end)');
  } else {
    const read = median(theirs.map((one) => one.read));
    const classified = median(theirs.map((one) => one.classified));
    say(
      `pandas: median reading ${read.toFixed(2)} s, classifying ${classified.toFixed(2)} s; peak ${Math.max(...theirs.map(({ peak }) => peak)).toFixed(0)} MB; ${JSON.stringify(theirs[0]?.counts)}`,
    );
    say(
      `ratio: ${(seconds / (read + classified)).toFixed(2)} of reading and classifying, ${(seconds / classified).toFixed(2)} of classifying alone`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
