/**
 * Writes a pack's members one behind the other into an open file: hashed, deflated and flushed as they come, so that
 * memory does not grow with the month. Headers are put in when their sizes are known.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { DEFLATED, directoryBytes, localHeader, STORED, type ZipMember } from './zip-layout.ts';

/** A member with what the manifest tells of it. */
export interface WrittenMember extends ZipMember {
  /** Of the content. */
  readonly sha256: Sha256;
  /** Of the bytes as they lie in the zip: deflated data has bits that its content does not depend on. */
  readonly packedSha256: Sha256;
}

export type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** Pieces of a row each would be a call of the deflater each. */
const CHUNK = 256 * 1024;
/** Text deflates to a seventh at this level, in a third of the time that the usual one takes for an eighth. */
const LEVEL = 3;

async function* chunks(pieces: Pieces): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let text: string[] = [];
  let size = 0;
  const take = (): Buffer => {
    if (text.length > 0) waiting.push(Buffer.from(text.join(''), 'utf8'));
    const chunk = Buffer.concat(waiting);
    [waiting, text, size] = [[], [], 0];
    return chunk;
  };
  for await (const piece of pieces) {
    if (typeof piece === 'string') {
      text.push(piece);
    } else {
      if (text.length > 0) waiting.push(Buffer.from(text.join(''), 'utf8'));
      text = [];
      waiting.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    }
    size += piece.length;
    if (size >= CHUNK) yield take();
  }
  if (size > 0) yield take();
}

/** Deflated; what is one chunk is not worth a stream. */
async function* deflated(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await source.next();
  const second = first.done ? first : await source.next();
  if (second.done) {
    yield zlib.deflateRawSync(first.value ?? Buffer.alloc(0), { level: LEVEL });
    return;
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield first.value;
    yield second.value;
    yield* source;
  }
  yield* Readable.from(all(), { objectMode: false }).compose(zlib.createDeflateRaw({ level: LEVEL }));
}

export class ZipWriter {
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal;
  readonly members: WrittenMember[] = [];
  #at = 0;

  constructor(handle: FileHandle, signal: AbortSignal) {
    this.#handle = handle;
    this.#signal = signal;
  }

  /** @throws the signal's reason; errors of the file system. */
  async add(name: string, pieces: Pieces, method: typeof STORED | typeof DEFLATED = DEFLATED): Promise<void> {
    const hash = createHash('sha256');
    const packedHash = createHash('sha256');
    let crc = 0;
    let size = 0;
    let packed = 0;
    const at = this.#at;
    const content = at + localHeader({ name, method, crc, packed, size, at }).length;
    const signal = this.#signal;
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of chunks(pieces)) {
        signal.throwIfAborted();
        hash.update(chunk);
        crc = zlib.crc32(chunk, crc);
        size += chunk.length;
        yield chunk;
      }
    }
    const source = counted();
    for await (const chunk of method === STORED ? source : deflated(source)) {
      packedHash.update(chunk);
      await this.#write(chunk, content + packed);
      packed += chunk.length;
    }
    const member = { name, method, crc, packed, size, at };
    await this.#write(localHeader(member), at);
    this.#at = content + packed;
    this.members.push({
      ...member,
      sha256: sha256Of(hash.digest('hex')),
      packedSha256: sha256Of(packedHash.digest('hex')),
    });
  }

  /** The directory behind the members. */
  async end(): Promise<void> {
    await this.#write(directoryBytes(this.members, this.#at), this.#at);
  }

  async #write(bytes: Buffer, at: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  }
}
