/**
 * `npm run bench:ingest`: the whole ingestion without the network: bodies read, hashed, typed, their windows, trades and
 * curves checked, their schema observed, evidence flushed, everything committed and audited. Prints records a second, the
 * processor time of each kind of thread, the peak memory and the longest pause of the event loop.
 * `ROUNDS` (3) and `RECORDS` (200,000) may be set.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openApp } from '../../electron/app.ts';
import { systemClock } from '../../electron/clock.ts';
import { memoryKeychain } from '../../electron/credentials/keychain.ts';
import { Redactor, Secret } from '../../electron/credentials/secret.ts';
import { startVendor, type Vendor } from '../../electron/demo/vendor.ts';
import { createLog } from '../../electron/log/log.ts';
import { DEFAULT_SYNC } from '../../electron/sync/sync-request.ts';
import { parseMonth } from '../../shared/month.ts';
import type { Resource } from '../../shared/resource.ts';
import { ingest } from './ingest-bodies.ts';
import { fetchBodies } from './vendor-bodies.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const RECORDS = Number(process.env.RECORDS ?? 200_000);
const TARGET = 100_000;
const MONTH = parseMonth('2024-03');
if (MONTH === null) throw new Error('no month');
const month = MONTH;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Processor time of this process by the names of its threads, in seconds; empty where the system does not tell. */
function threadSeconds(): Map<string, number> {
  const seconds = new Map<string, number>();
  let tasks: readonly string[];
  try {
    tasks = readdirSync('/proc/self/task');
  } catch {
    return seconds;
  }
  for (const task of tasks) {
    const text = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    seconds.set(name, (seconds.get(name) ?? 0) + ticks / 100);
  }
  return seconds;
}

/** What the threads of these names do. */
const WORK: Readonly<Record<string, string>> = {
  MainThread: 'main: pages in order, commits, audit',
  'libuv-worker': 'engine and disk: insert, checks, evidence',
  V8Worker: 'V8: compiling and collecting',
};

async function round(
  vendor: Vendor,
  bodies: readonly Uint8Array[],
): Promise<{ seconds: number; pause: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-'));
  const redactor = new Redactor();
  const app = await openApp({
    workspaceFolder: folder,
    appVersion: 'bench',
    actor: 'bench',
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    keychain: memoryKeychain(),
    redactor,
    log: createLog([], redactor),
  });
  try {
    for (const resource of ['trades', 'curves'] as const satisfies readonly Resource[]) {
      await app.sync({
        ...DEFAULT_SYNC,
        source: {
          ...vendor,
          connection: null,
          scope: 'trade:read settlement:write',
          caFile: null,
          allowHttp: false,
        },
        secret: new Secret(vendor.clientSecret),
        month,
        resource,
        signal: new AbortController().signal,
        emit: () => {},
        onRun: () => {},
      });
    }
    const before = threadSeconds();
    const usedBefore = process.cpuUsage();
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const begun = performance.now();
    const found = await ingest(app.workspace, redactor, { source: vendor.baseUrl, month, bodies });
    const seconds = (performance.now() - begun) / 1000;
    loop.disable();
    const pause = loop.max / 1e6;
    say(
      `  ${(RECORDS / seconds / 1000).toFixed(0)} thousand records/s, ${seconds.toFixed(2)} s; ${found.rejected} dead letters, ${found.findings} findings; longest pause of the event loop ${pause.toFixed(0)} ms`,
    );
    const used = process.cpuUsage(usedBefore);
    // The threads that read have ended by now: theirs is what is left.
    let rest = (used.user + used.system) / 1e6;
    for (const [name, spent] of threadSeconds()) {
      const mine = spent - (before.get(name) ?? 0);
      if (WORK[name] === undefined) continue;
      rest -= mine;
      say(`    ${mine.toFixed(2)} s  ${WORK[name]}`);
    }
    say(`    ${rest.toFixed(2)} s  threads that read: decode, hash, type, observe, stage, pack`);
    return { seconds, pause };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const vendor = await startVendor({ month, records: RECORDS, seed: 1 });
try {
  const bodies = await fetchBodies(vendor, month, RECORDS, DEFAULT_SYNC.pageSize);
  say(`${RECORDS} records in ${bodies.length} pages, ${ROUNDS} rounds`);
  const rounds: { seconds: number; pause: number }[] = [];
  for (let at = 0; at < ROUNDS; at += 1) rounds.push(await round(vendor, bodies));
  const best = Math.min(...rounds.map(({ seconds }) => seconds));
  const middle =
    rounds.map(({ seconds }) => seconds).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  say(
    `median ${(RECORDS / middle / 1000).toFixed(0)}, best ${(RECORDS / best / 1000).toFixed(0)} thousand records/s`,
  );
  say(`  at least ${TARGET / 1000} thousand: ${RECORDS / middle >= TARGET ? 'reached' : 'MISSED'}`);
  const pause = Math.max(...rounds.map((each) => each.pause));
  say(
    `  event loop never blocked over 50 ms: ${pause <= 50 ? 'reached' : `MISSED (${pause.toFixed(0)} ms)`}`,
  );
  say(`  peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, the bodies among it`);
} finally {
  await vendor.close();
}
