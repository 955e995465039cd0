/** The 64-bit form of a pack's zip, held against Python's own reader. */
import { spawnSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PackDifferences } from '../../../electron/pack/pack-differences.ts';
import { PackFile } from '../../../electron/pack/pack-file.ts';
import { directoryBytes, localHeader, STORED, type ZipMember } from '../../../electron/pack/zip-layout.ts';
import { temporaryFolder } from '../workspace/temporary.ts';

const LISTED = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    all = z.infolist()
    print(json.dumps([len(all), [[m.filename, m.file_size, m.compress_size, m.header_offset] for m in all[-2:]], z.read(all[-1]).decode()]))
`;

function byPython(path: string): unknown {
  const ended = spawnSync('python3', ['-I', '-c', LISTED, path], { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

async function opened(path: string) {
  const differences = new PackDifferences();
  const pack = await PackFile.open(path, differences);
  try {
    return { members: pack.members, manifest: await pack.text('manifest.json'), found: differences.list };
  } finally {
    await pack.close();
  }
}

describe('a pack beyond what a plain zip can be', () => {
  it('has more members than 16 bits count', async () => {
    const path = join(temporaryFolder(), 'many.zip');
    const most = 66_000;
    const listed: ZipMember[] = [];
    const parts: Buffer[] = [];
    let at = 0;
    for (let number = 1; number <= most; number += 1) {
      const last = number === most;
      const content = Buffer.from(last ? '{}' : '');
      const name = last ? 'manifest.json' : `pages/${number}.json`;
      const [packed, size] = [content.length, content.length];
      const member = { name, method: STORED, crc: crc32(content), packed, size, at };
      listed.push(member);
      parts.push(localHeader(member), content);
      at += localHeader(member).length + size;
    }
    await writeFile(path, Buffer.concat([...parts, directoryBytes(listed, at)]));
    const { members, manifest, found } = await opened(path);
    expect([members.size, manifest, found]).toEqual([most, '{}', []]);
    expect(byPython(path)).toMatchObject([
      most,
      [{}, ['manifest.json', 2, 2, members.get('manifest.json')?.at]],
      '{}',
    ]);
  });

  it('has a member of more than 4 GB, and one behind it', async () => {
    const path = join(temporaryFolder(), 'large.zip');
    const size = 5 * 1024 ** 3;
    // A file with a hole: only its first and last bytes are on the disk.
    const large: ZipMember = { name: 'report/large.json', method: STORED, crc: 0, packed: size, size, at: 0 };
    const start = localHeader(large).length + size;
    const last: ZipMember = {
      name: 'manifest.json',
      method: STORED,
      crc: crc32('1'),
      packed: 1,
      size: 1,
      at: start,
    };
    await writeFile(path, localHeader(large));
    await truncate(path, start);
    const end = start + localHeader(last).length + 1;
    const tail = [localHeader(last), Buffer.from('1'), directoryBytes([large, last], end)];
    await writeFile(path, Buffer.concat(tail), { flag: 'a' });
    const { members, manifest, found } = await opened(path);
    expect([members.get('report/large.json')?.size, manifest, found]).toEqual([size, '1', []]);
    expect(byPython(path)).toMatchObject([
      2,
      [
        ['report/large.json', size, size, 0],
        ['manifest.json', 1, 1, start],
      ],
      expect.anything(),
    ]);
  });
});
