/** What pages leave in the tables: receipts, records, dead letters, drift, the schema seen, attempts. */
import { BIGINT, BOOLEAN, VARCHAR } from '@duckdb/node-api';
import type { PageEvent } from '../../shared/events.ts';
import type { Redactor } from '../credentials/secret.ts';
import { storePageSchemas } from '../drift/page-schema.ts';
import type { Attempt } from '../etrm/policy-loop.ts';
import type { RecordSchema } from '../ingest/record-schema.ts';
import { insertRows } from '../workspace/staged-rows.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { ArrivedPage } from './fetched-pages.ts';

/** A page with its receipt. */
export interface PageCommit {
  readonly event: PageEvent;
  readonly arrived: ArrivedPage;
}

/** Stores all of the pages but their attempts, in the caller's transaction. */
export async function storePages(
  tx: Transaction,
  schema: RecordSchema,
  runId: string,
  pages: readonly PageCommit[],
  redactor: Redactor,
): Promise<void> {
  await storeReceipts(tx, pages);
  await insertRows(
    tx,
    schema,
    runId,
    pages.map(({ arrived }) => arrived.fetched.read.content.rows),
  );
  for (const { event, arrived } of pages) {
    const { deadLetters } = arrived.fetched.read.content;
    await tx.append(
      'dead_letter',
      [VARCHAR, BIGINT, BIGINT, VARCHAR, VARCHAR, VARCHAR],
      [
        deadLetters.map(() => runId),
        deadLetters.map(() => BigInt(event.page)),
        deadLetters.map(({ index }) => BigInt(index)),
        deadLetters.map(({ id }) => id),
        deadLetters.map(({ reasons }) => JSON.stringify(reasons)),
        deadLetters.map(({ raw }) => raw),
      ],
    );
  }
  const observed = pages.map(({ arrived }) => arrived.fetched.read.content.observed);
  await storePageSchemas(tx, runId, observed, redactor);
  await storeDrift(tx, runId, pages);
}

async function storeReceipts(tx: Transaction, pages: readonly PageCommit[]): Promise<void> {
  const text = (value: (page: PageCommit) => string | null) => pages.map(value);
  const whole = (value: (page: PageCommit) => number) => pages.map((page) => BigInt(value(page)));
  await tx.append(
    'page',
    [
      ...[VARCHAR, BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, BIGINT, VARCHAR, VARCHAR],
      ...[BIGINT, BIGINT, BOOLEAN, BIGINT, BIGINT, VARCHAR, VARCHAR],
    ],
    [
      text(({ event }) => event.run_id),
      whole(({ event }) => event.page),
      text(({ event }) => event.at),
      text(({ arrived }) => arrived.fetched.requestId),
      text(({ event }) => event.page_sha256),
      text(({ event }) => event.body_sha256),
      whole(({ event }) => event.bytes),
      text(({ arrived }) => arrived.fetched.contentType),
      text(({ arrived }) => arrived.fetched.read.charset),
      whole(({ event }) => event.records),
      whole(({ event }) => event.rejected),
      pages.map(({ arrived }) => arrived.fetched.next !== undefined),
      whole(({ event }) => event.attempts),
      whole(({ event }) => event.elapsed_ms),
      text(({ arrived }) => arrived.warning),
      text(({ arrived }) => arrived.fetched.next ?? null),
    ],
  );
}

async function storeDrift(tx: Transaction, runId: string, pages: readonly PageCommit[]): Promise<void> {
  const seen = pages.flatMap(({ event, arrived }) =>
    arrived.drift.map((drift) => ({ page: event.page, drift })),
  );
  await tx.append(
    'drift',
    [VARCHAR, BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
    [
      seen.map(() => runId),
      seen.map(({ page }) => BigInt(page)),
      seen.map(({ drift }) => drift.field),
      seen.map(({ drift }) => drift.kind),
      seen.map(({ drift }) => drift.expected),
      seen.map(({ drift }) => drift.seen),
    ],
  );
}
/** Numbered after those of the run that are kept already. */
export async function storeAttempts(
  tx: Transaction,
  runId: string,
  attempts: readonly Attempt[],
): Promise<void> {
  if (attempts.length === 0) return;
  // Not by how many there are: a run of an earlier version may have gaps, and no number may come twice.
  const kept = await tx.row('SELECT max(ordinal) AS last FROM attempt WHERE run_id = ?', [runId]);
  const from = kept?.intOrNull('last') ?? 0;
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
