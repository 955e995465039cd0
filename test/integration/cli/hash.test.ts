import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, Home, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';

const folder = temporaryFolder();

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The seed's formula in the seed's language: over `results` where the document has them, else over all of it. */
function python(...files: readonly string[]): readonly string[] {
  const script = `import hashlib, json, sys
for path in sys.argv[1:]:
    page = json.loads(open(path, 'rb').read().decode('utf-8', 'replace'))
    whole = page['results'] if isinstance(page, dict) and 'results' in page else page
    print(hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest())`;
  return spawnSync('python3', ['-c', script, ...files], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n');
}

const page = file(
  'page 1.json',
  '{"next_page": true, "results": [{"b": 1.0, "a": "Größe", "c": 1e16, "a": 9007199254740993}]}',
);
const records = file('records.json', '[{"b": 1.0, "a": "Größe", "c": 1e16, "a": 9007199254740993}]');
const others = [
  file('empty.json', '{"results":[],"next_page":false}'),
  file('odd.json', '{"results":{"z":[-0.0,0.00001,"\\ud83d"]}}'),
  file('plain.json', ' "text" \n'),
  file('number.json', '1e400'),
  file('object.json', '{"data":[1,2]}'),
  file('latin.json', Buffer.from('["Gr\u00f6\u00dfe"]', 'latin1')),
];

describe('tieout hash', () => {
  it('prints what the seed’s Python computes, a line a file, as sha256sum does', async () => {
    const files = [page, records, ...others];
    const ended = await tieout(['hash', ...files]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toBe(
      python(...files)
        .map((digest, at) => `${digest}  ${files[at]}\n`)
        .join(''),
    );
  });

  it('gives a page’s body the hash of its results alone', async () => {
    const [first, second] = (await tieout(['hash', page, records])).stdout
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(first).toBe(second);
  });

  it('names the files that have no hash, one sentence each, prints the rest, and ends with 2', async () => {
    mkdirSync(join(folder, 'a folder'));
    const bad = [
      file('page.html', '<html></html>'),
      file('cut.json', '{"results":[1,2'),
      file('nothing.json', ''),
      file('digits.json', '9'.repeat(4301)),
      file('deep.json', '['.repeat(200_000)),
      join(folder, 'missing.json'),
      join(folder, 'a folder'),
    ];
    const ended = await tieout(['hash', ...bad.slice(0, 3), records, ...bad.slice(3), page]);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toBe((await tieout(['hash', records, page])).stdout);
    const sentences = ended.stderr.trimEnd().split('\n');
    expect(sentences).toHaveLength(bad.length);
    for (const [at, path] of bad.entries()) {
      expect(sentences[at]).toContain(path);
      expect(sentences[at]).toMatch(/^tieout: .+\.$/);
    }
  });

  it('prints events with --json, of errors too', async () => {
    const ended = await tieout(['hash', '--json', page, join(folder, 'missing.json')]);
    expect(eventsOf(ended.stdout)).toEqual([
      { type: 'hash', path: page, page_sha256: python(page)[0] },
      expect.objectContaining({ type: 'error', code: 'file-not-found' }),
    ]);
  });

  it('needs no workspace and makes none, as a process of its own', async () => {
    const home = new Home();
    const ended = await home.spawn(['hash', page]).ended;
    expect(ended).toMatchObject({ code: 0, stdout: `${python(page)[0]}  ${page}\n` });
    expect(spawnSync('ls', ['-A', home.folder], { encoding: 'utf8' }).stdout).toBe('');
  });
});
