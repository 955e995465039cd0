/**
 * Where tests write. Each workspace flushes to disk at every commit, and a suite makes a thousand of them: in memory it
 * does not wait for that. What the product owes to a disk is held to it by the timed tests, which stay there.
 */
import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's memory file system. */
const MEMORY = '/dev/shm';
/** Bytes that must be free there, and of the machine's memory: all tests together were seen to leave 1.6 GB. */
const ROOM = 6 * 2 ** 30;

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM && freemem() >= ROOM;
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes what a run left in memory that was ended from outside. */
function sweep(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = /^tieout-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

/** Runs `work` with a folder that is gone afterwards; on the disk where TMPDIR names one, or memory has no room for it. */
export function withScratch<Result>(work: (folder: string) => Result): Result {
  const inMemory = process.env.TMPDIR === undefined && hasRoom();
  if (inMemory) sweep();
  const folder = mkdtempSync(join(inMemory ? MEMORY : tmpdir(), `tieout-${process.pid}-`));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
