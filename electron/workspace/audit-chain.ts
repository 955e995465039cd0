/**
 * The audit chain: each event carries the hash of the one before, so that a changed, removed, inserted or reordered
 * event shows. `sha256` is the SHA-256 of the event without that field, as `json.dumps(event, sort_keys=True)` writes
 * it in Python; the first event's `prev_sha256` is 64 zeros.
 */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { sha256 } from './evidence.ts';
import type { Row } from './row.ts';
import type { Reader, Transaction } from './transaction.ts';

/** Text and whole numbers only: what every language writes the same way. */
export type AuditPayload = Readonly<Record<string, string | number | null | readonly string[]>>;

/** What happened, before it has an actor and its place in the chain. */
export interface AuditNote {
  readonly at: string;
  readonly type: string;
  readonly payload: AuditPayload;
}

export const AUDIT_ROOT = sha256Of('0'.repeat(64));

export interface AuditHead {
  readonly seq: number;
  readonly sha256: Sha256;
}

/** The hash that an event must bear. @param payload JSON text. */
export function auditDigest(
  seq: number,
  at: string,
  actor: string,
  type: string,
  payload: string,
  prev: string,
): Sha256 {
  const { stringify } = JSON;
  const text = `{"actor":${stringify(actor)},"at":${stringify(at)},"payload":${payload},"prev_sha256":${stringify(prev)},"seq":${seq},"type":${stringify(type)}}`;
  return sha256(canonicalJson(Buffer.from(text.toWellFormed())));
}

async function auditHead(reader: Reader): Promise<AuditHead> {
  const row = await reader.row('SELECT seq, sha256 FROM audit_event ORDER BY seq DESC LIMIT 1');
  return row ? { seq: row.int('seq'), sha256: row.sha256('sha256') } : { seq: 0, sha256: AUDIT_ROOT };
}

export interface AuditAct {
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly payload: AuditPayload;
}

/** Adds an event in the same transaction as what it records. @returns its sequence number. */
export function appendAudit(tx: Transaction, event: AuditAct): Promise<number> {
  return appendAudits(tx, [event]);
}

/** @throws TieoutError `internal` where a number is none that every language writes the same way. */
function payloadText(type: string, payload: AuditPayload): string {
  for (const [name, value] of Object.entries(payload)) {
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new TieoutError('internal', `The ${name} of an event ${type} is ${value}, not a whole number.`);
  }
  return JSON.stringify(payload).toWellFormed();
}

/** Adds events in their order. @returns the sequence number of the last. */
export async function appendAudits(tx: Transaction, events: readonly AuditAct[]): Promise<number> {
  let { seq, sha256: prev } = await auditHead(tx);
  const lines: string[] = [];
  const rows = events.map(({ at, actor: given, type, payload: told }) => {
    seq += 1;
    // As the database would keep it, so that it is what was hashed.
    const actor = given.toWellFormed();
    const payload = payloadText(type, told);
    const row = { seq: BigInt(seq), at, actor, type, payload, prev, digest: prev };
    row.digest = auditDigest(seq, at, actor, type, payload, prev);
    lines.push(auditLine(row));
    prev = row.digest;
    return row;
  });
  await tx.append(
    'audit_event',
    [BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
    [
      rows.map((row) => row.seq),
      rows.map((row) => row.at),
      rows.map((row) => row.actor),
      rows.map((row) => row.type),
      rows.map((row) => row.payload),
      rows.map((row) => row.prev),
      rows.map((row) => row.digest),
    ],
  );
  tx.journal(lines);
  return seq;
}

/** What `auditEvent` gives of the stored row, as a line: the payload is JSON text already. */
function auditLine(row: {
  readonly seq: bigint;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly payload: string;
  readonly prev: string;
  readonly digest: string;
}): string {
  const { stringify } = JSON;
  return `{"seq":${row.seq},"at":${stringify(row.at)},"actor":${stringify(row.actor)},"type":${stringify(row.type)},"payload":${row.payload},"prev_sha256":"${row.prev}","sha256":"${row.digest}"}`;
}

export interface AuditFault {
  readonly seq: number;
  /** From `tail` on the chain is whole, but something else says that it was longer, or another. */
  readonly problem: 'gap' | 'link' | 'hash' | 'tail' | 'head' | 'journal';
  readonly expected: string;
  readonly found: string;
}

export interface AuditVerification {
  readonly events: number;
  readonly head: Sha256;
  /** The first event that does not fit, or null. */
  readonly fault: AuditFault | null;
}

function faultOf(row: Row, seq: number, prev: string): AuditFault | null {
  const found = row.int('seq');
  if (found !== seq) return { seq, problem: 'gap', expected: `event ${seq}`, found: `event ${found}` };
  if (row.text('prev_sha256') !== prev) {
    return { seq, problem: 'link', expected: prev, found: row.text('prev_sha256') };
  }
  const expected = auditDigest(
    seq,
    row.text('occurred_at'),
    row.text('actor'),
    row.text('type'),
    row.text('payload'),
    prev,
  );
  if (row.text('sha256') !== expected) return { seq, problem: 'hash', expected, found: row.text('sha256') };
  return null;
}

/** Walks the chain from its root and stops at the first event that does not fit. */
export async function verifyAudit(batches: AsyncIterable<readonly Row[]>): Promise<AuditVerification> {
  let seq = 0;
  let head = AUDIT_ROOT;
  for await (const rows of batches) {
    for (const row of rows) {
      const fault = faultOf(row, seq + 1, head);
      if (fault) return { events: seq, head, fault };
      seq += 1;
      head = row.sha256('sha256');
    }
  }
  return { events: seq, head, fault: null };
}

export const AUDIT_ROWS =
  'SELECT seq, occurred_at, actor, type, payload, prev_sha256, sha256 FROM audit_event ORDER BY seq';

/** An event of the chain as it leaves the workspace, one JSON object a line (docs/audit.md). @param row of `AUDIT_ROWS`. */
export function auditEvent(row: Row) {
  return {
    seq: row.int('seq'),
    at: row.text('occurred_at'),
    actor: row.text('actor'),
    type: row.text('type'),
    payload: row.json('payload'),
    prev_sha256: row.text('prev_sha256'),
    sha256: row.text('sha256'),
  };
}
