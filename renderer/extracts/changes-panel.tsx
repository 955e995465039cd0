import { X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { ExtractChangeKind, ExtractChangeRow, ExtractView } from '../../shared/extracts.ts';
import { Amount } from '../ui/amount.tsx';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { changesOf } from './queries.ts';

const WORDS: Readonly<Record<ExtractChangeKind, string>> = {
  added: '+ added',
  removed: '− removed',
  changed: '≠ changed',
};

function fieldsInWords({ fields, kind }: ExtractChangeRow): string {
  if (kind !== 'changed') return '';
  if (fields.length === 0) return 'several postings share the key';
  return fields
    .map(({ field, before, after }) => `${field} ${before ?? 'empty'} → ${after ?? 'empty'}`)
    .join(', ');
}

const COLUMNS: readonly Column<ExtractChangeRow>[] = [
  { id: 'kind', header: 'Change', width: 84, cell: ({ kind }) => WORDS[kind] },
  { id: 'key', header: 'Posting', width: 120, grow: 1, cell: ({ key }) => key, title: ({ key }) => key },
  {
    id: 'line',
    header: 'Line',
    width: 60,
    align: 'end',
    cell: ({ line_after, line_before }) => line_after ?? line_before ?? '',
  },
  {
    id: 'before',
    header: 'Before',
    width: 100,
    align: 'end',
    cell: (row) => <Amount value={row.amount_before} />,
  },
  {
    id: 'after',
    header: 'Now',
    width: 100,
    align: 'end',
    cell: (row) => <Amount value={row.amount_after} />,
  },
  { id: 'currency', header: 'Cur.', width: 48, cell: ({ currency }) => currency ?? '' },
  { id: 'fields', header: 'What differs', width: 140, grow: 2, cell: fieldsInWords, title: fieldsInWords },
];

const KINDS = [null, 'added', 'removed', 'changed'] as const;

interface ChangesPanelProps {
  readonly extract: ExtractView;
  readonly onClose: () => void;
}

/** Postings that are not as they were in the extract that this one replaces. */
export function ChangesPanel({ extract, onClose }: ChangesPanelProps) {
  const [kind, setKind] = useState<ExtractChangeKind | null>(null);
  const rows = useWindowedRows(changesOf(extract.importId, kind));
  const { index, select } = useSelectedRow(rows.key);
  return (
    <section className="changes-panel" aria-label={`What changed in ${extract.file}`}>
      <header className="changes-head">
        <h3>What changed in {extract.file}</h3>
        <label className="field-label inline">
          Show{' '}
          <select
            className="input"
            value={kind ?? ''}
            onChange={(event) => setKind(KINDS.find((each) => each === event.target.value) ?? null)}
          >
            <option value="">all</option>
            <option value="added">added</option>
            <option value="removed">removed</option>
            <option value="changed">changed</option>
          </select>
        </label>
        <RowCount rows={rows} selected={index} noun="posting" />
        <Button className="button quiet square" aria-label="Close what changed" onPress={onClose}>
          <X aria-hidden className="icon" />
        </Button>
      </header>
      <RowGrid
        label="Changed postings"
        rows={rows}
        columns={COLUMNS}
        selected={index}
        onSelect={select}
        onClose={onClose}
        copyText={(row) =>
          `${row.kind}\t${row.key}\t${row.amount_before ?? ''}\t${row.amount_after ?? ''}\t${fieldsInWords(row)}`
        }
        empty={<p>No posting of this kind.</p>}
      />
    </section>
  );
}
