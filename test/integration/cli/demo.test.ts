import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Home, ofType } from './command.ts';

describe('the demo', () => {
  const home = new Home();
  const demo = (...more: readonly string[]) => home.spawn(['demo', '--records', '1500', ...more]).ended;

  it('does the whole month against a faulty vendor and says where the report lies', async () => {
    const ended = await demo('--faults');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    for (const words of [
      /^Embedded vendor at http:\/\/127\.0\.0\.1:\d+, 1,500 settlements of 2024-03/,
      /retry 1 in /,
      /100 %/,
      /2024-03 synced: 1,500 records on 2 pages, \d+ of them dead letters/,
      // The settlements on two pages, the trades on one, the curves on two.
      /verified: 5 pages, [\d,]+ records, .* everything agrees/,
      /Planted {2}\d+ breaks, found \d+: the same/,
      /Findings (\d\d) planted in trades and curves, found \1$/m,
      /Report {3}tieout-demo\/report\/tieout-2024-03\.json/,
    ]) {
      expect(ended.stdout).toMatch(words);
    }
    expect(existsSync(join(home.folder, 'tieout-demo', 'report', 'tieout-2024-03.json'))).toBe(true);
  });

  it('may be done again in the same folder, and makes the same of the same seed', async () => {
    const ended = await demo('--json');
    expect(ended.code).toBe(0);
    const [recon] = ofType(ended, 'recon');
    const report: unknown = JSON.parse(
      readFileSync(join(home.folder, 'tieout-demo', 'report', 'tieout-2024-03.json'), 'utf8'),
    );
    expect(report).toMatchObject({ recon_sha256: recon?.recon_sha256 });
    const other = await demo('--json', '--out', 'another', '--seed', '2');
    expect(ofType(other, 'recon')[0]?.recon_sha256).not.toBe(recon?.recon_sha256);
  });

  it('leaves a folder alone that it did not make', async () => {
    const path = join(home.folder, 'mine', 'thesis.txt');
    mkdirSync(join(home.folder, 'mine'));
    writeFileSync(path, 'x');
    const ended = await demo('--out', 'mine');
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^tieout: .* was not made by a demo; [^\n]+\.\n$/),
    });
    expect(readFileSync(path, 'utf8')).toBe('x');
  });
});
