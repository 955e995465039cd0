import { FileStack, TriangleAlert } from 'lucide-react';
import { groupedHex } from '../../shared/digest.ts';
import type { PageRow } from '../../shared/views.ts';
import { DigestShort } from '../ui/digest.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark } from '../ui/mark.tsx';
import { byteSize, count, duration } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { Split } from '../ui/split.tsx';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { PageDetails } from './page-details.tsx';
import { RetryLog } from './retry-log.tsx';
import { pagesOf } from './row-sources.ts';

function verifiedKind(verified: boolean | null): 'verified' | 'differs' | 'unverified' {
  if (verified === null) return 'unverified';
  return verified ? 'verified' : 'differs';
}

const COLUMNS: readonly Column<PageRow>[] = [
  {
    id: 'page',
    header: 'Page',
    width: 60,
    align: 'end',
    cell: ({ page, warning }) => (
      <>
        {warning !== null && <TriangleAlert aria-label={warning} className="icon warning" />} {count(page)}
      </>
    ),
    title: ({ page, warning }) => warning ?? `Page ${page}`,
  },
  { id: 'records', header: 'Records', width: 70, align: 'end', cell: ({ records }) => count(records) },
  {
    id: 'rejected',
    header: 'Rejected',
    width: 74,
    align: 'end',
    cell: ({ rejected }) => (rejected > 0 ? <Mark kind="rejected" word={count(rejected)} /> : '0'),
  },
  {
    id: 'bytes',
    header: 'Size',
    width: 74,
    align: 'end',
    cell: ({ bytes }) => byteSize(bytes),
    title: ({ bytes }) => `${count(bytes)} bytes`,
  },
  { id: 'attempts', header: 'Attempts', width: 76, align: 'end', cell: ({ attempts }) => count(attempts) },
  { id: 'elapsed', header: 'Elapsed', width: 72, align: 'end', cell: ({ elapsedMs }) => duration(elapsedMs) },
  {
    id: 'hash',
    header: 'Page hash',
    width: 152,
    grow: 1,
    cell: ({ pageSha256 }) => <DigestShort digest={pageSha256} />,
    title: ({ pageSha256 }) => groupedHex(pageSha256).join(' '),
  },
  {
    id: 'verified',
    header: 'Verified',
    width: 92,
    cell: ({ verified }) => <Mark kind={verifiedKind(verified)} />,
  },
];

export function PagesPane({ runId }: { readonly runId: string | null }) {
  if (runId === null) {
    return (
      <Empty icon={FileStack} title="No pages yet">
        <p>Sync the month: every page of the vendor’s answer is listed here with its hash.</p>
      </Empty>
    );
  }
  return <RunPages runId={runId} />;
}

function RunPages({ runId }: { readonly runId: string }) {
  const rows = useWindowedRows(pagesOf(runId));
  const { index, select } = useSelectedRow(rows.key);
  const page = index === null ? undefined : rows.rowAt(index);
  return (
    <Split label="Resize the retry log" initial={42}>
      <section className="pane" aria-label="Pages of the run">
        <header className="pane-head">
          <h2>Pages</h2>
          <RowCount rows={rows} selected={index} noun="page" />
          <span className="spacer" />
          <span className="quiet-text">Ctrl+C copies the page hash</span>
        </header>
        <RowGrid
          label="Pages"
          rows={rows}
          columns={COLUMNS}
          selected={index}
          onSelect={select}
          onClose={() => select(null)}
          copyText={({ pageSha256 }) => pageSha256}
          tone={({ verified, rejected, warning }) =>
            verified === false ? 'bad' : rejected > 0 || warning !== null ? 'warn' : undefined
          }
          empty={
            <Empty icon={FileStack} title="No page is committed yet">
              <p>A page appears here once it and its records are safely stored.</p>
            </Empty>
          }
        />
      </section>
      <div className="pane-stack">
        {page && <PageDetails page={page} onClose={() => select(null)} />}
        <RetryLog runId={runId} page={page?.page ?? null} />
      </div>
    </Split>
  );
}
