import type { WorkedBreak } from '../../shared/breaks.ts';
import { CATEGORY_WORDS } from '../month/break-words.ts';
import { Amount } from '../ui/amount.tsx';
import { markColumn } from '../ui/mark-column.tsx';
import { count } from '../ui/quantity.ts';
import type { Column } from '../ui/row-grid.tsx';
import type { RowMarks } from '../ui/row-marks.ts';
import { localTime } from '../ui/zoned-time.ts';
import { StateMark } from './state-words.tsx';

const COLUMNS: readonly Column<WorkedBreak>[] = [
  { id: 'state', header: 'State', width: 118, cell: ({ state }) => <StateMark state={state} /> },
  {
    id: 'category',
    header: 'Category',
    width: 128,
    cell: ({ category }) => CATEGORY_WORDS[category],
  },
  {
    id: 'settlement',
    header: 'Settlement',
    width: 172,
    grow: 1,
    cell: ({ settlementId, tradeId }) => settlementId ?? tradeId ?? '—',
    title: ({ settlementId, tradeId }) => [settlementId, tradeId].filter((part) => part !== null).join(' · '),
  },
  {
    id: 'counterparty',
    header: 'Counterparty',
    width: 110,
    grow: 1,
    cell: ({ counterparty }) => counterparty ?? '—',
    title: ({ counterparty }) => counterparty ?? 'none',
  },
  { id: 'currency', header: 'Cur.', width: 46, cell: ({ currency }) => currency },
  {
    id: 'etrm',
    header: 'ETRM',
    width: 130,
    grow: 1,
    align: 'end',
    cell: ({ etrmAmount }) => <Amount value={etrmAmount} />,
  },
  {
    id: 'ledger',
    header: 'Ledger',
    width: 130,
    grow: 1,
    align: 'end',
    cell: ({ ledgerAmount }) => <Amount value={ledgerAmount} />,
  },
  {
    id: 'difference',
    header: 'Difference',
    width: 130,
    grow: 1,
    align: 'end',
    cell: ({ difference }) => (
      <strong>
        <Amount value={difference} signed />
      </strong>
    ),
  },
  {
    id: 'age',
    header: 'Days',
    width: 50,
    align: 'end',
    cell: ({ ageDays }) => count(ageDays),
    title: ({ openedAt }) => `First found ${localTime(openedAt)}`,
  },
  {
    id: 'assignee',
    header: 'Assignee',
    width: 90,
    cell: ({ assignee }) => assignee ?? '—',
    title: ({ assignee }) => assignee ?? 'nobody',
  },
  {
    id: 'reason',
    header: 'Decision',
    width: 130,
    grow: 1,
    cell: ({ reason, note }) => [reason, note].filter((part) => part !== null).join(': ') || '—',
    title: ({ reason, note, decidedBy }) =>
      [reason, note, decidedBy === null ? null : `by ${decidedBy}`]
        .filter((part) => part !== null)
        .join(', ') || 'no decision',
  },
];

export function breakColumns(marks: RowMarks): readonly Column<WorkedBreak>[] {
  return [
    markColumn(marks, ({ breakId, settlementId }) => ({ id: breakId, name: settlementId ?? breakId })),
    ...COLUMNS,
  ];
}
