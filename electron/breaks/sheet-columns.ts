/** The columns of breaks in a workbook: those that say which break it is, those to read, those to edit. */
import type { BreakState, WorkedBreak } from '../../shared/breaks.ts';
import type { Column } from '../workbook/plan.ts';
import type { Cell } from '../workbook/writer-cells.ts';

export const SHEET_NAME = 'Breaks';

/** What the state of a break may be set to. */
export const DECISIONS = [
  'open',
  'resolved',
  'written-off',
  'suppressed',
] as const satisfies readonly BreakState[];

interface SheetColumn extends Column {
  readonly title: SheetTitle;
  readonly value: (row: WorkedBreak) => Cell;
}

export const KEY_TITLES = ['break_id', 'month', 'category', 'currency', 'difference'] as const;
export const EDITED_TITLES = ['assignee', 'decision', 'reason', 'note', 'comment'] as const;
export const STAMP_TITLE = 'stamp';

export type SheetTitle =
  | (typeof KEY_TITLES)[number]
  | (typeof EDITED_TITLES)[number]
  | typeof STAMP_TITLE
  | 'settlement_id'
  | 'trade_id'
  | 'counterparty'
  | 'location'
  | 'delivery_start'
  | 'etrm_amount'
  | 'ledger_amount'
  | 'age_days';

/** @param reasons codes to choose from. */
export function sheetColumns(reasons: readonly string[]): readonly SheetColumn[] {
  return [
    { title: 'break_id', kind: 'text', width: 21, style: 'mono', value: (row) => row.breakId },
    { title: 'month', kind: 'text', width: 9, value: (row) => row.month },
    { title: 'category', kind: 'text', width: 19, value: (row) => row.category },
    { title: 'settlement_id', kind: 'text', value: (row) => row.settlementId },
    { title: 'trade_id', kind: 'text', value: (row) => row.tradeId },
    { title: 'counterparty', kind: 'text', value: (row) => row.counterparty },
    { title: 'location', kind: 'text', value: (row) => row.location },
    { title: 'delivery_start', kind: 'instant', value: (row) => row.deliveryStart },
    { title: 'currency', kind: 'text', width: 9, value: (row) => row.currency },
    { title: 'etrm_amount', kind: 'decimal', value: (row) => row.etrmAmount },
    { title: 'ledger_amount', kind: 'decimal', value: (row) => row.ledgerAmount },
    { title: 'difference', kind: 'decimal', value: (row) => row.difference },
    { title: 'age_days', kind: 'integer', value: (row) => String(row.ageDays) },
    { title: 'assignee', kind: 'text', value: (row) => row.assignee },
    { title: 'decision', kind: 'text', width: 12, choices: DECISIONS, value: (row) => row.state },
    {
      title: 'reason',
      kind: 'text',
      width: 20,
      // A list that does not fit in a cell's choices is on the sheet beside it.
      ...(reasons.join(',').length <= 255 && { choices: reasons }),
      value: (row) => row.reason,
    },
    { title: 'note', kind: 'text', width: 36, value: (row) => row.note },
    { title: 'comment', kind: 'text', width: 36, value: () => null },
    { title: STAMP_TITLE, kind: 'text', width: 14, style: 'mono', value: (row) => String(row.place) },
  ];
}
