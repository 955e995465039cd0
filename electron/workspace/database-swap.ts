/**
 * A database that was made anew takes the place of the old one, which is put aside. A swap that was interrupted is
 * finished when the workspace is opened next: from its first step on the new one is whole.
 */
import { access, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freeName, JOURNAL_FILE } from './audit-journal.ts';
import { diskError } from './disk-error.ts';
import { syncFolder } from './evidence.ts';

export const DATABASE_FILE = 'workspace.duckdb';
const REBUILDING = `${DATABASE_FILE}.rebuilding`;
const REBUILT = `${DATABASE_FILE}.rebuilt`;
const ASIDE = `${DATABASE_FILE}.damaged-`;
/** DuckDB's log lies beside its file. */
const WAL = '.wal';

export function rebuildingPath(folder: string): string {
  return join(folder, REBUILDING);
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** DuckDB's file begins with three headers; one that is shorter holds nothing yet. */
const HEADERS_BYTES = 12_288;
const MAGIC = { at: 8, text: 'DUCK' } as const;

/**
 * Removes a database whose making was interrupted before there was anything in it: a workspace that was being begun when
 * the process was killed, or the disk full.
 */
export async function dropUnbegun(folder: string): Promise<void> {
  const path = join(folder, DATABASE_FILE);
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => HEADERS_BYTES,
  );
  if (bytes >= HEADERS_BYTES || (await exists(join(folder, JOURNAL_FILE)))) return;
  if ((await readdir(join(folder, 'evidence'))).length > 0) return;
  const head = await readFile(path);
  const { at, text } = MAGIC;
  const ours = head.length === 0 || head.toString('latin1', at, at + text.length) === text;
  if (ours) await rm(path);
}

/** Removes what an interrupted rebuild left unfinished. */
export async function dropRebuilding(folder: string): Promise<void> {
  for (const end of ['', WAL, '.tmp'])
    await rm(`${rebuildingPath(folder)}${end}`, { recursive: true, force: true });
}

/**
 * Puts the new database, which is closed, into the old one's place.
 * @param at RFC 3339, for the name of the old one. @returns where the old one lies now; null where there was none.
 * @throws TieoutError `workspace-full`, `workspace-unwritable`.
 */
export async function swapDatabase(folder: string, at: string): Promise<string | null> {
  try {
    await rename(rebuildingPath(folder), join(folder, REBUILT));
  } catch (error) {
    throw diskError(error, join(folder, REBUILT));
  }
  return await finishSwap(folder, at);
}

/** Goes on with a swap, if there is one under way. */
export async function finishSwap(folder: string, at: string): Promise<string | null> {
  const [rebuilt, path] = [join(folder, REBUILT), join(folder, DATABASE_FILE)];
  if (!(await exists(rebuilt))) return null;
  try {
    const aside = await freeName(join(folder, ASIDE), at);
    let moved = false;
    // The log first: it belongs to the old file, and must not be taken for the new one's.
    for (const end of [WAL, '']) {
      if (!(await exists(`${path}${end}`))) continue;
      await rename(`${path}${end}`, `${aside}${end}`);
      moved = true;
    }
    await rename(rebuilt, path);
    await syncFolder(folder);
    return moved ? aside : null;
  } catch (error) {
    throw diskError(error, path);
  }
}

/** For an old database that the new one does not differ from. */
export async function removeAside(aside: string): Promise<void> {
  for (const end of ['', WAL]) await rm(`${aside}${end}`, { force: true });
}
