/**
 * The evidence store: every response body and every extract, as received, under the SHA-256 of its bytes. Nothing in it
 * is ever changed; what is there twice is there once.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { diskError } from './disk-error.ts';

const compress = promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdCompress);

/** Unpacks a file that is one whole frame; bytes after it mean that the file was touched. */
function unpack(packed: Buffer): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const engine = zlib.createZstdDecompress();
    const pieces: Buffer[] = [];
    engine.on('data', (piece: Buffer) => pieces.push(piece));
    engine.on('error', () => resolve(null));
    engine.on('end', () => resolve(engine.bytesWritten === packed.length ? Buffer.concat(pieces) : null));
    engine.end(packed);
  });
}

export function sha256(bytes: Uint8Array | string): Sha256 {
  return sha256Of(createHash('sha256').update(bytes).digest('hex'));
}

/** Makes names that were added to a folder last; Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export class EvidenceStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(digest: Sha256): string {
    return join(this.#folder, digest.slice(0, 2), `${digest}.zst`);
  }

  /**
   * Keeps the bytes: compressed, flushed to the disk, then renamed into place, so that a file under its name is whole.
   * @throws TieoutError `workspace-full`, `workspace-unwritable`.
   */
  async put(bytes: Uint8Array): Promise<Sha256> {
    const digest = sha256(bytes);
    if (await this.has(digest)) return digest;
    await this.putPacked(
      digest,
      await compress(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } }),
    );
    return digest;
  }

  private has(digest: Sha256): Promise<boolean> {
    return access(this.path(digest)).then(
      () => true,
      () => false,
    );
  }

  /**
   * The same for bytes that were hashed and packed elsewhere.
   * @param digest of the bytes before they were packed. @param packed one zstd frame.
   * @throws TieoutError `workspace-full`, `workspace-unwritable`.
   */
  async putPacked(digest: Sha256, packed: Uint8Array): Promise<void> {
    if (await this.has(digest)) return;
    const path = this.path(digest);
    const temporary = join(this.#folder, `.${digest.slice(0, 16)}-${randomUUID()}.part`);
    try {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(packed);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw diskError(error, path);
    }
  }

  /** The bytes as received, or null where the file is gone, cannot be unpacked or holds more. Whether they are unchanged is the caller's check. */
  async get(digest: Sha256): Promise<Uint8Array | null> {
    try {
      return await unpack(await readFile(this.path(digest)));
    } catch {
      return null;
    }
  }
}
