import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseExisting, SafeFiles, writeFileSafely } from '../../../electron/report/safe-file.ts';
import { temporaryFolder } from '../workspace/temporary.ts';

const calm = new AbortController().signal;

describe('a file that is written safely', () => {
  it('holds its pieces, in folders that are made for it, and is known by its hash and size', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'march', 'reports', 'report.csv');
    const text = 'größe;1\n'.repeat(100_000);
    const written = await writeFileSafely(path, text.match(/.{1,7}/gsu) ?? [], calm);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(written).toEqual({
      path,
      sha256: createHash('sha256').update(text).digest('hex'),
      bytes: Buffer.byteLength(text),
    });
    expect(readdirSync(join(folder, 'march', 'reports'))).toEqual(['report.csv']);
  });

  it('may be empty', async () => {
    const written = await writeFileSafely(join(temporaryFolder(), 'empty.csv'), [], calm);
    expect(written).toMatchObject({ bytes: 0, sha256: createHash('sha256').digest('hex') });
  });

  it('is not there, nor anything else, where it was aborted midway', async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    async function* pieces(): AsyncGenerator<string> {
      for (let at = 0; ; at += 1) {
        if (at === 5) stop.abort(new Error('cancelled'));
        yield 'x'.repeat(300_000);
      }
    }
    await expect(writeFileSafely(join(folder, 'report.json'), pieces(), stop.signal)).rejects.toThrow(
      'cancelled',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not there, nor anything else, where what it is made from fails', async () => {
    const folder = temporaryFolder();
    async function* pieces(): AsyncGenerator<string> {
      yield 'x'.repeat(300_000);
      throw new Error('the database went away');
    }
    await expect(writeFileSafely(join(folder, 'report.json'), pieces(), calm)).rejects.toThrow(
      'the database went away',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves the file before it as it was until the new one is whole', async () => {
    const path = join(temporaryFolder(), 'report.json');
    writeFileSync(path, 'the old one');
    const stop = new AbortController();
    function* pieces(): Generator<string> {
      yield 'x'.repeat(300_000);
      stop.abort(new Error('cancelled'));
      yield 'y'.repeat(300_000);
    }
    await expect(writeFileSafely(path, pieces(), stop.signal)).rejects.toThrow('cancelled');
    expect(readFileSync(path, 'utf8')).toBe('the old one');
    await writeFileSafely(path, ['the new one'], calm);
    expect(readFileSync(path, 'utf8')).toBe('the new one');
  });

  it('says where it cannot be written', async () => {
    const path = join(temporaryFolder(), 'report.json');
    mkdirSync(path);
    writeFileSync(join(path, 'in the way'), '');
    await expect(writeFileSafely(path, ['x'], calm)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining(path),
    });
  });
});

describe('files that exist', () => {
  it('are refused, the first of them named, unless they may be replaced', () => {
    const folder = temporaryFolder();
    const [one, two] = [join(folder, 'one.csv'), join(folder, 'two.csv')];
    expect(() => refuseExisting([one, two], false)).not.toThrow();
    writeFileSync(two, '');
    expect(() => refuseExisting([one, two], false)).toThrow(
      expect.objectContaining({ code: 'file-exists', message: expect.stringContaining(two) }),
    );
    expect(() => refuseExisting([one, two], true)).not.toThrow();
  });
});

/** Writes two files together: the first is whole, the second never ends. */
const ENDLESS = `
  import { SafeFiles } from './electron/report/safe-file.ts';
  const safe = new SafeFiles(true, new AbortController().signal);
  await safe.write(process.argv[1] + '/whole.csv', ['a whole file']);
  await safe.write(process.argv[1] + '/endless.csv', (function* () {
    for (let at = 0; ; at += 1) {
      if (at === 4) process.stdout.write('writing');
      yield 'x'.repeat(300_000);
    }
  })());`;

describe('files that are written together', () => {
  it('are none of them under their names when the process is killed midway', async () => {
    const folder = temporaryFolder();
    const root = join(import.meta.dirname, '..', '..', '..');
    const child = spawn(process.execPath, ['--input-type=module', '-e', ENDLESS, folder], { cwd: root });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = readdirSync(folder);
    expect(left.filter((name) => !/^\.tieout-.*\.part$/.test(name))).toEqual([]);
    expect(left).toHaveLength(2);
  });

  it('do not replace what came under a name while they were written', async () => {
    const folder = temporaryFolder();
    const safe = new SafeFiles(false, calm);
    await safe.write(join(folder, 'a.csv'), ['ours']);
    writeFileSync(join(folder, 'a.csv'), 'theirs');
    await expect(safe.place()).rejects.toMatchObject({ code: 'file-exists' });
    await safe.discard();
    expect(readdirSync(folder)).toEqual(['a.csv']);
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('theirs');
  });
});
