/**
 * The bytes of a pack that are no content: APPNOTE's local headers, central directory and end records, in one fixed form.
 * A reader builds them again from what the directory says and compares: no byte of a pack is free to say anything else.
 *
 * A local header stands before its member, whose size nobody knows yet, and so always has room for sizes of 64 bits; the
 * directory and the end have fields of 64 bits where a number does not fit into the plain ones (APPNOTE 4.5.3).
 */

/** A member of a pack, as the zip's directory tells of it. */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  /** CRC-32 of the content. */
  readonly crc: number;
  /** Bytes as they lie in the zip. */
  readonly packed: number;
  /** Bytes of the content. */
  readonly size: number;
  /** Where its local header begins. */
  readonly at: number;
}

export const STORED = 0;
export const DEFLATED = 8;

/** What a plain field shows where the number stands in one of 64 bits. */
const FULL_32 = 0xffffffff;
const FULL_16 = 0xffff;

/** The version of the format that knows sizes of 64 bits. */
const VERSION = 45;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1980-01-01 00:00, the first time that a zip can tell: the same pack has the same bytes whenever it is written. */
const DAY = 0x21;
/** Made on Unix; a plain file that everybody may read. */
const MADE_BY = 0x300 + VERSION;
const ATTRIBUTES = 0o100644 * 0x10000;

export const END_BYTES = 22;
export const LARGE_END_BYTES = 56;
export const LOCATOR_BYTES = 20;

/** The extra field of sizes and places of 64 bits. */
function wide(numbers: readonly number[]): Buffer {
  if (numbers.length === 0) return Buffer.alloc(0);
  const field = Buffer.alloc(4 + numbers.length * 8);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(numbers.length * 8, 2);
  for (const [place, number] of numbers.entries()) field.writeBigUInt64LE(BigInt(number), 4 + place * 8);
  return field;
}

/** What both headers of a member say. @param extra bytes of its extra field. */
function common(member: ZipMember, sizes: readonly [number, number], extra: number): Buffer {
  const said = Buffer.alloc(26);
  said.writeUInt16LE(VERSION, 0);
  said.writeUInt16LE(FLAGS, 2);
  said.writeUInt16LE(member.method, 4);
  said.writeUInt16LE(DAY, 8);
  said.writeUInt32LE(member.crc, 10);
  said.writeUInt32LE(sizes[0], 14);
  said.writeUInt32LE(sizes[1], 18);
  said.writeUInt16LE(Buffer.byteLength(member.name), 22);
  said.writeUInt16LE(extra, 24);
  return said;
}

export function localHeader(member: ZipMember): Buffer {
  const extra = wide([member.size, member.packed]);
  const said = common(member, [FULL_32, FULL_32], extra.length);
  return Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), said, Buffer.from(member.name), extra]);
}

function plain(number: number): number {
  return Math.min(number, FULL_32);
}

function centralHeader(member: ZipMember): Buffer {
  const extra = wide([member.size, member.packed, member.at].filter((number) => number >= FULL_32));
  const signature = Buffer.alloc(6);
  signature.write('PK\u0001\u0002', 'latin1');
  signature.writeUInt16LE(MADE_BY, 4);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(ATTRIBUTES, 6);
  place.writeUInt32LE(plain(member.at), 10);
  const said = common(member, [plain(member.packed), plain(member.size)], extra.length);
  return Buffer.concat([signature, said, place, Buffer.from(member.name), extra]);
}

/** The end record of 64 bits and what finds it; nothing where the plain one holds every number. */
function largeEnd(count: number, length: number, start: number): Buffer {
  if (count < FULL_16 && length < FULL_32 && start < FULL_32) return Buffer.alloc(0);
  const end = Buffer.alloc(LARGE_END_BYTES + LOCATOR_BYTES);
  end.write('PK\u0006\u0006', 'latin1');
  end.writeBigUInt64LE(BigInt(LARGE_END_BYTES - 12), 4);
  end.writeUInt16LE(MADE_BY, 12);
  end.writeUInt16LE(VERSION, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(length), 40);
  end.writeBigUInt64LE(BigInt(start), 48);
  end.write('PK\u0006\u0007', LARGE_END_BYTES, 'latin1');
  end.writeBigUInt64LE(BigInt(start + length), LARGE_END_BYTES + 8);
  end.writeUInt32LE(1, LARGE_END_BYTES + 16);
  return end;
}

/** Everything behind the last member. @param start where it begins. */
export function directoryBytes(members: readonly ZipMember[], start: number): Buffer {
  const directory = Buffer.concat(members.map(centralHeader));
  const count = Math.min(members.length, FULL_16);
  const end = Buffer.alloc(END_BYTES);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(plain(directory.length), 12);
  end.writeUInt32LE(plain(start), 16);
  return Buffer.concat([directory, largeEnd(members.length, directory.length, start), end]);
}
