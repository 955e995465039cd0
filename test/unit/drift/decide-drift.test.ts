import { beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../electron/credentials/secret.ts';
import { currentBaseline } from '../../../electron/drift/baseline.ts';
import { type DriftDecision, type DriftParts, decideDrift } from '../../../electron/drift/decide-drift.ts';
import { ALL_DRIFT, driftCounts, driftRows } from '../../../electron/drift/drift-rows.ts';
import { AUDIT_ROWS, verifyAudit } from '../../../electron/workspace/audit-chain.ts';
import { baselineNames, begunRun, driftWorkspace, endedRun, SOURCE, wholeRun } from './drifting-runs.ts';

let parts: DriftParts;
beforeEach(async () => {
  parts = await driftWorkspace();
});

function record(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ settlement_id: 'S-1', amount: 12.5, status: 'FINAL', ...changes });
}

function decided(decision: DriftDecision['decision'], choice: Partial<DriftDecision['choice']> = {}) {
  return decideDrift(parts, {
    filter: ALL_DRIFT,
    choice: { field: null, kind: null, rows: null, ...choice },
    decision,
    note: 'the vendor told us',
  });
}

async function states(runId: string): Promise<readonly string[]> {
  const rows = await driftRows(parts.workspace.database, { ...ALL_DRIFT, runId });
  return rows.map(({ field, kind, state }) => `${field} ${kind} ${state}`);
}

async function acts(): Promise<readonly string[]> {
  const rows = await parts.workspace.database.rows(
    `SELECT type FROM audit_event WHERE type LIKE 'drift%' ORDER BY seq`,
  );
  return rows.map((row) => row.text('type'));
}

const drifted = {
  runId: 'two',
  pages: [[record()], [record({ desk: 'East', status: 'PRELIM', amount: null })]],
};

describe('the accepted schema', () => {
  it('is set by the first run that ends with a record', async () => {
    await wholeRun(parts, { runId: 'empty', pages: [[]] });
    expect(await currentBaseline(parts.workspace.database, SOURCE, 'settlements')).toBeNull();
    await begunRun(parts, { runId: 'failed', pages: [[record({ other: 1 })]] });
    expect(await wholeRun(parts, { runId: 'one', pages: [[record()]] })).toEqual([]);
    expect(await baselineNames(parts)).toEqual(['settlement_id', 'amount', 'status']);
    expect(await acts()).toEqual(['drift.baseline']);
  });

  it('is of its source alone', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    expect(await wholeRun(parts, { runId: 'other', pages: [[record({ x: 1 })]], source: 'another' })).toEqual(
      [],
    );
    expect(await wholeRun(parts, drifted)).not.toEqual([]);
  });

  it('is held against all pages of a run that was taken up again', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    await begunRun(parts, { runId: 'two', pages: [[record({ desk: 'East' }), record()]] });
    await begunRun(parts, { runId: 'two', pages: [[record({ desk: 'West' })]] }, 2);
    expect(await endedRun(parts, { runId: 'two', pages: [] })).toEqual([
      expect.objectContaining({ field: 'desk', kind: 'added', count: 2, firstPage: 1, sample: 'East' }),
    ]);
  });

  it('does not move by what was not accepted: the next run drifts again', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    const found = await wholeRun(parts, drifted);
    expect(found.map(({ field, kind }) => `${field} ${kind}`)).toEqual([
      'amount null',
      'status value',
      'desk added',
    ]);
    expect(await wholeRun(parts, { ...drifted, runId: 'three' })).toEqual(found);
  });

  it('moves by exactly what was accepted', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    await wholeRun(parts, drifted);
    await decided('accepted', { field: 'desk' });
    expect(await states('two')).toEqual(['amount null open', 'status value open', 'desk added accepted']);
    const found = await wholeRun(parts, { ...drifted, runId: 'three' });
    expect(found.map(({ field }) => field)).toEqual(['amount', 'status']);
    await decided('accepted');
    expect(await wholeRun(parts, { ...drifted, runId: 'four' })).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['an added member', record(), record({ desk: 'East' })],
    ['a missing member', record({ desk: 1 }), record()],
    ['another type', record(), record({ amount: '12.50' })],
    ['a type that cannot be read', record(), record({ settlement_id: 17 })],
    ['a null', record(), record({ status: null })],
    ['a longer text', record(), record({ settlement_id: 'S-100000' })],
    ['more digits', record(), record({ amount: 1234.5678 })],
    ['an unseen code', record(), record({ status: 'PRELIM' })],
  ])('once it has %s, has it for good', async (_, before, now) => {
    await wholeRun(parts, { runId: 'one', pages: [[before]] });
    expect(await wholeRun(parts, { runId: 'two', pages: [[now], [now]] })).not.toEqual([]);
    await decided('accepted');
    expect(await wholeRun(parts, { runId: 'three', pages: [[now]] })).toEqual([]);
  });

  it('keeps what was accepted before when more is accepted of an older run', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    await wholeRun(parts, { runId: 'two', pages: [[record({ settlement_id: 'S-1234' })]] });
    await wholeRun(parts, { runId: 'three', pages: [[record({ settlement_id: 'S-1234567' })]] });
    await decideDrift(parts, {
      filter: { ...ALL_DRIFT, runId: 'two' },
      choice: { field: null, kind: null, rows: null },
      decision: 'accepted',
      note: 'ids grow',
    });
    // Accepted up to seven characters: the nine of the later run are still open.
    expect(await states('two')).toEqual(['settlement_id widened accepted']);
    expect(await states('three')).toEqual(['settlement_id widened open']);
    await decided('accepted');
    expect(await states('three')).toEqual(['settlement_id widened accepted']);
  });
});

