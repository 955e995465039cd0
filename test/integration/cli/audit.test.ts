import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventsOf, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';
import { type SampleMonth, sampleMonth } from './sample-month.ts';

const SCRIPT = join(import.meta.dirname, 'audit_chain.py');
const MANUAL = join(import.meta.dirname, '..', '..', '..', 'docs', 'audit.md');

let sample: SampleMonth;
let exported = '';
beforeAll(async () => {
  sample = await sampleMonth();
  exported = join(sample.folder, 'audit.jsonl');
  const ended = await tieout(['audit', 'export', '--out', exported, '--workspace', sample.workspace]);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
});

function python(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

function changedExport(change: (lines: string[]) => unknown): string {
  const lines = readFileSync(exported, 'utf8').trimEnd().split('\n');
  change(lines);
  const path = join(temporaryFolder(), 'audit.jsonl');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

describe('an exported audit chain', () => {
  it('is verified by a script that is not ours, to the same head', async () => {
    const ours = await tieout(['audit', 'verify', '--workspace', sample.workspace, '--json']);
    const [said] = eventsOf(ours.stdout);
    expect(said).toMatchObject({ type: 'audit', fault: null });
    expect(python(SCRIPT, exported)).toEqual({
      status: 0,
      stdout: `${said?.events} ${said?.head}`,
      stderr: '',
    });
  });

  it('is verified by the script that the manual prints', () => {
    const script = /```python\n([\s\S]*?)```/.exec(readFileSync(MANUAL, 'utf8'))?.[1] ?? '';
    expect(python('-c', script, exported)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/events agree; head [0-9a-f]{64}$/),
    });
    const spoilt = changedExport((lines) => lines.splice(4, 1));
    expect(python('-c', script, spoilt)).toMatchObject({ status: 1, stderr: 'event 5 does not fit' });
  });

  it.each<[string, (lines: string[]) => unknown, string]>([
    [
      'was changed',
      (lines) => lines.splice(3, 1, (lines[3] ?? '').replace('"actor":"', '"actor":"x')),
      'event 4 was changed',
    ],
    ['was removed', (lines) => lines.splice(3, 1), 'event 4 is numbered 5'],
    ['was put in', (lines) => lines.splice(3, 0, lines[2] ?? ''), 'event 4 is numbered 3'],
    [
      'changed places',
      (lines) => lines.splice(3, 2, lines[4] ?? '', lines[3] ?? ''),
      'event 4 is numbered 5',
    ],
  ])('is refused where an event %s, which is named', (_, change, words) => {
    expect(python(SCRIPT, changedExport(change))).toMatchObject({ status: 1, stderr: words });
  });

  it('bears the head that the reports of the month print', () => {
    const heads = z.object({ audit_head: z.object({ seq: z.number(), sha256: z.string() }) });
    const manifest = z.object({ hashes: heads });
    const report = heads.parse(JSON.parse(readFileSync(join(sample.reports, 'tieout-2024-03.json'), 'utf8')));
    const { hashes } = manifest.parse(
      JSON.parse(readFileSync(join(sample.reports, 'tieout-2024-03.json.manifest.json'), 'utf8')),
    );
    expect(hashes.audit_head).toEqual(report.audit_head);
    const events = eventsOf(readFileSync(exported, 'utf8'));
    expect(events[report.audit_head.seq - 1]).toMatchObject({ ...report.audit_head, type: 'recon.done' });
  });

  it('is the same on standard output, and tells the acts of the month in their order', async () => {
    const ended = await tieout(['audit', 'export', '--workspace', sample.workspace]);
    expect(ended.stdout).toBe(readFileSync(exported, 'utf8'));
    const types = eventsOf(ended.stdout).map(({ type }) => type);
    expect(types[0]).toBe('sync.start');
    expect(types.filter((type) => !/^(sync\.(page|start|done)|token\.renewed)$/.test(type))).toEqual([
      'ledger.import',
      'recon.done',
      'report.export',
      'report.export',
    ]);
  });

  it('is not written over another file', async () => {
    const ended = await tieout(['audit', 'export', '--out', exported, '--workspace', sample.workspace]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') });
  });
});
