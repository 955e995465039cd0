/** Where the audit chain is taken from: the old database or the journal beside it, whichever is whole and goes further. */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { TieoutError } from '../../shared/errors.ts';
import type { Findings } from '../verify/findings.ts';
import { AUDIT_ROOT, auditDigest } from '../workspace/audit-chain.ts';
import { JOURNAL_FILE, type JournalEvent, journalEvents, storedEvent } from '../workspace/audit-journal.ts';
import type { Database } from '../workspace/database.ts';
import type { Remains } from '../workspace/remains.ts';

export type ChainSource = 'database' | 'journal';

export interface Chain {
  readonly from: ChainSource;
  readonly events: number;
  readonly head: string;
  /** True where the old database lacks its end: rows of what came then are no difference. */
  readonly further: boolean;
  /** False where the journal has lines that are not of this chain. */
  readonly journalFits: boolean;
}

/** Events read and written at once. */
const BATCH = 5000;

/** How far a chain is whole. */
interface Walked {
  readonly events: number;
  readonly head: string;
  /** True where something follows that does not fit. */
  readonly broken: boolean;
}

function digestOf({ seq, at, actor, type, payload, prev_sha256 }: JournalEvent): string {
  return auditDigest(seq, at, actor, type, JSON.stringify(payload), prev_sha256);
}

/** @param visit told each event that fits. */
async function walk(
  events: AsyncIterable<JournalEvent | null>,
  visit: (event: JournalEvent) => Promise<void> | void,
): Promise<Walked> {
  let [seq, head]: [number, string] = [0, AUDIT_ROOT];
  for await (const event of events) {
    const fits =
      event !== null &&
      event.seq === seq + 1 &&
      event.prev_sha256 === head &&
      event.sha256 === digestOf(event);
    if (!fits) return { events: seq, head, broken: true };
    await visit(event);
    ({ seq, sha256: head } = event);
  }
  return { events: seq, head, broken: false };
}

/** The old database's events; null, and no more, where they cannot be read further. */
async function* keptEvents(remains: Remains): AsyncGenerator<JournalEvent | null> {
  for (let after = 0; ; ) {
    const rows = await remains.rows(
      'audit_event',
      (table) => `SELECT * FROM ${table} WHERE seq > ? ORDER BY seq LIMIT ${BATCH}`,
      [after],
    );
    if (rows === null) yield null;
    if (rows === null || rows.length === 0) return;
    for (const row of rows) {
      yield storedEvent(row);
      after = row.int('seq');
    }
  }
}

/**
 * @param folder the workspace's, with the journal. @param findings told where the two do not agree, or one is broken.
 * @throws TieoutError `workspace-damaged` where there is no chain at all.
 */
export async function chooseChain(
  remains: Remains | null,
  folder: string,
  findings: Findings,
): Promise<Chain> {
  const kept: Walked = remains
    ? await walk(keptEvents(remains), () => {})
    : { events: 0, head: AUDIT_ROOT, broken: false };
  // What the journal says where the database ends.
  let meeting: string | null = null;
  const told = await walk(journalEvents(folder), (event) => {
    if (event.seq === kept.events) meeting = event.sha256;
  });
  if (kept.events === 0 && told.events === 0) {
    throw new TieoutError(
      'workspace-damaged',
      `The workspace ${folder} has no audit chain, neither in its database nor in ${JOURNAL_FILE}, so there is nothing to rebuild it from; restore it from a backup.`,
      { path: folder },
    );
  }
  const next = (walked: Walked): string => `event ${walked.events + 1}`;
  if (kept.broken)
    findings.expect('audit', next(kept), 'an event of the chain', 'another, or none, in the database');
  if (told.broken)
    findings.expect('audit', next(told), 'an event of the chain', `another line in ${JOURNAL_FILE}`);
  const agree =
    told.events >= kept.events
      ? kept.events === 0 || meeting === kept.head
      : told.events === 0 || (await hashAt(remains, told.events)) === told.head;
  if (!agree) {
    findings.expect(
      'audit',
      'chain',
      `the head ${kept.head} of the database`,
      `the head ${told.head} of ${JOURNAL_FILE}`,
    );
  } else if (remains && told.events > kept.events && !kept.broken) {
    findings.expect(
      'audit',
      'chain',
      `${told.events} events, as ${JOURNAL_FILE} has`,
      `${kept.events} in the database`,
    );
  }
  // Where they differ the one that the product has shown goes first, if it is whole.
  const journal = agree ? told.events > kept.events : kept.broken && !told.broken;
  const { events, head } = journal ? told : kept;
  const journalFits = (journal || agree) && !told.broken;
  const further = events > kept.events;
  return { from: journal ? 'journal' : 'database', events, head, further, journalFits };
}

async function hashAt(remains: Remains | null, seq: number): Promise<string | null> {
  const rows = await remains?.rows('audit_event', (table) => `SELECT sha256 FROM ${table} WHERE seq = ?`, [
    seq,
  ]);
  return rows?.[0]?.text('sha256') ?? null;
}

/** Writes the chain's events, with their hashes, into the new database. */
export async function copyChain(
  database: Database,
  chain: Chain,
  remains: Remains | null,
  folder: string,
): Promise<void> {
  const events = chain.from === 'database' && remains ? keptEvents(remains) : journalEvents(folder);
  let batch: JournalEvent[] = [];
  for await (const event of events) {
    if (event === null || event.seq > chain.events) break;
    batch.push(event);
    if (batch.length < BATCH) continue;
    await store(database, batch);
    batch = [];
  }
  await store(database, batch);
}

async function store(database: Database, events: readonly JournalEvent[]): Promise<void> {
  await database.transaction((tx) =>
    tx.append(
      'audit_event',
      [BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
      [
        events.map(({ seq }) => BigInt(seq)),
        events.map(({ at }) => at),
        events.map(({ actor }) => actor),
        events.map(({ type }) => type),
        events.map(({ payload }) => JSON.stringify(payload)),
        events.map(({ prev_sha256 }) => prev_sha256),
        events.map(({ sha256 }) => sha256),
      ],
    ),
  );
}
