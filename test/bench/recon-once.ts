/** One reconciliation of the month in the workspace `argv[2]`, in a process of its own; prints what it took as JSON. */
import { readFileSync } from 'node:fs';
import { parseMonth } from '../../shared/month.ts';
import { BENCH_MONTH, openBench } from './recon-month.ts';

/** The process's highest resident memory, in MB. */
function peakMegabytes(): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

const [folder] = process.argv.slice(2);
const month = parseMonth(BENCH_MONTH);
if (folder === undefined || month === null) throw new Error('name the folder of a workspace');
const app = await openBench(folder);
const cpu = process.cpuUsage();
const begun = performance.now();
const { signal } = new AbortController();
const recon = await app.reconcile({ month, source: null, signal, onProgress: () => {} });
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  JSON.stringify({
    ...{ seconds, cpu: (user + system) / 1e6, peak: peakMegabytes() },
    ...{ matched: recon.matched, breaks: recon.breaks, sha256: recon.recon_sha256 },
  }),
);
await app.close();
