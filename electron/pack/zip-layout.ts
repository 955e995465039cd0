/**
 * The bytes of a pack that are no content: APPNOTE's local headers, central directory and end record, in one fixed form.
 * A reader builds them again from what the directory says and compares: no byte of a pack is free to say anything else.
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

/** What sizes and counts of 32 and 16 bits hold: the 64-bit form of a zip is a second one, and packs have one only. */
export const MOST = { members: 0xfffe, bytes: 0xfffffffe } as const;

const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1980-01-01 00:00, the first time that a zip can tell: the same pack has the same bytes whenever it is written. */
const DAY = 0x21;
/** Made on Unix; a plain file that everybody may read. */
const MADE_BY = 0x31e;
const ATTRIBUTES = 0o100644 * 0x10000;

/** What both headers of a member say. */
function common(member: ZipMember, nameBytes: number): Buffer {
  const said = Buffer.alloc(26);
  said.writeUInt16LE(VERSION, 0);
  said.writeUInt16LE(FLAGS, 2);
  said.writeUInt16LE(member.method, 4);
  said.writeUInt16LE(DAY, 8);
  said.writeUInt32LE(member.crc, 10);
  said.writeUInt32LE(member.packed, 14);
  said.writeUInt32LE(member.size, 18);
  said.writeUInt16LE(nameBytes, 22);
  return said;
}

export function localHeader(member: ZipMember): Buffer {
  const name = Buffer.from(member.name);
  const signature = Buffer.from('PK\u0003\u0004', 'latin1');
  return Buffer.concat([signature, common(member, name.length), name]);
}

function centralHeader(member: ZipMember): Buffer {
  const name = Buffer.from(member.name);
  const signature = Buffer.alloc(6);
  signature.write('PK\u0001\u0002', 'latin1');
  signature.writeUInt16LE(MADE_BY, 4);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(ATTRIBUTES, 6);
  place.writeUInt32LE(member.at, 10);
  return Buffer.concat([signature, common(member, name.length), place, name]);
}

/** Everything behind the last member. @param start where it begins. */
export function directoryBytes(members: readonly ZipMember[], start: number): Buffer {
  const directory = Buffer.concat(members.map(centralHeader));
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(start, 16);
  return Buffer.concat([directory, end]);
}
