/** The typed records of a run as they were known at a time. */
import { csvLine } from '../../shared/csv.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { RecordsEvent } from '../../shared/restatement.ts';
import { type KnownRun, knownRun, RECORD_CSV_HEADER, recordLines } from '../restatement/run-records.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

export interface RecordsOptions extends CommonOptions {
  readonly month: string;
  readonly run?: string;
  readonly asOf?: string;
  readonly connection?: string;
  readonly csv?: boolean;
  readonly limit?: string;
}

/** RFC 3339 with an offset or Z, as UTC with milliseconds, as the audit chain has it. */
function timeOption(text: string): string {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/i.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  throw new TieoutError(
    'usage',
    `--as-of is "${text}", not a time; give it with its offset, for example 2024-04-02T17:00:00-04:00.`,
  );
}

function recordsEvent({ run, counts }: KnownRun, asOf: string | null): RecordsEvent {
  const { received, committed, open, retried, discarded } = counts;
  return {
    type: 'records',
    month: run.month,
    run_id: run.runId,
    source: run.source,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    as_of: asOf,
    received,
    committed,
    open,
    retried,
    discarded,
    run_sha256: run.runSha256,
  };
}

export async function recordsCommand(session: Session, options: RecordsOptions): Promise<number> {
  const month = monthOption(options.month);
  const asOf = options.asOf === undefined ? null : timeOption(options.asOf);
  const limit = options.limit === undefined ? null : numberOption(options.limit, '--limit', 0, 1e12);
  const csv = options.csv ?? false;
  if (csv && session.out.options.json) {
    throw new TieoutError('usage', '--csv and --json are two forms of the same list; give one of them.');
  }
  const app = await session.app();
  const { database } = app.workspace;
  const known = await knownRun(database, {
    month,
    run: options.run ?? null,
    asOf,
    source: options.connection ?? null,
  });
  const form = csv ? 'csv' : session.out.options.json ? 'json' : 'words';
  if (csv) session.out.result(csvLine(RECORD_CSV_HEADER).trimEnd().concat('\r'));
  else {
    const event = recordsEvent(known, asOf);
    session.out.event(event, inWords(event));
  }
  for await (const line of recordLines(database, known, form, limit)) {
    session.signal.throwIfAborted();
    session.out.result(csv ? `${line}\r` : line);
  }
  return 0;
}
