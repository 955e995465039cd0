/**
 * `npm run bench:recon`: a month of so many settlements and postings, reconciled by Tieout (matched, judged, stored,
 * hashed, audited) and classified by pandas from the same rows as CSV files. `ROWS` (1,000,000), `BREAKS` a thousand (10)
 * and `SAME_KEY` a thousand (0) may be set.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMonth } from '../../shared/month.ts';
import { BENCH_MONTH, makeMonth, openBench } from './recon-month.ts';

const rows = Number(process.env.ROWS ?? 1_000_000);
const breaksPerMille = Number(process.env.BREAKS ?? 10);
const sameKeyPerMille = Number(process.env.SAME_KEY ?? 0);
const MONTH = parseMonth(BENCH_MONTH);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'tieout-bench-'));
try {
  if (MONTH === null) throw new Error('no month');
  mkdirSync(join(folder, 'workspace'));
  const made = await openBench(join(folder, 'workspace'));
  await makeMonth(made, { rows, breaksPerMille, sameKeyPerMille }, folder);
  await made.close();
  const app = await openBench(join(folder, 'workspace'));
  const begun = performance.now();
  const { signal } = new AbortController();
  const recon = await app.reconcile({ month: MONTH, source: null, signal, onProgress: () => {} });
  const seconds = (performance.now() - begun) / 1000;
  say(
    `tieout reconcile, storing, hash and audit among it: ${seconds.toFixed(2)} s, ${recon.matched} matched, ${recon.breaks} breaks, peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
  await app.close();
  const files = ['etrm.csv', 'ledger.csv'].map((name) => join(folder, name));
  const pandas =
    sameKeyPerMille > 0
      ? null
      : spawnSync('/usr/bin/python3', [join(import.meta.dirname, 'recon.py'), ...files]);
  if (pandas === null) say('pandas is left out: its join of one key with itself does not end');
  else if (pandas.status !== 0) say('pandas is left out: install python3-pandas');
  else {
    const [read = '', classified = ''] = pandas.stdout.toString().split(' ');
    say(`pandas: reading ${read} s, classifying ${classified} s`);
    say(
      `  ratio ${(seconds / Number(classified)).toFixed(2)} to classifying, ${(seconds / (Number(read) + Number(classified))).toFixed(2)} with reading`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
