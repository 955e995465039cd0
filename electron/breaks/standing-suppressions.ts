/**
 * Suppressions that hold for months to come. A break is known by its month; what recurs is its subject: the trade, leg,
 * location and charge type that it is about, or its settlement where it names no trade, and its category. A
 * reconciliation suppresses the breaks of such a subject that it finds.
 */
import type { Parameter, Reader } from '../workspace/transaction.ts';

export interface StandingSuppression {
  readonly subject: string;
  readonly category: string;
  readonly tradeId: string | null;
  readonly dealLeg: string | null;
  readonly location: string | null;
  readonly chargeType: string | null;
  readonly settlementId: string | null;
  readonly counterparty: string | null;
  /** That it was said of. */
  readonly breakId: string;
  readonly month: string;
  readonly note: string;
  readonly since: string;
  readonly actor: string;
}

/** SQL of a break's subject: the same in every month. @param detail SQL of its document. */
export function subjectSql(category: string, detail: string): string {
  const of = (name: string): string => `json_extract_string(${detail}, '$.${name}')`;
  const trade = ['deal_leg', 'location', 'charge_type'].map((name) => `coalesce(${of(name)}, '')`);
  return `concat_ws(chr(31), ${category}, coalesce(
    't' || concat_ws(chr(31), ${of('trade_id')}, ${trade.join(', ')}), '')
    || CASE WHEN ${of('trade_id')} IS NULL THEN 's' || coalesce(${of('settlement_id')}, '') ELSE '' END)`;
}

/** SQL of what stands: one row a subject. */
export const STANDING = `
  SELECT subject, arg_max(seq, seq) AS seq, arg_max(note, seq) AS note, arg_max(detail, seq) AS detail,
    arg_max(category, seq) AS category, arg_max(break_id, seq) AS break_id, arg_max(month, seq) AS month,
    arg_max(occurred_at, seq) AS since, arg_max(actor, seq) AS actor
  FROM (
    SELECT e.seq, e.act, e.note, e.month, e.occurred_at, e.actor, b.break_id, b.category, b.detail,
      ${subjectSql('b.category', 'b.detail')} AS subject
    FROM break_event e JOIN recon_break b ON b.recon_id = e.recon_id AND b.break_id = e.break_id
    WHERE e.act IN ('future-suppressed', 'future-lifted'))
  GROUP BY subject HAVING arg_max(act, seq) = 'future-suppressed'`;

/** Whether there ever was one: hardly any workspace has. */
export async function hasStanding(reader: Reader): Promise<boolean> {
  const row = await reader.row(`SELECT 1 AS found FROM break_event WHERE act = 'future-suppressed' LIMIT 1`);
  return row !== null;
}

export async function standingSuppressions(reader: Reader): Promise<readonly StandingSuppression[]> {
  const rows = await reader.rows(
    `SELECT *, ${['trade_id', 'deal_leg', 'location', 'charge_type', 'settlement_id', 'counterparty']
      .map((name) => `json_extract_string(detail, '$.${name}') AS ${name}`)
      .join(', ')} FROM (${STANDING}) ORDER BY seq`,
  );
  return rows.map((row) => ({
    subject: row.text('subject'),
    category: row.text('category'),
    tradeId: row.textOrNull('trade_id'),
    dealLeg: row.textOrNull('deal_leg'),
    location: row.textOrNull('location'),
    chargeType: row.textOrNull('charge_type'),
    settlementId: row.textOrNull('settlement_id'),
    counterparty: row.textOrNull('counterparty'),
    breakId: row.text('break_id'),
    month: row.text('month'),
    note: row.textOrNull('note') ?? '',
    since: row.text('since'),
    actor: row.text('actor'),
  }));
}

/** Of some breaks, as shown by their reconciliations, those whose subject is suppressed for the months to come. */
export async function underStanding(
  reader: Reader,
  breaks: readonly { readonly reconId: string; readonly breakId: string }[],
): Promise<ReadonlySet<string>> {
  const asked: Parameter = JSON.stringify(breaks.map(({ reconId, breakId }) => ({ r: reconId, b: breakId })));
  const rows = await reader.rows(
    `SELECT DISTINCT b.break_id FROM recon_break b
     JOIN (SELECT unnest(from_json(?::JSON, '[{"r":"VARCHAR","b":"VARCHAR"}]'), recursive := true)) a
       ON a.r = b.recon_id AND a.b = b.break_id
     JOIN (${STANDING}) s ON s.subject = ${subjectSql('b.category', 'b.detail')}`,
    [asked],
  );
  return new Set(rows.map((row) => row.text('break_id')));
}
