/** A pack read byte by byte: members one behind the other, a directory that says the same again, and nothing else. */
import { constants } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import zlib from 'node:zlib';
import { TieoutError } from '../../shared/errors.ts';
import type { PackDifferences } from './pack-differences.ts';
import { DEFLATED, directoryBytes, localHeader, type ZipMember } from './zip-layout.ts';

const CHUNK = 256 * 1024;
const END = 22;
/** A directory of the most members that a pack may have is no larger than this. */
const MOST_DIRECTORY = 64 * 1024 * 1024;

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

/** What the directory at the end says; null where it is none. */
async function directoryOf(handle: FileHandle, size: number): Promise<readonly ZipMember[] | null> {
  const end = await bytesAt(handle, Math.max(0, size - END), END);
  if (end.length < END || end.toString('latin1', 0, 4) !== 'PK\u0005\u0006') return null;
  const count = end.readUInt16LE(10);
  const length = end.readUInt32LE(12);
  const start = end.readUInt32LE(16);
  if (start + length > size || length > MOST_DIRECTORY) return null;
  const data = await bytesAt(handle, start, length);
  const members: ZipMember[] = [];
  let header = 0;
  let at = 0;
  while (header + 46 <= data.length) {
    if (data.toString('latin1', header, header + 4) !== 'PK\u0001\u0002') return null;
    const nameBytes = data.readUInt16LE(header + 28);
    const member = {
      name: data.toString('utf8', header + 46, header + 46 + nameBytes),
      method: data.readUInt16LE(header + 10),
      crc: data.readUInt32LE(header + 16),
      packed: data.readUInt32LE(header + 20),
      size: data.readUInt32LE(header + 24),
      at,
    };
    members.push(member);
    at += localHeader(member).length + member.packed;
    header += 46 + nameBytes + data.readUInt16LE(header + 30) + data.readUInt16LE(header + 32);
  }
  return header === data.length && members.length === count ? members : null;
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
    differences.expect('zip', `header of ${member.name}`, wanted.toString('hex'), found.toString('hex'));
    const twice = members.has(member.name);
    differences.expect('zip', `only member named ${member.name}`, 'one', twice ? 'another' : 'one');
    if (!twice) members.set(member.name, member);
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
    if (engine.bytesWritten !== member.packed)
      throw new RangeError('its packed bytes do not end where they should');
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
