/** How far each target has got, what went wrong and what was refused: rows that are only ever added. */
import { ERROR_CODES, type ErrorCode } from '../../shared/errors.ts';
import type { Database } from '../workspace/database.ts';
import type { Transaction } from '../workspace/transaction.ts';

export interface Trouble {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: string;
}

export interface Progress {
  /** Of the last event that the receiver acknowledged. */
  readonly seq: number;
  /** Nothing up to here is ever sent: where a person said to begin. */
  readonly floor: number;
  readonly lastSentAt: string | null;
  readonly refused: number;
  readonly trouble: Trouble | null;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/** Moves a target's cursor by a person's word, in the transaction that says so. @param seq the last not to be sent. */
export async function setCursor(tx: Transaction, targetId: string, seq: number, at: string): Promise<void> {
  await addCursor(tx, targetId, seq, at, 'set');
}

async function addCursor(
  tx: Transaction,
  targetId: string,
  seq: number,
  at: string,
  reason: 'set' | 'delivered',
): Promise<void> {
  await tx.run(
    `INSERT INTO siem_cursor_event
     SELECT ?, coalesce(max(ordinal), 0) + 1, ?, ?, ? FROM siem_cursor_event WHERE target_id = ?`,
    [targetId, at, seq, reason, targetId],
  );
}

export class DeliveryLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of the newest event of the chain; 0 where there is none. */
  async head(): Promise<number> {
    const row = await this.#database.row('SELECT coalesce(max(seq), 0) AS seq FROM audit_event');
    return row?.int('seq') ?? 0;
  }

  async progress(targetId: string): Promise<Progress> {
    const row = await this.#database.row(
      `SELECT c.seq,
         (SELECT max_by(seq, ordinal) FROM siem_cursor_event WHERE target_id = c.target_id AND reason = 'set') AS floor,
         (SELECT max_by(moved_at, ordinal) FROM siem_cursor_event
          WHERE target_id = c.target_id AND reason = 'delivered') AS last_sent_at,
         (SELECT coalesce(sum(refused), 0)::BIGINT FROM siem_refusal WHERE target_id = c.target_id) AS refused,
         t.code, t.message, t.failed_at
       FROM siem_cursor c LEFT JOIN siem_trouble t USING (target_id) WHERE c.target_id = ?`,
      [targetId],
    );
    if (!row) return { seq: 0, floor: 0, lastSentAt: null, refused: 0, trouble: null };
    const code = row.textOrNull('code');
    return {
      seq: row.int('seq'),
      floor: row.intOrNull('floor') ?? 0,
      lastSentAt: row.textOrNull('last_sent_at'),
      refused: row.int('refused'),
      trouble:
        code === null
          ? null
          : {
              code: isErrorCode(code) ? code : 'internal',
              message: row.text('message'),
              at: row.text('failed_at'),
            },
    };
  }

  /** The receiver has acknowledged everything up to `seq`. */
  async delivered(
    targetId: string,
    batch: { readonly first: number; readonly last: number; readonly refused: number },
    at: string,
  ): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await addCursor(tx, targetId, batch.last, at, 'delivered');
      if (batch.refused === 0) return;
      await tx.run('INSERT INTO siem_refusal VALUES (?, ?, ?, ?, ?)', [
        targetId,
        at,
        batch.first,
        batch.last,
        batch.refused,
      ]);
    });
  }

  /** @param message without secrets. */
  async failed(targetId: string, { code, message, at }: Trouble): Promise<void> {
    await this.#database.transaction((tx) =>
      tx.run(
        `INSERT INTO siem_failure
         SELECT ?, coalesce((SELECT max(ordinal) FROM siem_failure WHERE target_id = ?), 0) + 1,
           coalesce((SELECT max(ordinal) FROM siem_cursor_event WHERE target_id = ?), 0), ?, ?, ?`,
        [targetId, targetId, targetId, at, code, message],
      ),
    );
  }
}
