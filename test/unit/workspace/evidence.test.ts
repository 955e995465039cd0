import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EvidenceStore, sha256 } from '../../../electron/workspace/evidence.ts';
import { temporaryFolder } from './temporary.ts';

const BODY = Buffer.from(`{"results":[${'{"price":28.348916},'.repeat(500)}{}]}`);

/** Bytes of a zstd frame before its first block, at most. */
const HEADER = 18;

describe('evidence', () => {
  it('is kept under the hash of its bytes and comes back as it was', async () => {
    const store = new EvidenceStore(temporaryFolder());
    for (const bytes of [BODY, Buffer.alloc(0), Buffer.from([0, 255, 254])]) {
      const digest = await store.put(bytes);
      expect(digest).toBe(sha256(bytes));
      expect(Buffer.from((await store.get(digest)) ?? 'nothing')).toEqual(bytes);
    }
  });

  it('can be read without us: one zstd frame in a file of its name', async () => {
    const folder = temporaryFolder();
    const digest = await new EvidenceStore(folder).put(BODY);
    const file = join(folder, digest.slice(0, 2), `${digest}.zst`);
    expect(zstdDecompressSync(readFileSync(file))).toEqual(BODY);
  });

  it('is there once where it comes twice, also at the same time, and leaves nothing half written', async () => {
    const folder = temporaryFolder();
    const store = new EvidenceStore(folder);
    const digests = await Promise.all(Array.from({ length: 8 }, () => store.put(BODY)));
    expect(new Set(digests).size).toBe(1);
    expect(
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
    ).toHaveLength(1);
  });

  it('is nothing where its file is gone', async () => {
    const store = new EvidenceStore(temporaryFolder());
    const digest = await store.put(BODY);
    rmSync(store.path(digest));
    expect(await store.get(digest)).toBeNull();
  });

  it('is never given as it was where a byte of its file was changed, added or removed', async () => {
    const store = new EvidenceStore(temporaryFolder());
    const digest = await store.put(BODY);
    const packed = readFileSync(store.path(digest));
    const damaged = [
      ...Array.from(packed.keys(), (at) =>
        Buffer.concat([
          packed.subarray(0, at),
          Buffer.from([(packed[at] ?? 0) ^ 0x10]),
          packed.subarray(at + 1),
        ]),
      ),
      packed.subarray(0, packed.length - 1),
      Buffer.concat([packed, Buffer.from([0])]),
      Buffer.concat([packed, packed]),
      Buffer.alloc(0),
    ];
    const unnoticed: number[] = [];
    for (const [at, bytes] of damaged.entries()) {
      writeFileSync(store.path(digest), bytes);
      const found = await store.get(digest);
      if (found !== null && sha256(found) === digest) unnoticed.push(at);
    }
    // In the frame's header are bits that say nothing of its content: reserved ones, and a window that is larger.
    expect(unnoticed.filter((at) => at > HEADER)).toEqual([]);
  });
});
