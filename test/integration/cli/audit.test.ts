import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AUDIT_ROOT, AUDIT_ROWS, auditDigest } from '../../../electron/workspace/audit-chain.ts';
import { openWorkspace } from '../../../electron/workspace/workspace.ts';
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
    // Of each of the three resources the first run sets the schema.
    expect(types.filter((type) => type === 'drift.baseline')).toHaveLength(3);
    const perRun = /^(sync\.(page|start|done)|token\.renewed|drift\.baseline|findings\.pin|curves\.seal)$/;
    expect(types.filter((type) => !perRun.test(type))).toEqual([
      'ledger.import',
      'recon.done',
      'break.follow',
      'report.export',
      'report.export',
    ]);
  });

  it('goes on where an earlier export ended', async () => {
    const whole = readFileSync(exported, 'utf8').trimEnd().split('\n');
    const part = async (...args: readonly string[]) =>
      (await tieout(['audit', 'export', ...args, '--workspace', sample.workspace])).stdout;
    const earlier = join(temporaryFolder(), 'earlier.jsonl');
    writeFileSync(earlier, `${whole.slice(0, 7).join('\n')}\n`);
    const later = join(temporaryFolder(), 'later.jsonl');
    expect(await part('--since', '7', '--out', later)).toContain(later);
    expect(readFileSync(later, 'utf8').trimEnd().split('\n')).toEqual(whole.slice(7));
    expect(python(SCRIPT, earlier, later)).toEqual(python(SCRIPT, exported));
    expect(await part('--since', String(whole.length))).toBe('');
    const beyond = await tieout(['audit', 'export', '--since', '9999', '--workspace', sample.workspace]);
    expect(beyond).toMatchObject({ code: 2, stderr: expect.stringContaining(`from 0 to ${whole.length}`) });
  });

  it('is verified by a script of at most thirty lines of the standard library', () => {
    const source = readFileSync(SCRIPT, 'utf8').trimEnd().split('\n');
    expect(source.length).toBeLessThanOrEqual(30);
    const imports = source.filter((line) => /^\s*(import|from)\b/.test(line)).map((line) => line.trim());
    expect(imports).toEqual(['import fileinput', 'import hashlib', 'import json', 'import sys']);
  });

  it('is not written over another file', async () => {
    const ended = await tieout(['audit', 'export', '--out', exported, '--workspace', sample.workspace]);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') });
  });
});

describe('a head that is known from elsewhere', () => {
  function verify(...args: readonly string[]) {
    return tieout(['audit', 'verify', ...args, '--workspace', sample.workspace]);
  }

  it('is found in the chain: of a report, its manifest, an earlier export, or a signed page', async () => {
    const manifest = join(sample.reports, 'tieout-2024-03.json.manifest.json');
    const report = join(sample.reports, 'tieout-2024-03.json');
    expect(await verify('--against', manifest, report, exported)).toMatchObject({ code: 0, stderr: '' });
    const [first] = eventsOf(readFileSync(exported, 'utf8'));
    expect(await verify('--head', String(first?.sha256))).toMatchObject({ code: 0 });
  });

  it('that the chain does not have is a difference', async () => {
    const other = changedExport((lines) => {
      const last = lines.at(-1) ?? '';
      lines.splice(
        -1,
        1,
        last.replace(/("sha256":")(.)/, (_, name, digit) => `${name}${digit === '0' ? '1' : '0'}`),
      );
    });
    const refused = await verify('--against', other);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(other) });
    expect(await verify('--head', 'f'.repeat(64))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(head: expected the head ffff'),
    });
  });

  it('must be one: another text, or a file without one, is wrong usage', async () => {
    expect(await verify('--head', 'abc')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('64 hexadecimal'),
    });
    expect(await verify('--against', sample.ledger)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bears no head'),
    });
    expect(await verify('--against', '/nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read'),
    });
  });
});

describe('a chain in the workspace', () => {
  /** A copy of the sample's workspace, changed by one who can write its database. */
  async function tampered(...statements: readonly string[]): Promise<readonly string[]> {
    const folder = join(temporaryFolder(), 'workspace');
    cpSync(sample.workspace, folder, { recursive: true });
    const { database, close } = await openWorkspace(folder, { at: '', appVersion: '', newId: () => '' });
    for (const statement of statements) await database.transaction((tx) => tx.run(statement));
    await close();
    return ['audit', 'verify', '--workspace', folder];
  }

  /** The last event, and the rows that name it. */
  const CUT = [
    'DELETE FROM report WHERE seq = (SELECT max(seq) FROM audit_event)',
    'DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)',
  ];

  it('of which the end was cut off is found by the tables that name what is gone', async () => {
    const verify = await tampered('DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)');
    const last = readFileSync(exported, 'utf8').trimEnd().split('\n').length;
    expect(await tieout(verify)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `broken at event ${last} (tail: expected event ${last}, which the table report names, found event ${last - 1} as the last)`,
      ),
    });
  });

  it('of which the end and all that names it were cut off is found by the journal beside the database', async () => {
    const verify = await tampered(...CUT);
    expect(await tieout(verify)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('broken at event'),
    });
  });

  it('that was cut off in the journal too is found by an export that was kept elsewhere, and by nothing else', async () => {
    const verify = await tampered(...CUT);
    const journal = join(verify.at(-1) ?? '', 'audit.ndjson');
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
    writeFileSync(journal, `${lines.slice(0, -1).join('\n')}\n`);
    expect(await tieout(verify)).toMatchObject({ code: 0 });
    expect(await tieout([...verify, '--against', exported])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`of ${exported}, found no such event`),
    });
  });

  it('that was written anew from an event on is found by the manifest of a report', async () => {
    const folder = join(temporaryFolder(), 'workspace');
    cpSync(sample.workspace, folder, { recursive: true });
    const { database, close } = await openWorkspace(folder, { at: '', appVersion: '', newId: () => '' });
    let prev = AUDIT_ROOT;
    for (const row of await database.rows(AUDIT_ROWS)) {
      const [seq, at, type, payload] = [
        row.int('seq'),
        row.text('occurred_at'),
        row.text('type'),
        row.text('payload'),
      ];
      const sha = auditDigest(seq, at, 'intruder', type, payload, prev);
      await database.transaction((tx) =>
        tx.run(`UPDATE audit_event SET actor = 'intruder', prev_sha256 = ?, sha256 = ? WHERE seq = ?`, [
          prev,
          sha,
          seq,
        ]),
      );
      prev = sha;
    }
    await close();
    const refused = await tieout(['audit', 'verify', '--json', '--workspace', folder]);
    expect(refused.code).toBe(1);
    const [said] = eventsOf(refused.stdout);
    const heads = z.object({
      hashes: z.object({ audit_head: z.object({ seq: z.number(), sha256: z.string() }) }),
    });
    const manifest = join(sample.reports, 'tieout-2024-03.json.manifest.json');
    const { seq, sha256 } = heads.parse(JSON.parse(readFileSync(manifest, 'utf8'))).hashes.audit_head;
    expect(said).toMatchObject({
      fault: { seq, problem: 'head', expected: expect.stringContaining(sha256) },
    });
  });
});