describe('a rejected drift', () => {
  it('stays rejected in later runs, until it is accepted', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    await wholeRun(parts, drifted);
    await decided('rejected', { field: 'amount', kind: 'null' });
    await wholeRun(parts, { ...drifted, runId: 'three' });
    expect(await states('three')).toEqual(['amount null rejected', 'status value open', 'desk added open']);
    expect(await driftCounts(parts.workspace.database, ALL_DRIFT)).toEqual({
      total: 3,
      runs: 1,
      open: { breaking: 1, warning: 0, info: 1 },
    });
    await decided('accepted');
    expect(await states('three')).toEqual([
      'amount null rejected',
      'status value accepted',
      'desk added accepted',
    ]);
    await decided('accepted', { kind: 'null' });
    expect(await states('three')).toEqual([
      'amount null accepted',
      'status value accepted',
      'desk added accepted',
    ]);
  });
});

describe('hostile records', () => {
  it('are assessed, kept and accepted like others, whatever their members are called', async () => {
    const names = [
      '',
      '__proto__',
      'constructor',
      '\\u0000',
      '\\ud800',
      '\\ud83d\\ude00',
      "x'; DROP TABLE run; --",
      '*',
      'n'.repeat(300),
    ];
    const members = names.map(
      (name, at) => `"${name}":${at % 2 === 0 ? '"\\udc00\\u0000 \\"x"' : '{"a":"\\ud800"}'}`,
    );
    const many = Array.from({ length: 1100 }, (_, at) => `"m${at}":"${'é'.repeat(at % 90)}"`);
    const hostile = `{"settlement_id":"S-1","amount":null,"status":["\\u0000"],${members.join(',')},${many.join(',')}}`;
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    const found = await wholeRun(parts, { runId: 'two', pages: [[hostile, hostile], [hostile]] });
    expect(found.length).toBeGreaterThan(990);
    expect(await driftRows(parts.workspace.database, { ...ALL_DRIFT, runId: 'two' })).toHaveLength(
      found.length,
    );
    await decided('accepted');
    expect(await wholeRun(parts, { runId: 'three', pages: [[hostile]] })).toEqual([]);
  });
});

describe('a decision', () => {
  it('is an act in the chain, with its actor, its note and what it decided', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    await wholeRun(parts, drifted);
    await decided('rejected', { field: 'status' });
    await decided('accepted', { field: 'desk' });
    expect(await acts()).toEqual(['drift.baseline', 'drift.found', 'drift.reject', 'drift.accept']);
    const { database } = parts.workspace;
    const accept = await database.row(`SELECT actor, payload FROM audit_event WHERE type = 'drift.accept'`);
    expect(accept?.text('actor')).toBe('reviewer');
    expect(accept?.json('payload')).toMatchObject({
      source: SOURCE,
      run_id: 'two',
      findings: ['desk added'],
      note: 'the vendor told us',
      members: 4,
    });
    expect((await verifyAudit(database.stream(AUDIT_ROWS))).fault).toBeNull();
  });

  it('of single rows decides those and no other', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    await wholeRun(parts, drifted);
    await decided('accepted', { rows: [{ runId: 'two', position: 1 }] });
    expect(await states('two')).toEqual(['amount null open', 'status value accepted', 'desk added open']);
  });

  it('needs a note, and something that is left to decide', async () => {
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    const none = {
      filter: ALL_DRIFT,
      choice: { field: null, kind: null, rows: null },
      decision: 'accepted',
    } as const;
    await expect(decideDrift(parts, { ...none, note: 'x' })).rejects.toMatchObject({ code: 'nothing-to-do' });
    await wholeRun(parts, drifted);
    await expect(decideDrift(parts, { ...none, note: ' ' })).rejects.toMatchObject({ code: 'usage' });
    await decided('accepted');
    await expect(decided('accepted')).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(decided('rejected')).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  it('keeps no secret that its note holds', async () => {
    parts.redactor.know(new Secret('s3cret-of-ours'));
    await wholeRun(parts, { runId: 'one', pages: [[record()]] });
    await wholeRun(parts, drifted);
    await decideDrift(parts, {
      filter: ALL_DRIFT,
      choice: { field: null, kind: null, rows: null },
      decision: 'accepted',
      note: 'they use s3cret-of-ours now',
    });
    const rows = await parts.workspace.database.rows(
      'SELECT payload AS text FROM audit_event UNION ALL SELECT note FROM drift_decision UNION ALL SELECT coalesce(note, document) FROM schema_baseline_event',
    );
    for (const row of rows) expect(row.text('text')).not.toContain('s3cret-of-ours');
  });
});
