/** Files that are whole or not there: written beside their place, flushed, then renamed into it. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';

export interface WrittenFile {
  readonly path: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** @throws TieoutError `file-exists`. */
export function refuseExisting(paths: readonly string[], overwrite: boolean): void {
  const there = paths.find((path) => existsSync(path));
  if (there !== undefined && !overwrite) {
    throw new TieoutError(
      'file-exists',
      `${there} exists already; name another file, or replace it with --overwrite.`,
      { path: there },
    );
  }
}

function fileError(error: unknown, path: string): TieoutError {
  if (error instanceof TieoutError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new TieoutError(
      'workspace-full',
      `The disk is full while writing ${path}; free space and export again.`,
      { path },
      { cause: error },
    );
  }
  return new TieoutError(
    'file-unreadable',
    `${path} cannot be written (${code}); choose a folder that can.`,
    { path },
    { cause: error },
  );
}

/** A row at a time would be a write at a time. */
const CHUNK_CHARACTERS = 256 * 1024;

async function* chunks(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Buffer> {
  let waiting: string[] = [];
  let size = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < CHUNK_CHARACTERS) continue;
    yield Buffer.from(waiting.join(''), 'utf8');
    waiting = [];
    size = 0;
  }
  yield Buffer.from(waiting.join(''), 'utf8');
}

/** Writes the pieces, hashing as they go. @throws TieoutError; the signal's reason on abort, with nothing left behind. */
export async function writeFileSafely(
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
  signal: AbortSignal,
): Promise<WrittenFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks(pieces)) {
        signal.throwIfAborted();
        hash.update(chunk);
        bytes += chunk.length;
        await handle.writeFile(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    if (signal.aborted) throw signal.reason;
    throw fileError(error, path);
  }
  return { path, sha256: sha256Of(hash.digest('hex')), bytes };
}
