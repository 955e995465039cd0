/** An evidence pack of the sample month: checked with nothing but Python, and by Tieout; no byte can change unseen. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PackDifferences } from '../../../electron/pack/pack-differences.ts';
import { PackFile } from '../../../electron/pack/pack-file.ts';
import { verifyPack } from '../../../electron/pack/verify-pack.ts';
import { ofType } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { MONTH, type SampleMonth, sampleMonth } from '../cli/sample-month.ts';
import { flipped, layoutOf, type Spot, spots } from './pack-bytes.ts';

/** Every byte class of every member, which takes a minute; else of each kind of member. */
const ALL = process.env.TIEOUT_FLIPS === 'all';

let sample: SampleMonth;
let packPath = '';
let pack = Buffer.alloc(0);
let verifier = '';

interface Checked {
  readonly code: number | null;
  readonly named: readonly string[];
  readonly output: string;
}

/** As on a machine that has only Python: isolated, no site packages, an empty environment. */
function byPython(path: string): Checked {
  const ended = spawnSync('python3', ['-I', '-S', verifier, path], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  const output = ended.stdout + ended.stderr;
  const named = [...output.matchAll(/^differs: (.*?): expected/gm)].map(([, name = '']) => name);
  return { code: ended.status, named: [...new Set(named)].sort(), output };
}

async function byTieout(path: string): Promise<Checked> {
  const request = { path, signal: new AbortController().signal, onProgress: () => {} };
  const { differences } = await verifyPack(request);
  const named = differences.map(({ subject, name }) => `${subject} ${name}`);
  const output = JSON.stringify(differences);
  return { code: differences.length > 0 ? 1 : 0, named: [...new Set(named)].sort(), output };
}

function written(bytes: Buffer): string {
  const path = join(sample.folder, 'changed.zip');
  writeFileSync(path, bytes);
  return path;
}

async function content(name: string): Promise<string> {
  const file = await PackFile.open(packPath, new PackDifferences());
  try {
    return await file.text(name);
  } finally {
    await file.close();
  }
}

beforeAll(async () => {
  sample = await sampleMonth(120);
  packPath = join(sample.folder, 'pack.zip');
  verifier = join(sample.folder, 'verify.py');
  const ended = await tieout([
    ...['report', '--month', MONTH, '--format', 'pack', '--out', packPath],
    ...['--workspace', sample.workspace, '--json'],
  ]);
  if (ended.code !== 0) throw new Error(ended.stderr);
  pack = readFileSync(packPath);
  writeFileSync(verifier, await content('verify.py'));
}, 60_000);

describe('an evidence pack', () => {
  it('has the report in every format, the pages, the extracts, the rules, the chain and a page to read first', async () => {
    const names = layoutOf(pack).members.map(({ name }) => name);
    for (const name of ['README.txt', 'verify.py', 'manifest.json', 'audit/audit.ndjson', 'rules/rules.json'])
      expect(names).toContain(name);
    for (const end of ['json', 'csv', 'xlsx', 'pdf'])
      expect(names).toContain(`report/tieout-${MONTH}.${end}`);
    expect(names.filter((name) => name.startsWith('pages/'))).toHaveLength(5);
    expect(names.some((name) => name.startsWith('extracts/1-'))).toBe(true);
    expect(await content('README.txt')).toContain('python3 verify.py PACK.zip');
    expect((await content('verify.py')).split('\n').length).toBeLessThanOrEqual(200);
  });

  it('lists refused records by page and place', async () => {
    const lines = (await content('records/dead-letters.jsonl')).trimEnd().split('\n');
    const rejected = Number(ofType(sample.synced, 'done')[0]?.rejected);
    expect(lines).toHaveLength(rejected);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({
        page: expect.any(Number),
        index: expect.any(Number),
        record: null,
      });
  });

  it('agrees with itself, by Python alone and by Tieout, down to matches, breaks and totals', async () => {
    const python = byPython(packPath);
    expect(python.output).toContain('no differences');
    expect(python.output).not.toContain('taken on trust');
    expect(python.code).toBe(0);
    const ended = await tieout(['verify', packPath, '--json']);
    expect(ended.code).toBe(0);
    expect(ofType(ended, 'verify-pack')[0]).toMatchObject({
      month: MONTH,
      differences: 0,
      verifier_known: true,
    });
  });

  it('comes out the same again, and is recorded in the audit chain', async () => {
    const again = join(sample.folder, 'again.zip');
    const here = ['--workspace', sample.workspace, '--json'];
    const ended = await tieout(['report', '--month', MONTH, '--format', 'pack', '--out', again, ...here]);
    expect(ended.code).toBe(0);
    expect(readFileSync(again).equals(pack)).toBe(true);
    const listed = await tieout(['audit', 'list', ...here]);
    expect(listed.stdout).toContain(String(ofType(ended, 'report')[0]?.sha256));
    const refused = await tieout(['report', '--month', MONTH, '--format', 'pack', '--out', again, ...here]);
    expect(refused.code).toBe(2);
  });

  it('names what a flipped byte is of, whatever it is of', async () => {
    const layout = layoutOf(pack);
    const missed: string[] = [];
    for (const { what, at, named } of spots(layout, ALL)) {
      const checked = await byTieout(written(flipped(pack, at)));
      if (!checked.named.includes(named)) missed.push(`${what}: ${checked.named.join(', ')}`);
    }
    expect(missed).toEqual([]);
  }, 60_000);

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
      const python = byPython(path);
      expect(python.code, what).toBe(1);
      expect(python.named, what).toContain(named);
      if (what !== 'last byte of manifest.json')
        expect((await byTieout(path)).named, what).toEqual(python.named);
    }
  }, 60_000);

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
      expect(byPython(path).named).toContain('zip directory');
      expect((await byTieout(path)).named).toContain('zip directory');
    }
    const [one, other] = members.filter(({ name }) => name.startsWith('pages/'));
    if (!one || !other) throw new Error('too few pages');
    const twice = Buffer.from(pack);
    for (const at of [other.local + 30, other.central + 46]) twice.write(one.name, at);
    const path = written(twice);
    expect(byPython(path).named).toContain(`zip only member named ${one.name}`);
    expect((await byTieout(path)).named).toContain(`zip only member named ${one.name}`);
  });

  it('is no pack where it is another file', async () => {
    const text = written(Buffer.from('not a zip at all'));
    expect(byPython(text).code).toBe(2);
    expect((await tieout(['verify', text])).code).toBe(2);
    expect(byPython(join(sample.folder, 'nowhere.zip')).code).toBe(2);
    expect((await tieout(['verify', join(sample.folder, 'nowhere.zip')])).code).toBe(2);
    expect((await tieout(['verify', packPath, '--month', MONTH])).code).toBe(2);
  });
});

