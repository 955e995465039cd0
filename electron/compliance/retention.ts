/** How long a workspace keeps its records: the setting, legal holds, and which months are past their time. */
import { TieoutError } from '../../shared/errors.ts';
import { type Month, monthDays } from '../../shared/month.ts';
import type { RetainedMonth, RetentionView } from '../../shared/retention.ts';
import { type Clock, isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface RetentionParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

/** Work papers of an audit are kept for seven years. */
const DEFAULT_YEARS = 7;
/** Records behind a market-based price are kept for five (18 CFR 35.41(d)): no setting goes below. */
const LEAST_YEARS = 5;
const MOST_YEARS = 100;
const LONGEST_REASON = 2000;

async function retentionYears(reader: Reader): Promise<number> {
  const row = await reader.row('SELECT years FROM retention_setting_event ORDER BY seq DESC LIMIT 1');
  return row?.int('years') ?? DEFAULT_YEARS;
}

function words(reason: string, what: string): string {
  const text = reason.trim().toWellFormed();
  if (text === '') throw new TieoutError('usage', `${what} needs a reason; give it with --reason.`);
  if (text.length > LONGEST_REASON)
    throw new TieoutError('usage', `The reason has ${text.length} characters; say it in ${LONGEST_REASON}.`);
  return text;
}

/** @throws TieoutError `retention-refused` below five years; `usage` without a reason. */
export async function setRetention(parts: RetentionParts, years: number, reason: string): Promise<void> {
  if (!Number.isInteger(years) || years < LEAST_YEARS || years > MOST_YEARS) {
    throw new TieoutError(
      'retention-refused',
      `Records cannot be kept for ${years} years; give ${LEAST_YEARS} to ${MOST_YEARS}: what stands behind a market-based price is kept for ${LEAST_YEARS} (18 CFR 35.41(d)).`,
      { years },
    );
  }
  const why = words(reason, 'A change of the retention');
  const at = isoTime(parts.clock.now());
  await parts.workspace.database.transaction(async (tx) => {
    const before = await retentionYears(tx);
    const payload = { years, before, reason: why };
    const seq = await appendAudit(tx, { at, actor: parts.actor, type: 'retention.set', payload });
    await keepSetting(tx, { seq, at, actor: parts.actor, years, reason: why });
  });
}

export async function keepSetting(
  tx: Transaction,
  row: { seq: number; at: string; actor: string; years: number; reason: string },
): Promise<void> {
  const values = [row.seq, row.at, row.actor, row.years, row.reason];
  await tx.run('INSERT INTO retention_setting_event VALUES (?, ?, ?, ?, ?)', values);
}

export type HoldAct = 'placed' | 'released';

/**
 * Places a legal hold on a month, or releases it.
 * @throws TieoutError `retention-refused` where it is so already; `usage` without a reason.
 */
export async function holdMonth(
  parts: RetentionParts,
  month: Month,
  act: HoldAct,
  reason: string,
): Promise<void> {
  const why = words(reason, 'A legal hold');
  const at = isoTime(parts.clock.now());
  const type = act === 'placed' ? 'retention.hold' : 'retention.release';
  await parts.workspace.database.transaction(async (tx) => {
    const held = (await tx.row('SELECT 1 AS found FROM legal_hold WHERE month = ?', [month])) !== null;
    if (held === (act === 'placed')) {
      const is = held ? 'is under a legal hold already' : 'is under no legal hold';
      throw new TieoutError('retention-refused', `${month} ${is}; see tieout retention show.`, { month });
    }
    const seq = await appendAudit(tx, { at, actor: parts.actor, type, payload: { month, reason: why } });
    await keepHold(tx, { seq, at, actor: parts.actor, month, act, reason: why });
  });
}

export async function keepHold(
  tx: Transaction,
  row: { seq: number; at: string; actor: string; month: string; act: HoldAct; reason: string },
): Promise<void> {
  const values = [row.seq, row.at, row.actor, row.month, row.act, row.reason];
  await tx.run('INSERT INTO legal_hold_event VALUES (?, ?, ?, ?, ?, ?)', values);
}

/** Months with records, and the last act on each: what was synced, imported, reconciled or closed, and when. */
const MONTHS = `
  SELECT month, max(occurred_at) AS last_at FROM (
    SELECT month, started_at AS occurred_at FROM run
    UNION ALL SELECT month, imported_at FROM ledger_import
    UNION ALL SELECT month, imported_at FROM curve_import
    UNION ALL SELECT month, reconciled_at FROM recon
    UNION ALL SELECT month, occurred_at FROM close_event)
  GROUP BY month ORDER BY month`;

/** The time counts from the end of the month or the last act on it, whichever is later. */
function keptUntil(month: Month, lastAt: string, years: number): string {
  const { end } = monthDays(month);
  const [, from = end] = [end, lastAt.slice(0, 10)].sort();
  const until = new Date(`${from}T00:00:00Z`);
  until.setUTCFullYear(until.getUTCFullYear() + years);
  return until.toISOString().slice(0, 10);
}

/** Every month of the workspace, by how long it is kept. */
export async function retention(reader: Reader, now: number): Promise<RetentionView> {
  const years = await retentionYears(reader);
  const today = isoTime(now).slice(0, 10);
  const holds = new Map<string, string>();
  for (const row of await reader.rows('SELECT month, reason FROM legal_hold'))
    holds.set(row.text('month'), row.text('reason'));
  const pruned = new Map<string, number>();
  for (const row of await reader.rows('SELECT month, count(*) AS n FROM pruned_evidence GROUP BY month'))
    pruned.set(row.text('month'), row.int('n'));
  const locked = new Set<string>();
  for (const row of await reader.rows(`SELECT month FROM close_standing WHERE act = 'approved'`))
    locked.add(row.text('month'));
  const months: RetainedMonth[] = [];
  for (const row of await reader.rows(MONTHS)) {
    const month = row.text('month') as Month;
    const until = keptUntil(month, row.text('last_at'), years);
    months.push({
      month,
      until,
      past: until < today,
      hold: holds.get(month) ?? null,
      locked: locked.has(month),
      pruned: pruned.get(month) ?? 0,
    });
  }
  return { years, isDefault: years === DEFAULT_YEARS, months };
}
