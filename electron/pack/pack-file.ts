/** A pack read byte by byte: members one behind the other, a directory that says the same again, and nothing else. */
import { constants } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import zlib from 'node:zlib';
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import type { PackDifferences } from './pack-differences.ts';
import {
  DEFLATED,
  directoryBytes,
  END_BYTES,
  LARGE_END_BYTES,
  LOCATOR_BYTES,
  localHeader,
  type ZipMember,
} from './zip-layout.ts';

const CHUNK = 256 * 1024;
/** Of a million pages the directory is half as large. */
const MOST_DIRECTORY = 256 * 1024 * 1024;
/** What is no larger is unpacked at once: a stream for each page takes longer than the page. */
const AT_ONCE = 4 * 1024 * 1024;

const unpacked = z.object({
  buffer: z.instanceof(Buffer),
  engine: z.object({ bytesWritten: z.number() }),
});

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

interface DirectoryPlace {
  readonly count: number;
  readonly length: number;
  readonly start: number;
}

/** Where the records at the end say that the directory is. What they say is held against the file before it is believed. */
async function directoryPlace(handle: FileHandle, size: number): Promise<DirectoryPlace | null> {
  const room = END_BYTES + LOCATOR_BYTES + LARGE_END_BYTES;
  const ends = await bytesAt(handle, Math.max(0, size - room), room);
  const end = ends.subarray(-END_BYTES);
  if (end.length < END_BYTES || end.toString('latin1', 0, 4) !== 'PK\u0005\u0006') return null;
  if (ends.length === room && ends.toString('latin1', 0, 4) === 'PK\u0006\u0006') {
    const wide = (at: number): number => Number(ends.readBigUInt64LE(at));
    return { count: wide(32), length: wide(40), start: wide(48) };
  }
  return { count: end.readUInt16LE(10), length: end.readUInt32LE(12), start: end.readUInt32LE(16) };
}

/** Sizes that an entry has in 64 bits, in the order in which APPNOTE has them: of the content, of the packed bytes. */
function wideSizes(data: Buffer, extra: number, size: number, packed: number): readonly [number, number] {
  const full = 0xffffffff;
  let at = extra + 4;
  const next = (plain: number): number => {
    if (plain !== full || at + 8 > data.length) return plain;
    at += 8;
    return Number(data.readBigUInt64LE(at - 8));
  };
  return [next(size), next(packed)];
}

/** What the directory at the end says; null where it is none. */
async function directoryOf(handle: FileHandle, size: number): Promise<readonly ZipMember[] | null> {
  const place = await directoryPlace(handle, size);
  if (place === null || place.start + place.length > size || place.length > MOST_DIRECTORY) return null;
  const data = await bytesAt(handle, place.start, place.length);
  const members: ZipMember[] = [];
  let header = 0;
  let at = 0;
  while (header + 46 <= data.length) {
    if (data.toString('latin1', header, header + 4) !== 'PK\u0001\u0002') return null;
    const nameEnd = header + 46 + data.readUInt16LE(header + 28);
    const [content, packed] = wideSizes(
      data,
      nameEnd,
      data.readUInt32LE(header + 24),
      data.readUInt32LE(header + 20),
    );
    const member = {
      name: data.toString('utf8', header + 46, nameEnd),
      method: data.readUInt16LE(header + 10),
      crc: data.readUInt32LE(header + 16),
      packed,
      size: content,
      at,
    };
    members.push(member);
    at += localHeader(member).length + member.packed;
    header = nameEnd + data.readUInt16LE(header + 30) + data.readUInt16LE(header + 32);
  }
  return header === data.length && members.length === place.count ? members : null;
}

async function sha256At(handle: FileHandle, at: number, length: number): Promise<string> {
  const hash = createHash('sha256');
  for (let done = 0; done < length; done += CHUNK)
    hash.update(await bytesAt(handle, at + done, Math.min(CHUNK, length - done)));
  return hash.digest('hex');
}

export class PackFile {
  readonly #handle: FileHandle;
  readonly members: ReadonlyMap<string, ZipMember>;
  readonly bytes: number;

  private constructor(handle: FileHandle, bytes: number, members: ReadonlyMap<string, ZipMember>) {
    this.#handle = handle;
    this.bytes = bytes;
    this.members = members;
  }

