import { Square, SquareCheck } from 'lucide-react';
import type { Column } from './row-grid.tsx';
import type { RowMarks } from './row-marks.ts';

interface Marked {
  readonly id: string;
  /** What it is called. */
  readonly name: string;
}

/** A box in each row; Space on the selected row does the same. */
export function markColumn<Row>(marks: RowMarks, markedOf: (row: Row) => Marked): Column<Row> {
  return {
    id: 'mark',
    header: 'Mark',
    width: 54,
    cell: (row) => {
      const { id, name } = markedOf(row);
      const marked = marks.has(id);
      const Icon = marked ? SquareCheck : Square;
      return (
        <button
          type="button"
          className="letter-mark"
          tabIndex={-1}
          aria-pressed={marked}
          aria-label={`Mark ${name}`}
          onClick={(event) => {
            event.stopPropagation();
            marks.toggle(id);
          }}
        >
          <Icon aria-hidden className="icon" />
        </button>
      );
    },
  };
}
