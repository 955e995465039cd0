/** What was found of drift, held against its events. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DriftParts } from '../../../electron/drift/decide-drift.ts';
import { assessDrift, keepDriftDocuments } from '../../../electron/drift/record-drift.ts';
import { sameNames } from '../../../electron/ingest/mapping.ts';
import { SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import { Findings } from '../../../electron/verify/findings.ts';
import { checkRecordedActs } from '../../../electron/verify/recorded-acts.ts';
import { unwatched } from '../workspace/temporary.ts';
import { begunRun, driftWorkspace, endedRun, SOURCE, wholeRun } from './drifting-runs.ts';

let parts: DriftParts;
beforeAll(async () => {
  parts = await driftWorkspace();
  await wholeRun(parts, { runId: 'one', pages: [['{"settlement_id":"S-1","amount":1}']] });
  const two = { runId: 'two', pages: [['{"settlement_id":"S-10","amount":null,"desk":"\\u0000\\ud83d é"}']] };
  await begunRun(parts, two);
  const asked = {
    runId: 'two',
    source: SOURCE,
    resource: 'settlements',
    mapping: sameNames(SETTLEMENT_RECORD),
  } as const;
  const assessment = await assessDrift(parts.workspace.database, asked);
  await keepDriftDocuments(parts.workspace.evidence, assessment);
  expect((await endedRun(parts, two)).length).toBeGreaterThan(2);
});

/** What is said of the findings after a change of them, which is taken back. */
async function foundAfter(statement: string): Promise<readonly string[]> {
  const { database } = parts.workspace;
  const findings = new Findings();
  await database.transaction((tx) =>
    tx.run('CREATE OR REPLACE TEMP TABLE kept AS SELECT * FROM drift_finding'),
  );
  await database.transaction((tx) => tx.run(statement));
  const check = { workspace: parts.workspace, request: { month: null, ...unwatched }, findings };
  await checkRecordedActs(check, Number.MAX_SAFE_INTEGER);
  await database.transaction(async (tx) => {
    await tx.run('DELETE FROM drift_finding');
    await tx.run('INSERT INTO drift_finding SELECT * FROM temp.kept');
  });
  return findings.differences
    .map(({ subject, name, expected, found }) => `${subject} ${name}: ${expected} -> ${found}`)
    .filter((said) => said.includes('drift_finding'));
}

describe('a verification of what was found of drift', () => {
  it('agrees with what was told', async () => {
    expect(await foundAfter('SELECT 1')).toEqual([]);
  });

  it.each([
    [
      `UPDATE drift_finding SET severity = 'info' WHERE position = 0`,
      /: drift_finding severity breaking -> severity info$/,
    ],
    [
      'UPDATE drift_finding SET records = records + 1 WHERE position = 1',
      /: drift_finding records 1 -> records 2$/,
    ],
    ['DELETE FROM drift_finding WHERE position = 0', /: a row in drift_finding of drift.found -> no row$/],
    [
      'INSERT INTO drift_finding SELECT * REPLACE (99 AS position) FROM drift_finding WHERE position = 0',
      /: the event of a row in drift_finding -> no event that tells of it: seq \d+, position 99$/,
    ],
  ])('finds %s', async (statement, said) => {
    expect(await foundAfter(statement)).toEqual([expect.stringMatching(said)]);
  });

  it('finds that all of them are gone', async () => {
    expect((await foundAfter('DELETE FROM drift_finding')).length).toBeGreaterThan(2);
  });
});
