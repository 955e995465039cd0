import { EqualNot } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ComparedRow, ComparedSide } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { Mark } from '../ui/mark.tsx';
import type { Column } from '../ui/row-grid.tsx';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { CATEGORY_WORDS, fieldWords } from './break-words.ts';

type SideName = 'etrm' | 'ledger';
type NumberField = 'volume' | 'price' | 'amount';

const GROUPS: Readonly<Record<SideName, string>> = { etrm: 'ETRM', ledger: 'Ledger extract' };
const UNIT_OF = { volume: 'volumeUom', price: 'priceUom', amount: 'currency' } as const;
const SHOWN_AS_NUMBERS: readonly string[] = ['volume', 'price', 'amount'];

/** A value that is not the same on the other side: sign, weight and colour. */
export function Differing({
  differs,
  children,
}: {
  readonly differs: boolean;
  readonly children: ReactNode;
}) {
  if (!differs) return children;
  return (
    <span className="differing">
      <EqualNot aria-label="differs" className="icon" />
      {children}
    </span>
  );
}

/** Either side's delivery window; the ETRM's where both have one. */
export function windowOfRow({
  etrm,
  ledger,
}: ComparedRow): Pick<ComparedSide, 'deliveryStart' | 'deliveryEnd'> {
  return etrm?.deliveryStart != null ? etrm : (ledger ?? { deliveryStart: null, deliveryEnd: null });
}

function numberColumn(side: SideName, field: NumberField, width: number): Column<ComparedRow> {
  return {
    id: `${side}-${field}`,
    header: fieldWords(field),
    group: GROUPS[side],
    width,
    grow: 1,
    align: 'end',
    cell: (row) => (
      <Differing differs={row.differing.includes(field) && row[side]?.[field] != null}>
        <Amount value={row[side]?.[field] ?? null} />
      </Differing>
    ),
    title: (row) => `${row[side]?.[field] ?? 'none'} ${row[side]?.[UNIT_OF[field]] ?? ''}`.trim(),
  };
}

function differsIn(row: ComparedRow): string {
  if (row.category === 'MISSING_IN_LEDGER' || row.category === 'MISSING_IN_ETRM') {
    return CATEGORY_WORDS[row.category];
  }
  const others = row.differing.filter((field) => !SHOWN_AS_NUMBERS.includes(field)).map(fieldWords);
  const category = row.category === null ? [] : [CATEGORY_WORDS[row.category]];
  return [...new Set([...category, ...others])].join(', ');
}

export const COMPARE_COLUMNS: readonly Column<ComparedRow>[] = [
  { id: 'state', header: 'State', width: 90, cell: ({ state }) => <Mark kind={state} /> },
  {
    id: 'settlement',
    header: 'Settlement',
    width: 146,
    grow: 2,
    cell: ({ settlementId, tradeId }) => settlementId ?? tradeId ?? '—',
    title: ({ settlementId, tradeId, location, chargeType }) =>
      [settlementId, tradeId, location, chargeType].filter((part) => part !== null).join(' · '),
  },
  {
    id: 'delivery',
    header: 'Delivery',
    width: 194,
    grow: 1,
    cell: (row) => {
      const { deliveryStart, deliveryEnd } = windowOfRow(row);
      return deliveryWindow(deliveryStart, deliveryEnd, row.timezone);
    },
    title: (row) => {
      const { deliveryStart, deliveryEnd } = windowOfRow(row);
      return deliveryWindowUtc(deliveryStart, deliveryEnd);
    },
  },
  {
    id: 'currency',
    header: 'Cur.',
    width: 44,
    cell: ({ etrm, ledger }) => etrm?.currency ?? ledger?.currency ?? '—',
    title: ({ etrm, ledger }) => `ETRM ${etrm?.currency ?? 'none'}, ledger ${ledger?.currency ?? 'none'}`,
  },
  numberColumn('etrm', 'volume', 70),
  numberColumn('etrm', 'price', 90),
  numberColumn('etrm', 'amount', 92),
  numberColumn('ledger', 'volume', 70),
  numberColumn('ledger', 'price', 90),
  numberColumn('ledger', 'amount', 92),
  {
    id: 'difference',
    header: 'Difference',
    width: 81,
    grow: 1,
    align: 'end',
    cell: ({ difference }) => <Amount value={difference} signed />,
  },
  { id: 'differs', header: 'Differs in', width: 74, grow: 1, cell: differsIn, title: differsIn },
];
