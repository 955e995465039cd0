/** An evidence pack of the sample month: checked with nothing but Python, and by Tieout; no byte can change unseen. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ofType } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { MONTH, type SampleMonth } from '../cli/sample-month.ts';
import { layoutOf } from './pack-bytes.ts';
import { byPython, contentOf, samplePack } from './sample-pack.ts';

let sample: SampleMonth;
let packPath = '';
let pack = Buffer.alloc(0);
let verifier = '';

beforeAll(async () => {
  ({ sample, path: packPath, verifier } = await samplePack());
  pack = readFileSync(packPath);
});

describe('an evidence pack', () => {
  it('has the report in every format, the pages, the extracts, the rules, the chain and a page to read first', async () => {
    const names = layoutOf(pack).members.map(({ name }) => name);
    for (const name of ['README.txt', 'verify.py', 'manifest.json', 'audit/audit.ndjson', 'rules/rules.json'])
      expect(names).toContain(name);
    for (const end of ['json', 'csv', 'xlsx', 'pdf'])
      expect(names).toContain(`report/tieout-${MONTH}.${end}`);
    expect(names.filter((name) => name.startsWith('pages/'))).toHaveLength(5);
    expect(names.some((name) => name.startsWith('extracts/1-'))).toBe(true);
    expect(await contentOf(packPath, 'README.txt')).toContain('python3 verify.py PACK.zip');
    expect((await contentOf(packPath, 'verify.py')).split('\n').length).toBeLessThanOrEqual(200);
  });

  it('lists refused records by page and place', async () => {
    const lines = (await contentOf(packPath, 'records/dead-letters.jsonl')).trimEnd().split('\n');
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
    const python = byPython(verifier, packPath);
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

  it('that is cancelled leaves nothing, written or checked', async () => {
    const folder = join(sample.folder, 'cancelled');
    mkdirSync(folder);
    const writing = ['report', '--month', MONTH, '--format', 'pack', '--out', join(folder, 'pack.zip')];
    for (const args of [
      [...writing, '--workspace', sample.workspace],
      ['verify', packPath],
    ]) {
      const cancel = new AbortController();
      setTimeout(() => cancel.abort(new Error('interrupted')), 20);
      expect((await tieout(args, { signal: cancel.signal })).code, args[0]).toBe(130);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what it takes on trust: an extract that is no plain CSV, and other rules', async () => {
    const here = ['--workspace', sample.workspace];
    const good = async (...args: readonly string[]): Promise<string> => {
      const ended = await tieout([...args, ...here]);
      if (ended.code !== 0) throw new Error(ended.stderr);
      return ended.stdout;
    };
    const other = join(sample.folder, 'other.csv');
    writeFileSync(other, 'settlement_id;amount;currency\nO-1;1,5;USD\nO-2;2,25;USD\n');
    await good('import', other, '--as', 'ledger', '--month', MONTH);
    const rules = JSON.parse(await good('rules', 'show'));
    const rulesFile = join(sample.folder, 'rules.json');
    const changed = { ...rules, name: 'wide', rules: [{ ...rules.rules[0], tolerance: { absolute: '5' } }] };
    writeFileSync(rulesFile, JSON.stringify(changed));
    const path = join(sample.folder, 'trust.zip');
    for (const more of [[], ['--rules', rulesFile]]) {
      await good('reconcile', '--month', MONTH, ...more);
      await good('report', '--month', MONTH, '--format', 'pack', '--out', path, '--overwrite');
      const python = byPython(verifier, path);
      expect(python.code, python.output).toBe(0);
      expect(python.output).toContain('taken on trust: records/ledger-2.jsonl');
      expect(python.output.includes('taken on trust: counts and totals')).toBe(more.length > 0);
      const ended = await tieout(['verify', path, '--json']);
      expect(ended.code).toBe(0);
      expect(ofType(ended, 'verify-pack')[0]?.on_trust).toHaveLength(1 + more.length / 2);
    }
  });

  it('is no pack where it is another file', async () => {
    const text = join(sample.folder, 'text.zip');
    writeFileSync(text, 'not a zip at all');
    expect(byPython(verifier, text).code).toBe(2);
    expect((await tieout(['verify', text])).code).toBe(2);
    expect(byPython(verifier, join(sample.folder, 'nowhere.zip')).code).toBe(2);
    expect((await tieout(['verify', join(sample.folder, 'nowhere.zip')])).code).toBe(2);
    expect((await tieout(['verify', packPath, '--month', MONTH])).code).toBe(2);
  });

  it('says how it is called where nothing is named', () => {
    const told = byPython(verifier);
    expect(told.code).toBe(2);
    expect(told.output).toContain('python3 verify.py PACK.zip');
    expect(told.output).not.toContain('not a pack');
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
