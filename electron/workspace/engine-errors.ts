/** What the engine says when something fails, as one of our errors with one sentence. */
import { dirname } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';

/** What the engine says of a file that is not what it wrote. */
const DAMAGE =
  /not a valid duckdb|corrupt|checksum|serialization error|failed to (?:load metadata|deserialize|scan)|could not read enough|failure while replaying wal|(?:internal|fatal) error|bit ?packing|bit width/i;

/** @param what the engine says, or why it is not asked. */
export function damaged(path: string, what: string, options: ErrorOptions = {}): TieoutError {
  return new TieoutError(
    'workspace-damaged',
    `The database ${path} is damaged; run tieout rebuild --workspace ${dirname(path)}, which makes it anew from the audit journal and the evidence beside it.`,
    { path, found: what },
    options,
  );
}

/** DuckDB's error as one of ours, by what it says. */
export function databaseError(error: unknown, path: string): TieoutError {
  const text = error instanceof Error ? error.message : String(error);
  const details = { path };
  const options = { cause: error };
  if (/could not set lock|conflicting lock|being used by another process/i.test(text)) {
    return new TieoutError(
      'workspace-locked',
      `The workspace ${path} is open in another Tieout; close it there, or name another with --workspace DIR.`,
      details,
      options,
    );
  }
  if (/no space left|ENOSPC|disk is full|not enough space|out of disk/i.test(text)) {
    return new TieoutError(
      'workspace-full',
      `The disk of the workspace ${path} is full; free space and run again, what was committed stays.`,
      details,
      options,
    );
  }
  if (DAMAGE.test(text)) return damaged(path, text.split('\n')[0] ?? '', options);
  if (/permission denied|read-only|cannot open file/i.test(text)) {
    return new TieoutError(
      'workspace-unwritable',
      `The workspace ${path} cannot be written; check its permissions or name another with --workspace DIR.`,
      details,
      options,
    );
  }
  return new TieoutError(
    'internal',
    `The database refused a statement (${text.split('\n')[0] ?? ''}).`,
    details,
    options,
  );
}

/** What one is told who asks of a workspace that was closed. */
export function closedError(): TieoutError {
  return new TieoutError('internal', 'The workspace was closed meanwhile.');
}
