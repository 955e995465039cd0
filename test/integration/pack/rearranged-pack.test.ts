/** A pack whose members were cut off, left out, given other names or changed places: both checks find it and name the same. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { directoryBytes, localHeader, type ZipMember } from '../../../electron/pack/zip-layout.ts';
import { type Layout, layoutOf } from './pack-bytes.ts';
import { byPython, byTieout, type SamplePack, samplePack } from './sample-pack.ts';

interface Part {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly bytes: Buffer;
}

let of: SamplePack;
let pack = Buffer.alloc(0);
let layout: Layout;
let parts: readonly Part[] = [];

/** A zip of these members in the form of a pack, however wrong its content is. */
function zipped(members: readonly Part[]): Buffer {
  const listed: ZipMember[] = [];
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { name, method, crc, size, bytes } of members) {
    const member = { name, method, crc, size, packed: bytes.length, at };
    listed.push(member);
    pieces.push(localHeader(member), bytes);
    at += localHeader(member).length + bytes.length;
  }
  return Buffer.concat([...pieces, directoryBytes(listed, at)]);
}

async function judged(
  bytes: Buffer,
): Promise<{ readonly code: number | null; readonly named: readonly string[] }> {
  const path = join(of.sample.folder, 'rearranged.zip');
  writeFileSync(path, bytes);
  const [python, tieout] = [byPython(of.verifier, path), await byTieout(path)];
  expect(python.output).not.toContain('Traceback');
  expect({ code: python.code, named: python.named }).toEqual({ code: tieout.code, named: tieout.named });
  return { code: tieout.code, named: tieout.named };
}

function part(start: string): Part {
  const found = parts.find(({ name }) => name.startsWith(start));
  if (!found) throw new Error(`no ${start}`);
  return found;
}

beforeAll(async () => {
  of = await samplePack();
  pack = readFileSync(of.path);
  layout = layoutOf(pack);
  parts = layout.members.map(({ name, central, data, packed }) => ({
    name,
    method: pack.readUInt16LE(central + 10),
    crc: pack.readUInt32LE(central + 16),
    size: pack.readUInt32LE(central + 24),
    bytes: pack.subarray(data, data + packed),
  }));
});

describe('a rearranged pack', () => {
  it('is the same to the last byte when nothing was rearranged', async () => {
    expect(zipped(parts).equals(pack)).toBe(true);
    expect(await judged(pack)).toEqual({ code: 0, named: [] });
  });

  it('is found cut off, wherever that is, and with bytes behind it', async () => {
    for (const length of [pack.length - 1, pack.length - 22, layout.members[3]?.data ?? 0])
      expect(await judged(pack.subarray(0, length))).toEqual({ code: 1, named: ['zip directory'] });
    expect(await judged(Buffer.concat([pack, Buffer.from('more')]))).toEqual({
      code: 1,
      named: ['zip directory'],
    });
  });

  it('names a member that was left out, put in or given another name', async () => {
    const page = part('pages/000002');
    const without = await judged(zipped(parts.filter((each) => each !== page)));
    expect(without.named).toContain(`file ${page.name}`);
    const content = Buffer.from('hidden');
    const added = { name: 'pages/999999.json', method: 0, crc: crc32(content), size: 6, bytes: content };
    expect((await judged(zipped([...parts, added]))).named).toEqual(['file pages/999999.json']);
    const renamed = await judged(
      zipped(parts.map((each) => (each === page ? { ...page, name: 'pages/x' } : each))),
    );
    expect(renamed.named).toEqual(expect.arrayContaining([`file ${page.name}`, 'file pages/x']));
  });

  it('names both members that changed their contents, and one that is there twice', async () => {
    const [one, other] = [part('pages/000001'), part('pages/000002')];
    const swapped = parts.map((each) =>
      each === one ? { ...other, name: one.name } : each === other ? { ...one, name: other.name } : each,
    );
    const found = await judged(zipped(swapped));
    expect(found.named).toEqual(
      expect.arrayContaining([`file ${one.name}`, `file ${other.name}`, 'body page 1', 'body page 2']),
    );
    const twice = await judged(zipped([...parts, one]));
    expect(twice).toEqual({ code: 1, named: [`zip only member named ${one.name}`] });
  });

  it('with a manifest that is none says in one line what is wrong with it', async () => {
    const manifest = part('manifest.json');
    const bytes = Buffer.from(manifest.bytes);
    bytes.write('g', bytes.indexOf('"packed_sha256": "') + '"packed_sha256": "'.length, 'latin1');
    const spoilt = parts.map((each) => (each === manifest ? { ...each, bytes, crc: crc32(bytes) } : each));
    const path = join(of.sample.folder, 'rearranged.zip');
    writeFileSync(path, zipped(spoilt));
    const { code, output } = await byTieout(path);
    expect(code).toBe(1);
    expect(JSON.parse(output)).toContainEqual(
      expect.objectContaining({
        name: 'manifest.json',
        found: expect.stringMatching(/^files\.0\.packed_sha256: [^\n]+$/),
      }),
    );
  });
});
