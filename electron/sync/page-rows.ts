/** What a page leaves in the tables: its receipt, its records, its dead letters, its drift, its attempts. */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import type { PageEvent } from '../../shared/events.ts';
import type { Attempt } from '../etrm/policy-loop.ts';
import type { AcceptedRecord, DeadLetter } from '../ingest/page-records.ts';
import type { Drift } from '../ingest/settlement-record.ts';
import type { AuditNote } from '../workspace/audit-chain.ts';
import type { Transaction } from '../workspace/database.ts';
import { settlementColumns } from '../workspace/settlement-columns.ts';

export interface PageCommit {
  readonly event: PageEvent;
  readonly requestId: string;
  readonly contentType: string | null;
  readonly charset: string;
  readonly nextPage: boolean;
  readonly warning: string | null;
  readonly accepted: readonly AcceptedRecord[];
  /** Of resources that are kept as they are: one JSON text a record. */
  readonly untyped: readonly string[];
  readonly deadLetters: readonly DeadLetter[];
  readonly drift: readonly Drift[];
  readonly attempts: readonly Attempt[];
  readonly notes: readonly AuditNote[];
}

/** Stores all of a page but its attempts, in the caller's transaction. */
export async function storePage(tx: Transaction, commit: PageCommit): Promise<void> {
  const { event } = commit;
  await tx.run('INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    event.run_id,
    event.page,
    event.at,
    commit.requestId,
    event.page_sha256,
    event.body_sha256,
    event.bytes,
    commit.contentType,
    commit.charset,
    event.records,
    event.rejected,
    commit.nextPage,
    event.attempts,
    event.elapsed_ms,
    commit.warning,
  ]);
  const stored = settlementColumns(
    commit.accepted.map(({ index, settlement }) => ({
      runId: event.run_id,
      page: event.page,
      index,
      settlement,
    })),
  );
  await tx.append('settlement', stored.types, stored.columns);
  await tx.append(
    'resource_record',
    [VARCHAR, BIGINT, BIGINT, VARCHAR],
    [
      commit.untyped.map(() => event.run_id),
      commit.untyped.map(() => BigInt(event.page)),
      commit.untyped.map((_, index) => BigInt(index)),
      commit.untyped,
    ],
  );
  await tx.append(
    'dead_letter',
    [VARCHAR, BIGINT, BIGINT, VARCHAR, VARCHAR, VARCHAR],
    [
      commit.deadLetters.map(() => event.run_id),
      commit.deadLetters.map(() => BigInt(event.page)),
      commit.deadLetters.map(({ index }) => BigInt(index)),
      commit.deadLetters.map(({ settlementId }) => settlementId),
      commit.deadLetters.map(({ reasons }) => JSON.stringify(reasons)),
      commit.deadLetters.map(({ raw }) => raw),
    ],
  );
  for (const drift of commit.drift) {
    await tx.run('INSERT INTO drift VALUES (?, ?, ?, ?, ?, ?)', [
      event.run_id,
      event.page,
      drift.field,
      drift.kind,
      drift.expected,
      drift.seen,
    ]);
  }
}

/** @param from attempts of this run that are kept already. */
export async function storeAttempts(
  tx: Transaction,
  runId: string,
  from: number,
  attempts: readonly Attempt[],
): Promise<void> {
  await tx.append(
    'attempt',
    [
      VARCHAR,
      BIGINT,
      VARCHAR,
      VARCHAR,
      VARCHAR,
      BIGINT,
      VARCHAR,
      VARCHAR,
      BIGINT,
      BIGINT,
      VARCHAR,
      BIGINT,
      BIGINT,
      VARCHAR,
    ],
    [
      attempts.map(() => runId),
      attempts.map((_, at) => BigInt(from + at + 1)),
      attempts.map((attempt) => attempt.at),
      attempts.map((attempt) => attempt.correlation_id),
      attempts.map((attempt) => attempt.request_id),
      attempts.map((attempt) => big(attempt.page)),
      attempts.map((attempt) => attempt.method),
      attempts.map((attempt) => attempt.url),
      attempts.map((attempt) => BigInt(attempt.attempt)),
      attempts.map((attempt) => big(attempt.status)),
      attempts.map((attempt) => attempt.error),
      attempts.map((attempt) => BigInt(attempt.elapsed_ms)),
      attempts.map((attempt) => big(attempt.delay_ms)),
      attempts.map((attempt) => attempt.reason),
    ],
  );
}

function big(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}
