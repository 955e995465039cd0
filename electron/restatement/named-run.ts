/** A run by what an analyst calls it: its id, the first characters of it, `latest` or `previous`. */
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { RESOURCES, type Resource } from '../../shared/resource.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';

export interface NamedRun {
  readonly runId: string;
  readonly month: string;
  readonly resource: Resource;
  /** The connection's name, or the base URL where there is none. */
  readonly source: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null where it was interrupted, or runs still. */
  readonly outcome: string | null;
  readonly runSha256: string | null;
}

/** Among which runs a name is looked for. */
export interface RunScope {
  /** Null: of any month. */
  readonly month: Month | null;
  /** Null: of any resource. */
  readonly resource: Resource | null;
  /** Null: of any source. */
  readonly source: string | null;
}

const SCOPED = `SELECT * FROM run_state
  WHERE ($1::VARCHAR IS NULL OR month = $1) AND ($2::VARCHAR IS NULL OR resource = $2)
    AND ($3::VARCHAR IS NULL OR source = $3)`;

function namedRun(row: Row): NamedRun {
  return {
    runId: row.text('run_id'),
    month: row.text('month'),
    resource: RESOURCES.find((name) => name === row.text('resource')) ?? 'settlements',
    source: row.text('source'),
    startedAt: row.text('started_at'),
    endedAt: row.textOrNull('ended_at'),
    outcome: row.textOrNull('outcome'),
    runSha256: row.textOrNull('run_sha256'),
  };
}

function scopeText({ month, resource, source }: RunScope): string {
  return [
    month === null ? 'any month' : month,
    ...(resource === null ? [] : [resource]),
    ...(source === null ? [] : [`from ${source}`]),
  ].join(' ');
}

/** The newest finished run, or the one of the same source that finished before it. */
async function byRank(reader: Reader, name: 'latest' | 'previous', scope: RunScope): Promise<NamedRun> {
  const newest = await reader.row(`${SCOPED} AND outcome = 'done' ORDER BY seq DESC LIMIT 1`, [
    scope.month,
    scope.resource,
    scope.source,
  ]);
  if (!newest) {
    throw new TieoutError(
      'nothing-to-do',
      `There is no finished run of ${scopeText(scope)}; run the sync first.`,
      { month: scope.month },
    );
  }
  const latest = namedRun(newest);
  if (name === 'latest') return latest;
  const before = await reader.row(`${SCOPED} AND outcome = 'done' AND seq < $4 ORDER BY seq DESC LIMIT 1`, [
    latest.month,
    latest.resource,
    latest.source,
    newest.int('seq'),
  ]);
  if (!before) {
    throw new TieoutError(
      'nothing-to-do',
      `${latest.month} was synced only once from ${latest.source}; there is no run before the latest.`,
      { month: latest.month },
    );
  }
  return namedRun(before);
}

/** @throws TieoutError `run-unknown` where no run, or several, are called so; `nothing-to-do` for `latest` and `previous`. */
export async function runNamed(reader: Reader, name: string, scope: RunScope): Promise<NamedRun> {
  if (name === 'latest' || name === 'previous') return byRank(reader, name, scope);
  const rows = await reader.rows(
    `${SCOPED} AND (run_id = $4 OR starts_with(run_id, $4)) ORDER BY run_id <> $4, seq DESC LIMIT 6`,
    [scope.month, scope.resource, scope.source, name],
  );
  const [first, ...others] = rows.map(namedRun);
  if (!first || name === '') {
    throw new TieoutError(
      'run-unknown',
      `There is no run "${name}" of ${scopeText(scope)}; give its id or the first characters of it.`,
      { run_id: name },
    );
  }
  if (others.length > 0 && first.runId !== name) {
    throw new TieoutError('run-unknown', `"${name}" begins the ids of several runs; give more of it.`, {
      run_ids: [first, ...others].map(({ runId }) => runId),
    });
  }
  return first;
}
