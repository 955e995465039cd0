import { CircleCheck } from 'lucide-react';
import type { ExtractFault } from '../../shared/extracts.ts';
import { Empty } from '../ui/empty.tsx';
import { count } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { faultsOf } from './queries.ts';

const COLUMNS: readonly Column<ExtractFault>[] = [
  { id: 'line', header: 'Line', width: 70, align: 'end', cell: ({ line }) => count(line) },
  { id: 'column', header: 'Column', width: 64, align: 'end', cell: ({ column }) => column ?? '—' },
  { id: 'header', header: 'Header', width: 110, grow: 1, cell: ({ header }) => header ?? '—' },
  { id: 'field', header: 'Field', width: 110, grow: 1, cell: ({ field }) => field ?? 'the row' },
  {
    id: 'cell',
    header: 'Cell',
    width: 130,
    grow: 1,
    cell: ({ cell }) => cell ?? '—',
    title: ({ cell }) => cell ?? '',
  },
  {
    id: 'message',
    header: 'What is wrong',
    width: 240,
    grow: 3,
    cell: ({ message }) => message,
    title: ({ message }) => message,
  },
];

interface FaultsGridProps {
  readonly fileId: string;
  /** Names the preview whose faults they are. */
  readonly shown: string;
}

/** Everything that keeps a file from being imported. */
export function FaultsGrid({ fileId, shown }: FaultsGridProps) {
  const rows = useWindowedRows(faultsOf(fileId, shown));
  const { index, select } = useSelectedRow(rows.key);
  return (
    <div className="faults">
      <RowGrid
        label="Faults"
        rows={rows}
        columns={COLUMNS}
        selected={index}
        onSelect={select}
        copyText={({ line, column, field, cell, message }) =>
          [line, column ?? '', field ?? '', cell ?? '', message].join('\t')
        }
        empty={
          <Empty icon={CircleCheck} title="No faults">
            <p>Every row can be read.</p>
          </Empty>
        }
      />
      <RowCount rows={rows} selected={index} noun="fault" />
    </div>
  );
}
