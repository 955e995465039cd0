/** Files that are whole or not there: all written beside their places, flushed, and only then named, one after another. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { syncFolder } from '../workspace/evidence.ts';

export interface WrittenFile {
  readonly path: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

export type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

function exists(path: string): TieoutError {
  return new TieoutError(
    'file-exists',
    `${path} exists already; name another file, or replace it with --overwrite.`,
    { path },
  );
}

/** @throws TieoutError `file-exists`. */
export function refuseExisting(paths: readonly string[], overwrite: boolean): void {
  const there = paths.find((path) => existsSync(path));
  if (there !== undefined && !overwrite) throw exists(there);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

/** What the file system said of a file to be written, as one of ours; what went wrong in making its content stays as it is. */
export function fileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const code = codeOf(error);
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

async function* chunks(pieces: Pieces): AsyncGenerator<Uint8Array> {
  let waiting: string[] = [];
  let size = 0;
  const take = (): Buffer => {
    const chunk = Buffer.from(waiting.join(''), 'utf8');
    [waiting, size] = [[], 0];
    return chunk;
  };
  for await (const piece of pieces) {
    if (typeof piece !== 'string') {
      if (size > 0) yield take();
      yield piece;
      continue;
    }
    waiting.push(piece);
    size += piece.length;
    if (size >= CHUNK_CHARACTERS) yield take();
  }
  if (size > 0) yield take();
}

interface Waiting extends WrittenFile {
  readonly temporary: string;
}

/** Files that appear together: until they are put in place, nothing of them is under its name. */
export class SafeFiles {
  readonly #overwrite: boolean;
  readonly #signal: AbortSignal;
  readonly #waiting: Waiting[] = [];

  constructor(overwrite: boolean, signal: AbortSignal) {
    this.#overwrite = overwrite;
    this.#signal = signal;
  }

  /**
   * Writes the pieces to a temporary file beside the path, hashing as they come.
   * @throws TieoutError `workspace-full`, `file-unreadable`; the signal's reason on abort. Nothing of it is left then.
   */
  async write(path: string, pieces: Pieces): Promise<WrittenFile> {
    const temporary = join(dirname(path), `.tieout-${randomUUID()}.part`);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(temporary, 'wx');
      try {
        for await (const chunk of chunks(pieces)) {
          this.#signal.throwIfAborted();
          hash.update(chunk);
          bytes += chunk.length;
          await handle.writeFile(chunk);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      if (this.#signal.aborted) throw this.#signal.reason;
      throw fileError(error, path);
    }
    const written = { path, sha256: sha256Of(hash.digest('hex')), bytes };
    this.#waiting.push({ ...written, temporary });
    return written;
  }

  /** Gives the files their names, in the order in which they were written. @throws TieoutError `file-exists`, `file-unreadable`. */
  async place(): Promise<void> {
    for (const { path, temporary } of this.#waiting) {
      try {
        if (this.#overwrite) await rename(temporary, path);
        else await renameNew(temporary, path);
        await syncFolder(dirname(path));
      } catch (error) {
        throw fileError(error, path);
      }
    }
    this.#waiting.length = 0;
  }

  /** Leaves nothing of what is not in its place. */
  async discard(): Promise<void> {
    for (const { temporary } of this.#waiting) await rm(temporary, { force: true }).catch(() => {});
    this.#waiting.length = 0;
  }
}

/** One file alone; what is under its name is replaced. @throws as `SafeFiles`. */
export async function writeFileSafely(
  path: string,
  pieces: Pieces,
  signal: AbortSignal,
): Promise<WrittenFile> {
  const safe = new SafeFiles(true, signal);
  try {
    const written = await safe.write(path, pieces);
    await safe.place();
    return written;
  } finally {
    await safe.discard();
  }
}

/** What a disk without hard links answers. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'UNKNOWN']);

/** A rename replaces what is there; a link does not, even where it came there a moment ago. */
async function renameNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') throw exists(to);
    if (!NO_LINKS.has(code)) throw error;
    if (existsSync(to)) throw exists(to);
    await rename(from, to);
    return;
  }
  await rm(from, { force: true });
}
