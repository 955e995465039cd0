/**
 * Whether a database can be read without harm, asked of a process of its own (`probe-database.ts`): blocks that are whole
 * and in a wrong place pass the engine's sums, and may end the process. It is asked where the last process did not close
 * the workspace, and before a rebuild.
 */
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a process ended, and what it printed. */
export interface ProcessEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
}

/** Runs a script of ours in a process of its own. */
export type RunScript = (script: string, args: readonly string[]) => Promise<ProcessEnd>;

export interface Probed {
  /** True where opening it ends the process. */
  readonly deadly: boolean;
  /** Tables that cannot be read, or whose reading ends the process. */
  readonly unreadable: readonly string[];
}

/** More damaged tables than this, and the whole is taken for damaged. */
const MOST_DAMAGED = 12;

const file = import.meta.url.endsWith('.ts') ? './probe-database.ts' : './probe-database.js';
const SCRIPT = fileURLToPath(new URL(file, import.meta.url));

/** On Node: another of the same. */
export const runWithNode: RunScript = (script, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout }));
  });

/** What `probe-database.ts` ends with where it was told that something cannot be read. */
const UNREADABLE = 3;

/** The table that was being read when a process ended; null where it was none. */
function inFlight(stdout: string): string | null {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  const line = last.startsWith('failed ') ? stdout.trimEnd().split('\n').at(-2) : last;
  return line?.startsWith('reading ') ? line.slice('reading '.length) : null;
}

/**
 * Reads all of a database's tables; one that cannot be read is left out the next time. A file that cannot be opened for a
 * reason is left to who opens it next, and hears that reason.
 */
export async function probe(path: string, run: RunScript): Promise<Probed> {
  const unreadable: string[] = [];
  while (unreadable.length < MOST_DAMAGED) {
    const { code, stdout } = await run(SCRIPT, [path, ...unreadable]);
    if (code === 0) return { deadly: false, unreadable };
    const table = inFlight(stdout);
    if (table === null) return { deadly: code !== UNREADABLE, unreadable };
    unreadable.push(table);
  }
  return { deadly: true, unreadable };
}

/** Says that a workspace is open, and by which process; what is left of it says that the process did not close it. */
const MARK = '.open';

/** The process that says to have the workspace open; null where none does. */
async function markedBy(folder: string): Promise<number | null> {
  try {
    return Number(await readFile(join(folder, MARK), 'utf8'));
  } catch {
    return null;
  }
}

/** Whether the last process that had the workspace open ended without closing it. */
export async function wasLeftOpen(folder: string): Promise<boolean> {
  const pid = await markedBy(folder);
  return pid !== null && !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * To be called before a database is opened, which may be what ends the process.
 * @returns false where another process has it open. A disk that has no room for the mark loses a warning, no more.
 */
export async function markOpen(folder: string): Promise<boolean> {
  const pid = await markedBy(folder);
  if (pid !== null && pid !== process.pid && isRunning(pid)) return false;
  await writeFile(join(folder, MARK), String(process.pid)).catch(() => {});
  return true;
}

export async function markClosed(folder: string): Promise<void> {
  await rm(join(folder, MARK), { force: true }).catch(() => {});
}
