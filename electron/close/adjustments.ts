/**
 * What was restated after a month was locked: the newest finished run of each source against the signed one, settlement by
 * settlement. It waits until it is given to a later month; what is restated again waits again, for the rest.
 */
import type { Adjustment, AdjustmentTotals, Binding, GivenAdjustment } from '../../shared/close.ts';
import { add, type Decimal, decimal, isZero, normalise, subtract, sum, ZERO } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import { parseBinding } from './binding.ts';
import { laterRuns, movedAmounts } from './later-runs.ts';
import { assertOpen } from './lock.ts';
import type { CloseParts } from './parts.ts';
import { assertRight, currentSettings } from './settings.ts';
import { standingOf } from './sign-off.ts';

export interface Restated {
  readonly signedRunId: string;
  /** The newest that was held against it; null where no later run has finished. */
  readonly newestRunId: string | null;
  readonly adjustments: readonly Adjustment[];
}

function signedRun(binding: Binding): string {
  return binding.runs.find(({ resource }) => resource === 'settlements')?.run_id ?? '';
}

/** What a locked month was restated by since, less what was given away; null where it is not locked. */
export async function restatedSince(reader: Reader, month: string): Promise<Restated | null> {
  const { state, binding: text } = await standingOf(reader, month);
  if (state !== 'approved' || text === null) return null;
  const binding = parseBinding(text);
  const signedRunId = signedRun(binding);
  const later = await laterRuns(reader, month, signedRunId, binding.audit_seq);
  const newestRunId = later.at(-1)?.runId ?? null;
  if (newestRunId === null) return { signedRunId, newestRunId, adjustments: [] };
  const given = new Map<string, Decimal>();
  for (const row of await reader.rows(
    'SELECT settlement_id, currency, amount FROM adjustment_event WHERE month = ? AND signed_run_id = ?',
    [month, signedRunId],
  )) {
    const key = `${row.text('settlement_id')}\n${row.text('currency')}`;
    given.set(key, add(given.get(key) ?? ZERO, row.decimal('amount')));
  }
  const adjustments: Adjustment[] = [];
  for (const { signed, newest: now, ...of } of await movedAmounts(reader, signedRunId, later)) {
    const whole = subtract(now ?? ZERO, signed ?? ZERO);
    const amount = normalise(subtract(whole, given.get(`${of.settlementId}\n${of.currency}`) ?? ZERO));
    if (!isZero(amount)) adjustments.push({ ...of, signedAmount: signed, newestAmount: now, amount });
  }
  return { signedRunId, newestRunId, adjustments };
}

export function totalsOf(adjustments: readonly Adjustment[]): readonly AdjustmentTotals[] {
  return [...Map.groupBy(adjustments, ({ currency }) => currency)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, some]) => ({
      currency,
      settlements: some.length,
      amount: normalise(sum(some.map(({ amount }) => amount))),
    }));
}

/** What a month gave to later ones, or took over from locked ones. */
export async function givenAdjustments(
  reader: Reader,
  month: string,
  side: 'month' | 'to_month',
): Promise<readonly GivenAdjustment[]> {
  const rows = await reader.rows(
    `SELECT seq, month, to_month, currency, occurred_at, actor, list(amount) AS amounts, count(*) AS n,
       string_agg(amount, ' ') AS texts,
       EXISTS (SELECT 1 FROM close_event c WHERE c.month = a.month AND c.act = 'reopened' AND c.seq > a.seq) AS reopened
     FROM adjustment_event a WHERE ${side} = ?
     GROUP BY seq, month, to_month, currency, occurred_at, actor ORDER BY seq, currency`,
    [month],
  );
  return rows.map((row) => ({
    month: row.text('month'),
    reopenedSince: row.bool('reopened'),
    toMonth: row.text('to_month'),
    currency: row.text('currency'),
    settlements: row.int('n'),
    amount: normalise(sum(row.text('texts').split(' ').map(decimal))),
    at: row.text('occurred_at'),
    actor: row.text('actor'),
  }));
}

export interface AdjustmentLine {
  readonly settlementId: string;
  readonly currency: string;
  readonly amount: string;
}

/** One settlement a line, as it is hashed and kept among the evidence. */
function adjustmentText(lines: readonly AdjustmentLine[]): string {
  return lines.map((line) => `${JSON.stringify([line.settlementId, line.currency, line.amount])}\n`).join('');
}

export async function keepAdjustments(
  tx: Transaction,
  by: { readonly seq: number; readonly at: string; readonly actor: string },
  of: {
    readonly month: string;
    readonly toMonth: string;
    readonly signedRunId: string;
    readonly runId: string;
  },
  text: string,
): Promise<void> {
  await tx.run(
    `INSERT INTO adjustment_event
     SELECT ?, ?, ?, ?, ?, ?, ?, line->>0, line->>1, line->>2
     FROM (SELECT unnest(string_split(rtrim(?, chr(10)), chr(10)))::JSON AS line)`,
    [by.seq, of.month, of.toMonth, by.at, by.actor, of.signedRunId, of.runId, text],
  );
}

/**
 * Gives waiting adjustments of a locked month to a later month.
 * @param ids settlements; null: all that wait.
 * @throws TieoutError `close-refused` where the month is not locked or the other is not later, `month-locked` where that
 *   one is locked too, `nothing-to-do`, `right-missing`.
 */
export async function giveAdjustments(
  parts: CloseParts,
  month: Month,
  toMonth: Month,
  ids: readonly string[] | null,
): Promise<readonly AdjustmentTotals[]> {
  const { workspace, actor } = parts;
  return workspace.database.transaction(async (tx) => {
    const { settings } = await currentSettings(tx);
    assertRight(settings, actor, 'prepare', 'assign an adjustment');
    const restated = await restatedSince(tx, month);
    if (!restated)
      throw new TieoutError(
        'close-refused',
        `${month} is not locked, so a restatement of it is reconciled in it; there is nothing to assign.`,
        { month },
      );
    if (toMonth <= month)
      throw new TieoutError(
        'close-refused',
        `An adjustment of ${month} goes to a later month, not to ${toMonth}.`,
        { month },
      );
    await assertOpen(tx, toMonth);
    const meant = restated.adjustments.filter(
      ({ settlementId }) => ids === null || ids.includes(settlementId),
    );
    const unknown = (ids ?? []).filter((id) => !meant.some(({ settlementId }) => settlementId === id));
    if (unknown.length > 0)
      throw new TieoutError(
        'close-refused',
        `${unknown.slice(0, 5).join(', ')} ${unknown.length === 1 ? 'waits' : 'wait'} for no month; see tieout close adjustments --month ${month}.`,
        { unknown },
      );
    if (meant.length === 0 || restated.newestRunId === null)
      throw new TieoutError('nothing-to-do', `No adjustment of ${month} waits to be assigned.`, { month });
    const totals = totalsOf(meant);
    const text = adjustmentText(meant);
    const at = isoTime(parts.clock.now());
    const seq = await appendAudit(tx, {
      at,
      actor,
      type: 'close.adjust',
      payload: {
        month,
        to_month: toMonth,
        signed_run_id: restated.signedRunId,
        run_id: restated.newestRunId,
        adjustments: meant.length,
        sources: [...new Set(meant.map(({ source }) => source))].sort(),
        amounts: totals.map(({ currency, amount }) => `${currency} ${amount}`),
        adjustments_sha256: await workspace.evidence.put(Buffer.from(text)),
      },
    });
    const of = { month, toMonth, signedRunId: restated.signedRunId, runId: restated.newestRunId };
    await keepAdjustments(tx, { seq, at, actor }, of, text);
    return totals;
  });
}
