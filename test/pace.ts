/**
 * What a limit of milliseconds is worth on this machine at this moment: a virtual machine whose host is busy does the same
 * work in many times the time, and that is not the product's doing.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `work` takes on two quiet cores of 2020 or later, with room to spare; a faster machine gains nothing by it. */
const USUAL_MS = 50;
const BLOCK = Buffer.alloc(1024 * 1024);

/** What the end of a run asks of a disk: a commit, and its line in the log. */
function keep(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-pace-'));
  const file = openSync(join(folder, 'kept'), 'w');
  for (let time = 0; time < 2; time += 1) {
    writeSync(file, BLOCK, 0, 4096);
    fsyncSync(file);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
}

/** Some milliseconds of work that nothing of ours takes part in. @returns how long it took, in milliseconds. */
function work(): number {
  const begun = performance.now();
  for (let block = 0; block < 16; block += 1) createHash('sha256').update(BLOCK).digest();
  keep();
  return performance.now() - begun;
}

/** @returns a limit as it holds now: never less than it says, and more by as much as the machine is slower than usual. */
export function paced(limitMs: number): number {
  return limitMs * Math.max(1, work() / USUAL_MS);
}
