/**
 * The audit chain as a stream of events to forward, in the chain's order: read in small batches, each event with what
 * the workspace knows beside it. The chain is the queue: nothing is buffered elsewhere.
 */
import { hostname } from 'node:os';
import { z } from 'zod';
import { auditEvent } from '../workspace/audit-chain.ts';
import type { Database } from '../workspace/database.ts';
import { type Severity, severityOf } from './severity.ts';

/** Said beside each event; no part of the chain, so no hash covers it. */
export interface EventContext {
  readonly workspace_id: string;
  readonly app_version: string;
  readonly host: string;
  readonly severity: Severity;
  /** Of the run that the event belongs to; null where there is none. */
  readonly correlation_id: string | null;
  /** Of the request that the event is about. */
  readonly request_id: string | null;
}

export interface ForwardedEvent {
  readonly seq: number;
  /** UTC, RFC 3339. */
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly prevSha256: string;
  readonly sha256: string;
  readonly context: EventContext;
  /** The line of `tieout audit export` with one member more, `context`; no line break in it. */
  readonly json: string;
}

export interface StreamIdentity {
  readonly workspaceId: string;
  readonly appVersion: string;
}

/** Of an ordinary batch. */
export const BATCH_EVENTS = 200;
/** At most this much is in memory for a target. */
const BATCH_BYTES = 512 * 1024;

type AuditEvent = ReturnType<typeof auditEvent>;

const flat = z.record(z.string(), z.unknown());
const NOTHING: Readonly<Record<string, unknown>> = {};

function member(payload: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = payload[name];
  return typeof value === 'string' ? value : null;
}

function forwarded(event: AuditEvent, context: EventContext): ForwardedEvent {
  return {
    seq: event.seq,
    at: event.at,
    actor: event.actor,
    type: event.type,
    prevSha256: event.prev_sha256,
    sha256: event.sha256,
    context,
    json: JSON.stringify({ ...event, context }),
  };
}

interface Read {
  readonly event: AuditEvent;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What the tables know of a run that its events may not say. */
interface KnownRun {
  readonly correlationId: string | null;
  /** By page: the request that brought it. */
  readonly requests: ReadonlyMap<number, string>;
}

export class EventStream {
  readonly #database: Database;
  readonly #identity: StreamIdentity;
  readonly #host = hostname();

  constructor(database: Database, identity: StreamIdentity) {
    this.#database = database;
    this.#identity = identity;
  }

  /** The events after `seq`, at most `limit` of them and as many as fit a batch; none where the chain ends there. */
  async after(seq: number, limit: number): Promise<readonly ForwardedEvent[]> {
    const rows = await this.#database.rows(
      `SELECT seq, occurred_at, actor, type, payload, prev_sha256, sha256 FROM audit_event
       WHERE seq > ? ORDER BY seq LIMIT ?`,
      [seq, limit],
    );
    const read = rows.map((row): Read => {
      const event = auditEvent(row);
      const payload = flat.safeParse(event.payload);
      return { event, payload: payload.success ? payload.data : NOTHING };
    });
    const runs = await this.#runs(read);
    const batch: ForwardedEvent[] = [];
    let bytes = 0;
    for (const one of read) {
      const next = forwarded(one.event, this.#context(one, runs));
      bytes += Buffer.byteLength(next.json);
      if (batch.length > 0 && bytes > BATCH_BYTES) break;
      batch.push(next);
    }
    return batch;
  }

  /** What `tieout siem test` sends: no event of the chain, so its number is 0 and its hashes are zeros. */
  trial(at: string, actor: string, target: string): ForwardedEvent {
    const zeros = '0'.repeat(64);
    const event = {
      ...{ seq: 0, at, actor, type: 'siem.test', payload: { target } },
      ...{ prev_sha256: zeros, sha256: zeros },
    };
    return forwarded(event, this.#context({ event, payload: NOTHING }, new Map()));
  }

  #context({ event, payload }: Read, runs: ReadonlyMap<string, KnownRun>): EventContext {
    const run = runs.get(member(payload, 'run_id') ?? '');
    const received =
      event.type === 'sync.page' && typeof payload.page === 'number' ? run?.requests.get(payload.page) : null;
    return {
      workspace_id: this.#identity.workspaceId,
      app_version: this.#identity.appVersion,
      host: this.#host,
      severity: severityOf(event.type, payload),
      correlation_id: member(payload, 'correlation_id') ?? run?.correlationId ?? null,
      request_id: member(payload, 'request_id') ?? received ?? null,
    };
  }

  /** The runs that a batch speaks of; nearly always one. */
  async #runs(read: readonly Read[]): Promise<ReadonlyMap<string, KnownRun>> {
    const pages = new Map<string, number[]>();
    for (const { event, payload } of read) {
      const runId = member(payload, 'run_id');
      if (runId === null) continue;
      const of = pages.get(runId) ?? [];
      pages.set(runId, of);
      if (event.type === 'sync.page' && typeof payload.page === 'number') of.push(payload.page);
    }
    const known = new Map<string, KnownRun>();
    for (const [runId, numbers] of pages) {
      const run = await this.#database.row('SELECT correlation_id FROM run WHERE run_id = ?', [runId]);
      const receipts =
        numbers.length === 0
          ? []
          : await this.#database.rows(
              'SELECT page, request_id FROM page WHERE run_id = ? AND page BETWEEN ? AND ?',
              [runId, Math.min(...numbers), Math.max(...numbers)],
            );
      known.set(runId, {
        correlationId: run?.text('correlation_id') ?? null,
        requests: new Map(receipts.map((row) => [row.int('page'), row.text('request_id')])),
      });
    }
    return known;
  }
}