  /**
   * Opens a pack and holds its headers against its directory. One whose directory is damaged has no members then.
   * @throws TieoutError `file-not-found`; `pack-invalid` where it is no zip with a manifest.
   */
  static async open(path: string, differences: PackDifferences): Promise<PackFile> {
    const handle = await open(path, 'r').catch((error: unknown) => {
      throw new TieoutError(
        'file-not-found',
        `${path} cannot be read; name an evidence pack.`,
        { path },
        { cause: error },
      );
    });
    try {
      const { size } = await handle.stat();
      const listed = await directoryOf(handle, size);
      const starts = (await bytesAt(handle, 0, 4)).toString('latin1') === 'PK\u0003\u0004';
      const members = new Map<string, ZipMember>();
      if (await PackFile.#whole(handle, size, listed)) {
        for (const member of listed ?? []) await PackFile.#header(handle, member, members, differences);
        if (!members.has('manifest.json')) throw notAPack(path);
      } else {
        if (!starts) throw notAPack(path);
        differences.expect('zip', 'directory', 'what the headers say', 'something else');
      }
      return new PackFile(handle, size, members);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Whether the directory is what its own members make of it, down to the last byte of the file. */
  static async #whole(
    handle: FileHandle,
    size: number,
    listed: readonly ZipMember[] | null,
  ): Promise<boolean> {
    if (listed === null || listed.length === 0) return false;
    const last = listed.at(-1);
    const start = last === undefined ? 0 : last.at + localHeader(last).length + last.packed;
    const wanted = directoryBytes(listed, start);
    return size - start === wanted.length && wanted.equals(await bytesAt(handle, start, wanted.length));
  }

  static async #header(
    handle: FileHandle,
    member: ZipMember,
    members: Map<string, ZipMember>,
    differences: PackDifferences,
  ): Promise<void> {
    const wanted = localHeader(member);
    const found = await bytesAt(handle, member.at, wanted.length);
    if (!wanted.equals(found))
      differences.expect('zip', `header of ${member.name}`, wanted.toString('hex'), found.toString('hex'));
    if (members.has(member.name))
      differences.expect('zip', `only member named ${member.name}`, 'one', 'another');
    else members.set(member.name, member);
  }

  #member(name: string): ZipMember {
    const member = this.members.get(name);
    if (!member) throw new RangeError(`${name} is not in the pack`);
    return member;
  }

  /** The content in pieces. @throws where it is missing, cannot be unpacked, or does not end where it should. */
  async *pieces(name: string): AsyncGenerator<Buffer> {
    const member = this.#member(name);
    const packed = this.#packed(member);
    if (member.method !== DEFLATED) {
      yield* packed;
      return;
    }
    const engine = zlib.createInflateRaw();
    const fed = (async () => {
      for await (const chunk of packed) {
        if (engine.destroyed) return;
        if (!engine.write(chunk))
          await new Promise<void>((resolve) => {
            const go = (): void => {
              engine.off('drain', go).off('close', go);
              resolve();
            };
            engine.once('drain', go).once('close', go);
          });
      }
      engine.end();
    })();
    try {
      for await (const piece of engine) yield piece;
    } finally {
      engine.destroy();
      await fed;
    }
    if (engine.bytesWritten !== member.packed) throw unended();
  }

  /** @throws where it cannot be unpacked, is larger than the directory says or does not end where it should. */
  async #unpacked(member: ZipMember): Promise<Buffer> {
    const start = member.at + localHeader(member).length;
    const packed = await bytesAt(this.#handle, start, member.packed);
    // With `info` Node answers with the engine beside the bytes, which its types do not say.
    const options = { info: true, maxOutputLength: Math.max(1, member.size) };
    const { buffer, engine } = unpacked.parse(zlib.inflateRawSync(packed, options));
    if (engine.bytesWritten !== member.packed) throw unended();
    return buffer;
  }

  async *#packed(member: ZipMember): AsyncGenerator<Buffer> {
    const start = member.at + localHeader(member).length;
    for (let done = 0; done < member.packed; done += CHUNK)
      yield await bytesAt(this.#handle, start + done, Math.min(CHUNK, member.packed - done));
  }

  /** Of the bytes as they lie in the zip. */
  packedSha256(name: string): Promise<string> {
    const member = this.#member(name);
    return sha256At(this.#handle, member.at + localHeader(member).length, member.packed);
  }

  /** Of the whole file. */
  sha256(): Promise<string> {
    return sha256At(this.#handle, 0, this.bytes);
  }

  /** @throws as `pieces`. */
  async content(name: string): Promise<Buffer> {
    const member = this.#member(name);
    if (member.method === DEFLATED && member.packed <= AT_ONCE && member.size <= AT_ONCE)
      return await this.#unpacked(member);
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(name)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async text(name: string): Promise<string> {
    return (await this.content(name)).toString('utf8');
  }

  /** Lines of a file of JSON objects. @throws as `pieces`; SyntaxError. */
  async *rows(name: string): AsyncGenerator<Readonly<Record<string, unknown>>> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const piece of this.pieces(name)) {
      const data = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      if (data.length > constants.MAX_LENGTH / 2) throw new RangeError(`${name} has a line that is too long`);
      let from = 0;
      for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, from)) {
        yield rowOf(data.toString('utf8', from, at));
        from = at + 1;
      }
      rest = data.subarray(from);
    }
    if (rest.length > 0) yield rowOf(rest.toString('utf8'));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function unended(): RangeError {
  return new RangeError('its packed bytes do not end where they should');
}

function rowOf(line: string): Readonly<Record<string, unknown>> {
  const row: unknown = JSON.parse(line);
  if (typeof row !== 'object' || row === null) throw new RangeError(`${line.slice(0, 40)} is no object`);
  return { ...row };
}

function notAPack(path: string): TieoutError {
  return new TieoutError(
    'pack-invalid',
    `${path} is no evidence pack (no zip with a manifest.json); name one that tieout report --format pack has written.`,
    { path },
  );
}
