/** Whoever edits the database by hand is found out, whatever column of whatever table it is. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ofType, temporaryFolder } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { type WholeMonth, wholeMonth } from '../crash/whole-month.ts';
import { stored, tamper } from '../workspace/stored-tables.ts';
import {
  type Column,
  type MonthRuns,
  monthRuns,
  otherRounds,
  type Tamper,
  toldRounds,
  UNKNOWN,
  WITHOUT_ROWS,
} from './column-tampers.ts';

let month: WholeMonth;
let columns: readonly Column[];
let runs: MonthRuns;

beforeAll(async () => {
  month = await wholeMonth();
  const rows = await stored(
    month.workspace,
    month.folder,
    `SELECT table_name, column_name, data_type FROM duckdb_columns()
     WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT internal)
     ORDER BY table_name, column_index`,
  );
  columns = rows.map((row) => ({
    table: String(row.table_name),
    name: String(row.column_name),
    type: String(row.data_type),
  }));
  runs = monthRuns(await stored(month.workspace, month.folder, 'SELECT * FROM run ORDER BY seq'));
}, 240_000);

/** What a verification of a copy says after some changes. */
async function saidOf(tampers: readonly Tamper[], ...of: readonly string[]): Promise<readonly string[]> {
  const workspace = join(temporaryFolder(), 'workspace');
  cpSync(month.workspace, workspace, { recursive: true });
  await tamper(workspace, ...tampers.map(({ statement }) => statement));
  const ended = await tieout(['verify', ...of, '--workspace', workspace, '--json']);
  expect(ended.code, ended.stderr).toBe(1);
  return ofType(ended, 'difference').map(
    ({ subject, name, expected, found }) => `${subject} ${name}: ${expected} -> ${found}`,
  );
}

/** The changes of which nothing is said; of several with the same words each needs its own line. */
function unseen(tampers: readonly Tamper[], said: readonly string[]): readonly string[] {
  const strange = new Map<string, number>();
  return tampers.flatMap(({ what, said: pattern }) => {
    const lines = said.filter((line) => pattern.test(line)).length;
    if (!pattern.source.startsWith(': the event of a row')) return lines > 0 ? [] : [what];
    const before = strange.get(pattern.source) ?? 0;
    strange.set(pattern.source, before + 1);
    return lines > before ? [] : [what];
  });
}

describe('a verification of a month in which every column was changed by hand', () => {
  it.each([0, 1, 2])('tells of each change, in round %i', async (round) => {
    const tampers = [...(toldRounds(columns)[round] ?? []), ...(otherRounds(columns, runs)[round] ?? [])];
    const said = await saidOf(tampers, ...(round === 2 ? ['--month', '2024-03'] : []));
    expect(unseen(tampers, said), said.join('\n')).toEqual([]);
  });

  it('knows every column of the database, but for those that nothing else tells of', () => {
    const tampers = [...toldRounds(columns), ...otherRounds(columns, runs)].flat();
    const looked = new Set(tampers.map(({ what }) => what));
    const left = columns
      .filter(({ table }) => table !== 'audit_event' && !WITHOUT_ROWS.has(table))
      .map(({ table, name }) => `${table}.${name}`)
      .filter((name) => !looked.has(name) && !UNKNOWN.has(name));
    expect(left).toEqual([]);
  });
});
