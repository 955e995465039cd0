/**
 * Removes the evidence of months that are past their retention: the bytes go, their hashes and everything that was
 * worked out of them stay. It is the only way in which Tieout removes evidence.
 */
import { rm, stat } from 'node:fs/promises';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import { type RetentionParts, retention } from './retention.ts';

export interface PruneRequest {
  /** Null: every month that is past its retention. */
  readonly month: string | null;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface PrunedMonth {
  readonly month: string;
  readonly documents: number;
  /** As they lie on the disk, compressed. */
  readonly bytes: number;
  /** Of the list of what was removed, which stays among the evidence; null where nothing was removed yet. */
  readonly listSha256: string | null;
}

interface Document {
  readonly kind: string;
  readonly sha256: Sha256;
}

/** Documents that were received for a month. */
const OF_MONTH = `
  SELECT r.month, 'page' AS kind, p.body_sha256 AS sha256 FROM page p JOIN run r USING (run_id)
  UNION SELECT month, 'extract', file_sha256 FROM ledger_import
  UNION SELECT month, 'curves', file_sha256 FROM curve_import
  UNION SELECT month, 'attachment', file_sha256 FROM break_event WHERE file_sha256 IS NOT NULL`;

/** What lies on the disk of a month and is of no month that is kept. @param kept months. */
async function documentsOf(
  reader: Reader,
  month: string,
  kept: readonly string[],
): Promise<readonly Document[]> {
  const rows = await reader.rows(
    `WITH of_month AS (${OF_MONTH})
     SELECT DISTINCT kind, sha256 FROM of_month WHERE month = ? AND sha256 NOT IN (
       SELECT sha256 FROM of_month WHERE list_contains(from_json(?::JSON, '["VARCHAR"]'), month))
     ORDER BY kind, sha256`,
    [month, JSON.stringify(kept)],
  );
  return rows.map((row) => ({ kind: row.text('kind'), sha256: row.sha256('sha256') }));
}

export async function keepPruned(
  tx: Transaction,
  seq: number,
  month: string,
  documents: readonly Document[],
): Promise<void> {
  await tx.run(
    `INSERT INTO pruned_evidence
     SELECT ?, ?, d.kind, d.sha256 FROM (SELECT unnest(from_json(?::JSON, '[{"kind":"VARCHAR","sha256":"VARCHAR"}]'), recursive := true)) d`,
    [seq, month, JSON.stringify(documents)],
  );
}

/** One document a line, as the list among the evidence has them. */
export function prunedList(text: string): readonly Document[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [digest = '', kind = ''] = line.split('  ');
      return { kind, sha256: sha256Of(digest) };
    });
}

/**
 * @returns the months with what was removed of them, or would be.
 * @throws TieoutError `retention-refused` where a month that was named is within its retention or under a legal hold;
 *   `nothing-to-do` where no month is past its retention.
 */
export async function prune(
  parts: RetentionParts,
  { month: asked, dryRun, signal }: PruneRequest,
): Promise<readonly PrunedMonth[]> {
  const { workspace, clock } = parts;
  const { database, evidence } = workspace;
  const { months, years } = await retention(database, clock.now());
  const named = asked === null ? undefined : months.find(({ month }) => month === asked);
  if (asked !== null && !named) {
    throw new TieoutError('nothing-to-do', `The workspace has no records of ${asked}.`, { month: asked });
  }
  if (named?.hold != null) {
    const why = `${named.month} is under a legal hold (${named.hold})`;
    throw new TieoutError('retention-refused', `${why}; release it before anything of it is removed.`, {
      month: named.month,
    });
  }
  if (named && !named.past) {
    throw new TieoutError(
      'retention-refused',
      `${named.month} is kept until ${named.until}, ${years} years; nothing of it can be removed before.`,
      { month: named.month, until: named.until },
    );
  }
  const due = months.filter(({ past, hold, month }) => past && hold === null && (!named || month === asked));
  if (due.length === 0) {
    throw new TieoutError(
      'nothing-to-do',
      `No month is past its retention of ${years} years and free of a legal hold; see tieout retention show.`,
    );
  }
  const kept = months.filter((each) => !due.includes(each)).map(({ month }) => month);
  const done: PrunedMonth[] = [];
  for (const { month } of due) {
    signal.throwIfAborted();
    const documents: Document[] = [];
    let bytes = 0;
    for (const document of await documentsOf(database, month, kept)) {
      const there = await stat(evidence.path(document.sha256)).catch(() => null);
      if (!there) continue;
      documents.push(document);
      bytes += there.size;
    }
    if (dryRun || documents.length === 0) {
      done.push({ month, documents: documents.length, bytes, listSha256: null });
      continue;
    }
    const text = documents.map(({ sha256, kind }) => `${sha256}  ${kind}\n`).join('');
    const listSha256 = await evidence.put(Buffer.from(text));
    // Told first: a crash in between leaves evidence that is said to be gone, and the next prune removes it.
    await database.transaction(async (tx) => {
      const held = await tx.row('SELECT 1 AS found FROM legal_hold WHERE month = ?', [month]);
      if (held) throw new TieoutError('retention-refused', `${month} was put under a legal hold.`, { month });
      const seq = await appendAudit(tx, {
        at: isoTime(clock.now()),
        actor: parts.actor,
        type: 'retention.prune',
        payload: { month, years, documents: documents.length, bytes, list_sha256: listSha256 },
      });
      await keepPruned(tx, seq, month, documents);
    });
    for (const { sha256 } of documents) await rm(evidence.path(sha256), { force: true });
    done.push({ month, documents: documents.length, bytes, listSha256 });
  }
  return done;
}

/** Hashes of evidence that was removed: that it is gone is no damage. */
export async function prunedHashes(reader: Reader): Promise<ReadonlySet<string>> {
  const rows = await reader.rows('SELECT DISTINCT sha256 FROM pruned_evidence');
  return new Set(rows.map((row) => row.text('sha256')));
}
