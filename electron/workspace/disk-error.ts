/** What the file system refused, in the workspace's words. */
import { TieoutError } from '../../shared/errors.ts';

/** Whether the file system gave this code: `ENOENT`, `EEXIST`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function diskError(error: unknown, path: string): TieoutError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new TieoutError(
      'workspace-full',
      `The disk of the workspace is full (${path}); free space and run again, what was committed stays.`,
      { path },
      { cause: error },
    );
  }
  return new TieoutError(
    'workspace-unwritable',
    `The file ${path} cannot be written (${code}); check the permissions of the workspace.`,
    { path },
    { cause: error },
  );
}
