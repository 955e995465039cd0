/** The bytes of a pack by what they are, read here anew from the zip's own directory. */

export interface Member {
  readonly name: string;
  /** Of its local header. */
  readonly local: number;
  /** Of its entry in the directory. */
  readonly central: number;
  readonly nameBytes: number;
  readonly data: number;
  readonly packed: number;
}

export interface Layout {
  readonly members: readonly Member[];
  /** Of the record at the end. */
  readonly end: number;
}

export function layoutOf(pack: Buffer): Layout {
  const end = pack.length - 22;
  const members: Member[] = [];
  for (let at = pack.readUInt32LE(end + 16); at < end; ) {
    const nameBytes = pack.readUInt16LE(at + 28);
    const local = pack.readUInt32LE(at + 42);
    members.push({
      name: pack.toString('utf8', at + 46, at + 46 + nameBytes),
      local,
      central: at,
      nameBytes,
      data: local + 30 + nameBytes + pack.readUInt16LE(local + 28),
      packed: pack.readUInt32LE(at + 20),
    });
    at += 46 + nameBytes;
  }
  return { members, end };
}

export interface Spot {
  /** What the byte is. */
  readonly what: string;
  readonly at: number;
  /** What must be named when it is flipped. */
  readonly named: string;
}

/** Members of one kind are as good as each other. */
function kindOf(name: string): string {
  return name.startsWith('pages/') ? 'pages' : name.replace(/\.[a-z-]+\.csv$/, '.csv');
}

/**
 * One byte of each class: of the data of every kind of member, and of each field of headers, directory and end.
 * @param all three bytes of every member, and the headers of several.
 */
export function spots({ members, end }: Layout, all: boolean): readonly Spot[] {
  const found: Spot[] = [];
  const seen = new Set<string>();
  for (const { name, data, packed } of members) {
    const places = [
      ['last', data + packed - 1],
      ['first', data],
      ['middle', data + (packed >> 1)],
    ] as const;
    if (!all && seen.has(kindOf(name))) continue;
    seen.add(kindOf(name));
    for (const [place, at] of all ? places : places.slice(0, 1))
      found.push({ what: `${place} byte of ${name}`, at, named: `file ${name}` });
  }
  const local = { signature: 0, crc: 14, packed: 18, 'name length': 26, 'extra length': 28, name: 30 };
  const sizes = all ? { version: 4, flags: 6, method: 8, time: 10, day: 12, size: 22 } : {};
  const central = { signature: 0, 'made by': 4, version: 6, flags: 8, time: 12, day: 14, packed: 20 };
  const places = { 'name length': 28, 'extra length': 30, 'comment length': 32, disk: 34 };
  const rest = { internal: 36, external: 38, offset: 42 };
  for (const member of all ? [members[0], members[5], members.at(-1)] : [members[5]]) {
    if (!member) throw new Error('too few members');
    const wide = 30 + member.nameBytes;
    const extra = { 'extra id': wide, 'wide size': wide + 4, 'wide packed': wide + 12 };
    for (const [field, offset] of Object.entries({ ...local, ...sizes, ...extra }))
      found.push({
        what: `${field} in the header of ${member.name}`,
        at: member.local + offset,
        named: `zip header of ${member.name}`,
      });
    for (const [field, offset] of Object.entries({ ...central, ...places, ...rest }))
      found.push({
        what: `${field} of ${member.name} in the directory`,
        at: member.central + offset,
        named: 'zip directory',
      });
    found.push({
      what: `CRC of ${member.name} in the directory`,
      at: member.central + 16,
      named: `zip header of ${member.name}`,
    });
  }
  for (let at = 0; at < 22; at += all ? 1 : 4)
    found.push({ what: `byte ${at} of the end`, at: end + at, named: 'zip directory' });
  return found;
}

export function flipped(pack: Buffer, at: number, mask = 0x01): Buffer {
  const copy = Buffer.from(pack);
  copy.writeUInt8(copy.readUInt8(at) ^ mask, at);
  return copy;
}
