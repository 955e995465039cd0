/**
 * `npm run bench:sync`: the seed's Python client and `tieout sync` against the same pre-rendered vendor, in turn. The
 * seed's client fetches and hashes; Tieout also validates, stores evidence, commits and audits.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..');
const PEER = join(ROOT, '..', 'shared', 'peers', 'seed_client.py');
const MONTH = '2024-03';
const PAGE_SIZE = 1000;
const ROUNDS = Number(process.env.ROUNDS ?? 3);

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
  readonly hashes: readonly string[];
  /** Longest pause of the event loop, in milliseconds; NaN where it is not Node's. */
  readonly pauseMs: number;
}

/** Wall time and peak memory of a child, by the kernel's accounting where /usr/bin/time is there. */
function measure(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ seconds: number; peakMb: number; out: string }> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let problems = '';
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, residentMb(child.pid));
    }, 20);
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      problems += piece.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(`${command} ended with ${code}: ${problems}`));
      else resolve({ seconds: (performance.now() - begun) / 1000, peakMb: peak, out });
    });
  });
}

/** The kernel's high-water mark of a process, in megabytes; 0 where it is gone or this is no Linux. */
function residentMb(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function withVendor<T>(
  records: number,
  latencyMs: number,
  work: (port: number) => Promise<T>,
): Promise<T> {
  const vendor = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'prerendered-vendor.ts'),
      MONTH,
      String(records),
      String(PAGE_SIZE),
      String(latencyMs),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    const lines = createInterface({ input: vendor.stdout });
    const port = await new Promise<number>((resolve, reject) => {
      lines.once('line', (line) => resolve(Number(line)));
      vendor.once('exit', () => reject(new Error('the vendor did not start')));
    });
    return await work(port);
  } finally {
    vendor.stdin.end();
  }
}

async function seed(port: number): Promise<Measured> {
  const base = `http://127.0.0.1:${port}`;
  const { out, ...figures } = await measure(
    '/usr/bin/python3',
    [PEER, base, `${base}/oauth2/token`, 'bench', '2024-03-01', '2024-03-31'],
    { TIEOUT_CLIENT_SECRET: 'bench-secret' },
  );
  const hashes = out
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(' ')[2] ?? '');
  return { ...figures, hashes, pauseMs: Number.NaN };
}

async function tieout(port: number): Promise<Measured> {
  const base = `http://127.0.0.1:${port}`;
  const workspace = mkdtempSync(join(tmpdir(), 'tieout-bench-'));
  try {
    const { out, ...figures } = await measure(
      process.execPath,
      [
        ...[join(ROOT, 'build', 'tieout.mjs'), 'sync', '--json', '--month', MONTH, '--workspace', workspace],
        ...['--base-url', base, '--token-url', `${base}/oauth2/token`, '--client-id', 'bench'],
      ],
      {
        TIEOUT_CLIENT_SECRET: 'bench-secret',
        NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'loop-delay.mjs')).href}`,
        LOOP_DELAY_FILE: join(workspace, '.loop-delay'),
      },
    );
    const hashes: string[] = [];
    for (const line of out.split('\n')) {
      if (!line.startsWith('{"type":"page"')) continue;
      const event: { page_sha256: string } = JSON.parse(line);
      hashes.push(event.page_sha256);
    }
    const pauseMs = Number(readFileSync(join(workspace, '.loop-delay'), 'utf8'));
    return { ...figures, hashes, pauseMs };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function compare(records: number, latencyMs: number, target: number): Promise<void> {
  await withVendor(records, latencyMs, async (port) => {
    const theirs: Measured[] = [];
    const ours: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await seed(port));
      ours.push(await tieout(port));
    }
    const equal = ours.every((run) => theirs.every((peer) => run.hashes.join() === peer.hashes.join()));
    const pages = records / PAGE_SIZE;
    const t = median(theirs.map((run) => run.seconds));
    const o = median(ours.map((run) => run.seconds));
    const ratio = median(ours.map((run, at) => run.seconds / (theirs[at]?.seconds ?? Number.NaN)));
    say(`${records} records, ${pages} pages, ${latencyMs} ms latency, ${ROUNDS} rounds (medians)`);
    say(
      `  seed client  ${t.toFixed(2)} s  ${(pages / t).toFixed(0)} pages/s  peak ${median(theirs.map((run) => run.peakMb)).toFixed(0)} MB`,
    );
    say(
      `  tieout sync  ${o.toFixed(2)} s  ${(pages / o).toFixed(0)} pages/s  peak ${median(ours.map((run) => run.peakMb)).toFixed(0)} MB`,
    );
    const pause = Math.max(...ours.map((run) => run.pauseMs));
    say(
      `  event loop paused ${pause.toFixed(0)} ms at most (target at most 50): ${pause <= 50 ? 'reached' : 'MISSED'}`,
    );
    say(
      `  ratio ${ratio.toFixed(2)} (target at most ${target}): ${ratio <= target ? 'reached' : 'MISSED'}; page hashes ${equal ? 'equal' : 'DIFFER'}`,
    );
    if (!equal) process.exitCode = 1;
  });
}

/** Ten times the records, and how much longer it takes; and the memory of the larger run. */
async function growth(small: number, large: number): Promise<void> {
  const seconds: number[] = [];
  let peak = 0;
  for (const records of [small, large]) {
    await withVendor(records, 0, async (port) => {
      const run = await tieout(port);
      seconds.push(run.seconds);
      peak = run.peakMb;
    });
  }
  const times = (seconds[1] ?? Number.NaN) / (seconds[0] ?? Number.NaN);
  say(
    `${large} records after ${small}: ${times.toFixed(1)} times the time (target at most 11): ${times <= 11 ? 'reached' : 'MISSED'}`,
  );
  say(
    `  ${(seconds[1] ?? 0).toFixed(1)} s, peak ${peak.toFixed(0)} MB (target at most 400): ${peak <= 400 ? 'reached' : 'MISSED'}`,
  );
}

if (existsSync(PEER) && existsSync('/usr/bin/python3')) {
  await compare(200_000, 50, 0.25);
  await compare(200_000, 0, 0.6);
} else {
  say(`the seed client is not at ${PEER}, or /usr/bin/python3 is missing: only growth is measured`);
}
if (process.env.GROWTH !== '0') await growth(100_000, 1_000_000);
