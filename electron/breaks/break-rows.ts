/** Rows of the table of breaks: filtered, and as the screens and the command show them. */
import {
  BREAK_STATES,
  type BreakFilter,
  type BreakState,
  type BreakSummary,
  isCategory,
  type ReasonCode,
  type WorkedBreak,
} from '../../shared/breaks.ts';
import { add, type Decimal, decimal, multiply, ZERO } from '../../shared/decimal.ts';
import { ALL_BREAK_CATEGORIES, type BreakCategory } from '../../shared/recon.ts';
import type { Row } from '../workspace/row.ts';
import type { Parameter, Reader } from '../workspace/transaction.ts';
import { differenceByCurrency } from './difference-by-currency.ts';

export interface BreakCondition {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

const SEARCHED = `concat_ws(' ', break_id, settlement_id, trade_id, counterparty, location, note)`;

/** SQL over the table of breaks. @param ids named ones; null: all that the filter leaves. */
export function breakCondition(filter: BreakFilter, ids: readonly string[] | null): BreakCondition {
  const parts = ['true'];
  const parameters: Parameter[] = [];
  const where = (sql: string, value: Parameter | null): void => {
    if (value === null) return;
    parts.push(sql);
    parameters.push(value);
  };
  where('month = ?', filter.month);
  where('state = ?', filter.state);
  where('category = ?', filter.category);
  where(`coalesce(assignee, '') = ?`, filter.assignee);
  where('reason = ?', filter.reason);
  where('counterparty = ?', filter.counterparty);
  where('age_days >= ?', filter.minAge);
  const search = filter.search.trim();
  where(`contains(lower(${SEARCHED}), lower(?))`, search === '' ? null : search);
  where(
    `break_id IN (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')))`,
    ids === null ? null : JSON.stringify(ids),
  );
  return { sql: parts.join(' AND '), parameters };
}

function stateOf(text: string): BreakState {
  return BREAK_STATES.find((name) => name === text) ?? 'open';
}

export function categoryOf(text: string): BreakCategory {
  return isCategory(text) ? text : 'AMOUNT';
}

export function workedBreak(row: Row): WorkedBreak {
  return {
    breakId: row.text('break_id'),
    month: row.text('month'),
    state: stateOf(row.text('state')),
    category: categoryOf(row.text('category')),
    settlementId: row.textOrNull('settlement_id'),
    tradeId: row.textOrNull('trade_id'),
    location: row.textOrNull('location'),
    chargeType: row.textOrNull('charge_type'),
    counterparty: row.textOrNull('counterparty'),
    deliveryStart: row.textOrNull('delivery_start'),
    timezone: row.textOrNull('timezone'),
    currency: row.text('currency'),
    etrmAmount: row.decimalOrNull('etrm_amount'),
    ledgerAmount: row.decimalOrNull('ledger_amount'),
    difference: row.decimal('difference'),
    openedAt: row.text('opened_at'),
    ageDays: row.int('age_days'),
    assignee: row.textOrNull('assignee'),
    reason: row.textOrNull('reason'),
    note: row.textOrNull('note'),
    decidedBy: row.textOrNull('decided_by'),
    decidedAt: row.textOrNull('decided_at'),
    reopenings: row.int('reopenings'),
    comments: row.int('comments'),
    attachments: row.int('attachments'),
    place: row.int('place'),
  };
}

/** Counts of the whole table. */
export async function summarise(
  reader: Reader,
  table: string,
  reasons: readonly ReasonCode[],
): Promise<BreakSummary> {
  const counted = await reader.rows(
    `SELECT state, category, count(*) AS n FROM temp.${table} GROUP BY state, category`,
  );
  const states = Object.fromEntries(
    BREAK_STATES.map((state) => [
      state,
      counted.filter((row) => row.text('state') === state).reduce((n, row) => n + row.int('n'), 0),
    ]),
  ) as Record<BreakState, number>;
  const openByCategory: Partial<Record<BreakCategory, number>> = {};
  for (const category of ALL_BREAK_CATEGORIES) {
    const row = counted.find((one) => one.text('state') === 'open' && one.text('category') === category);
    if (row) openByCategory[category] = row.int('n');
  }
  // Amounts are added here, exactly; the engine groups equal ones first.
  const amounts = await reader.rows(
    `SELECT currency, difference, apart, count(*) AS n FROM temp.${table} WHERE state = 'open'
     GROUP BY ALL ORDER BY currency, apart NULLS FIRST`,
  );
  const openDifference: Record<string, Decimal> = {};
  for (const row of amounts) {
    for (const [currency, amount] of differenceByCurrency(row)) {
      const moved = multiply(amount, decimal(String(row.int('n'))));
      openDifference[currency] = add(openDifference[currency] ?? ZERO, moved);
    }
  }
  const people = await reader.rows(
    `SELECT DISTINCT assignee FROM temp.${table} WHERE assignee IS NOT NULL ORDER BY assignee`,
  );
  return {
    total: Object.values(states).reduce((n, count) => n + count, 0),
    states,
    openByCategory,
    openDifference,
    assignees: people.map((row) => row.text('assignee')),
    reasons,
  };
}
