/** Packs of months in which everything was done that leaves a trace: letters retried, matches taken apart, a close. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ofType } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { type WholeMonth, wholeMonth } from '../crash/whole-month.ts';
import { byPython, contentOf } from './sample-pack.ts';

let month: WholeMonth;
beforeAll(async () => {
  month = await wholeMonth();
});

/** Writes a pack and checks it both ways. */
async function checkedPack(name: string) {
  const path = join(month.folder, `${name}.zip`);
  const args = ['report', '--month', name, '--format', 'pack', '--out', path, '--workspace', month.workspace];
  const written = await tieout(args);
  expect(written.code, written.stderr).toBe(0);
  const verifier = join(month.folder, 'verify.py');
  writeFileSync(verifier, await contentOf(path, 'verify.py'));
  const python = byPython(verifier, path);
  expect(python.code, python.output).toBe(0);
  expect(python.output).toContain('no differences');
  const ended = await tieout(['verify', path, '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ofType(ended, 'verify-pack')[0]).toMatchObject({ month: name, differences: 0 });
  return path;
}

describe('the pack of a worked month', () => {
  it('agrees with itself where faults were retried, records restated and a match was taken apart', async () => {
    const path = await checkedPack('2024-03');
    expect(await contentOf(path, 'audit/audit.ndjson')).toContain('"match.unmatch"');
  });

  it('agrees with itself where letters were retried by another profile and the month was closed and opened again', async () => {
    const path = await checkedPack('2024-04');
    const letters = (await contentOf(path, 'records/dead-letters.jsonl')).trimEnd().split('\n');
    expect(letters.some((line) => JSON.parse(line).record !== null)).toBe(true);
  });
});
