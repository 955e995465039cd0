/** A changed pack: no byte of it can change unseen, and what is found is called the same by Python and by Tieout. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MONTH } from '../cli/sample-month.ts';
import { flipped, layoutOf, type Spot, spots } from './pack-bytes.ts';
import { byPython, byTieout, type SamplePack, samplePack } from './sample-pack.ts';

/** Every byte class of every member, which takes a minute; else of each kind of member. */
const ALL = process.env.TIEOUT_FLIPS === 'all';

let of: SamplePack;
let pack = Buffer.alloc(0);

function written(bytes: Buffer): string {
  const path = join(of.sample.folder, 'changed.zip');
  writeFileSync(path, bytes);
  return path;
}

beforeAll(async () => {
  of = await samplePack();
  pack = readFileSync(of.path);
});

describe('a changed pack', () => {
  it('names what a flipped byte is of, whatever it is of', async () => {
    const layout = layoutOf(pack);
    const missed: string[] = [];
    for (const { what, at, named } of spots(layout, ALL)) {
      const checked = await byTieout(written(flipped(pack, at)));
      if (!checked.named.includes(named)) missed.push(`${what}: ${checked.named.join(', ')}`);
    }
    expect(missed).toEqual([]);
  });

  it('is judged the same by verify.py', async () => {
    const all = spots(layoutOf(pack), ALL);
    const last = (name: string): Spot | undefined => all.find(({ what }) => what === `last byte of ${name}`);
    const some = [
      ...['verify.py', `report/tieout-${MONTH}.json`, 'pages/000001.json'].map(last),
      ...['hashes/page-hashes.txt', 'audit/audit.ndjson', 'manifest.json'].map(last),
      ...all.filter(({ what }) => what.startsWith('CRC') || what.startsWith('name length')),
      ...all.filter(({ what }) => what.startsWith('comment') || what === 'byte 20 of the end'),
    ].filter((spot) => spot !== undefined);
    expect(some.length).toBeGreaterThan(10);
    for (const { what, at, named } of some) {
      const path = written(flipped(pack, at));
      const python = byPython(of.verifier, path);
      expect(python.code, what).toBe(1);
      expect(python.named, what).toContain(named);
      if (what !== 'last byte of manifest.json')
        expect((await byTieout(path)).named, what).toEqual(python.named);
    }
  });

  it('holds no byte outside of its members: none behind the end, none between, no second of a name, no comment', async () => {
    const { members, end } = layoutOf(pack);
    const comment = Buffer.concat([
      pack.subarray(0, pack.length - 2),
      Buffer.from([3, 0]),
      Buffer.from('hid'),
    ]);
    const start = members[0]?.central ?? 0;
    const gap = Buffer.concat([pack.subarray(0, start), Buffer.from('hidden'), pack.subarray(start)]);
    gap.writeUInt32LE(start + 6, end + 6 + 16);
    for (const bytes of [Buffer.concat([pack, Buffer.from([0])]), comment, gap]) {
      const path = written(bytes);
      expect(byPython(of.verifier, path).named).toContain('zip directory');
      expect((await byTieout(path)).named).toContain('zip directory');
    }
    const [one, other] = members.filter(({ name }) => name.startsWith('pages/'));
    if (!one || !other) throw new Error('too few pages');
    const twice = Buffer.from(pack);
    for (const at of [other.local + 30, other.central + 46]) twice.write(one.name, at);
    const path = written(twice);
    expect(byPython(of.verifier, path).named).toContain(`zip only member named ${one.name}`);
    expect((await byTieout(path)).named).toContain(`zip only member named ${one.name}`);
  });
});