describe('a log of the Python client', () => {
  function line(page: number, records: number, sha256: string): string {
    const message = `Page ${page} ingested | records=${records} | sha256=${sha256}`;
    return JSON.stringify({ timestamp: '2024-04-02T08:00:00Z', level: 'INFO', module: 'etrm', message });
  }

  async function compare(text: string) {
    const path = join(sample.folder, 'client.log');
    writeFileSync(path, text);
    const ended = await tieout(['verify', '--log', path, '--workspace', sample.workspace, '--json']);
    return { ended, differences: ofType(ended, 'log-difference'), total: ofType(ended, 'verify-log')[0] };
  }

  const pages = () =>
    ofType(sample.synced, 'page').map((page) => ({
      page: Number(page.page),
      records: Number(page.records),
      sha256: String(page.page_sha256),
    }));

  it('agrees page by page, over several runs and among other lines', async () => {
    const logged = pages().map(({ page, records, sha256 }) => line(page, records, sha256));
    const printed = pages().map(({ page, records, sha256 }) => `${page} ${records} ${sha256}`);
    const total = pages().reduce((sum, { records }) => sum + records, 0);
    const text = [
      'rubbish',
      ...logged,
      '{"message":"Fetching page 1"}',
      ...printed,
      `total ${printed.length} ${total} 1.5`,
    ];
    const { ended, differences, total: told } = await compare(`${text.join('\n')}\n`);
    expect(ended.code).toBe(0);
    expect(differences).toEqual([]);
    expect(told).toMatchObject({ runs: 2, skipped: 2, differences: 0 });
  });

  it('names the page that differs, that is missing and that is one too many', async () => {
    const [first, second, ...rest] = pages();
    if (!first || !second) throw new Error('too few pages');
    const text = [
      line(first.page, first.records, 'f'.repeat(64)),
      ...rest.map(({ page, records, sha256 }) => line(page, records, sha256)),
      line(99, 1, 'a'.repeat(64)),
    ];
    const { ended, differences } = await compare(text.join('\n'));
    expect(ended.code).toBe(1);
    expect(differences.map(({ page, kind }) => [page, kind])).toEqual([
      [1, 'differs'],
      [2, 'missing'],
      [99, 'extra'],
    ]);
  });

  it('is refused where it tells of no page', async () => {
    expect((await compare('nothing here\n')).ended.code).toBe(2);
  });
});
