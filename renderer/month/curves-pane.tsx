import { useMutation, useQuery } from '@tanstack/react-query';
import { ChartSpline, CircleDot, History, Pin } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { CurveSnapshotRow } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { DigestFull, DigestShort } from '../ui/digest.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { AskedLine } from '../ui/progress-line.tsx';
import { count } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { deliveryWindowUtc, localTime } from '../ui/zoned-time.ts';
import { LaterCurves } from './later-curves.tsx';
import { comparisonQuery, importCurves, startSync } from './queries.ts';
import { curvesOf } from './row-sources.ts';
import { ToleranceForm } from './tolerance-form.tsx';

/** Whether the current run was checked with it, and whether a run that began now would be. */
function Use({ pinned, chosen }: CurveSnapshotRow) {
  if (pinned) {
    return (
      <span className="mark" data-tone={chosen ? 'ok' : 'warn'}>
        <Pin aria-hidden className="icon" />
        <span>{chosen ? 'Pinned' : 'Pinned, replaced'}</span>
      </span>
    );
  }
  return chosen ? (
    <span className="mark" data-tone="warn">
      <CircleDot aria-hidden className="icon" />
      <span>Next run</span>
    </span>
  ) : (
    <span className="mark" data-tone="none">
      <History aria-hidden className="icon" />
      <span>Replaced</span>
    </span>
  );
}

function toleranceText({ absolute, percent, toleranceIsDefault }: CurveSnapshotRow): string {
  return `${absolute} or ${percent} %${toleranceIsDefault ? ' (default)' : ''}`;
}

const COLUMNS: readonly Column<CurveSnapshotRow>[] = [
  {
    id: 'curve',
    header: 'Curve',
    width: 170,
    grow: 1,
    cell: ({ curveId }) => curveId,
    title: ({ curveId }) => curveId,
  },
  {
    id: 'as-of',
    header: 'As of',
    width: 150,
    cell: ({ asOf }) => deliveryWindowUtc(asOf, null),
    title: ({ asOf }) => asOf,
  },
  { id: 'points', header: 'Points', width: 70, align: 'end', cell: ({ points }) => count(points) },
  { id: 'use', header: 'Use', width: 130, cell: (row) => <Use {...row} /> },
  {
    id: 'tolerance',
    header: 'Tolerance',
    width: 150,
    cell: toleranceText,
    title: (row) => `The larger of ${toleranceText(row)}`,
  },
  {
    id: 'source',
    header: 'From',
    width: 110,
    grow: 1,
    cell: ({ origin, sourceName }) => `${origin === 'import' ? 'File' : 'Sync'} ${sourceName}`,
    title: ({ sourceName, sourceId }) => `${sourceName} · ${sourceId}`,
  },
  { id: 'sha256', header: 'SHA-256', width: 170, cell: ({ sha256 }) => <DigestShort digest={sha256} /> },
];

interface CurvesPaneProps {
  readonly month: string;
  readonly connection: string | null;
  /** The run whose pins are marked; null: there is none. */
  readonly runId: string | null;
  /** Something runs, or a past run is shown. */
  readonly readOnly: boolean;
}

export function CurvesPane({ month, connection, runId, readOnly }: CurvesPaneProps) {
  const rows = useWindowedRows(curvesOf(month, connection, runId));
  const [open, setOpen] = useState(false);
  const [comparing, setComparing] = useState(false);
  const comparison = useQuery({
    ...comparisonQuery(month, connection),
    enabled: !readOnly && runId !== null && rows.total !== null && rows.total > 0,
  });
  const sync = useMutation(startSync);
  const importing = useMutation(importCurves);
  const { index, select } = useSelectedRow(rows.key);
  const curve = index === null ? undefined : rows.rowAt(index);
  const error = sync.error ?? importing.error;
  const changed = comparison.data?.curves.length ?? 0;
  return (
    <div className="with-details">
      <section className="pane" aria-label="Curves of the month">
        <header className="pane-head">
          <h2>Curves</h2>
          <RowCount rows={rows} selected={index} noun="snapshot" />
          <AskedLine label="later-curves" what="Comparing with later curves" />
          {changed > 0 && (
            <Button className="button small" onPress={() => setComparing(true)}>
              {count(changed)} later than the run: what would change…
            </Button>
          )}
          <span className="spacer" />
          <Button
            className="button small"
            isDisabled={readOnly || connection === null}
            onPress={() => {
              if (connection !== null) sync.mutate({ connection, month, resource: 'curves' });
            }}
          >
            Sync curves
          </Button>
          <Button className="button small" isDisabled={readOnly} onPress={() => importing.mutate(month)}>
            Import curves…
          </Button>
        </header>
        {comparison.error && (
          <ErrorNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
        )}
        {error && (
          <ErrorNotice
            error={error}
            onDismiss={() => {
              sync.reset();
              importing.reset();
            }}
          />
        )}
        <RowGrid
          label="Curves"
          rows={rows}
          columns={COLUMNS}
          selected={index}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          copyText={({ sha256 }) => sha256}
          empty={
            <Empty icon={ChartSpline} title="No curves yet">
              <p>
                Sync the curves of the month, or import a CSV file. Settlements that name a curve are then
                held against its price for their delivery interval as they come in.
              </p>
            </Empty>
          }
        />
      </section>
      {comparing && comparison.data ? (
        <LaterCurves comparison={comparison.data} onClose={() => setComparing(false)} />
      ) : (
        open && curve && <CurveDetails key={curve.curveId} curve={curve} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}

function CurveDetails({
  curve,
  onClose,
}: {
  readonly curve: CurveSnapshotRow;
  readonly onClose: () => void;
}) {
  return (
    <DetailsPanel title={curve.curveId} onClose={onClose}>
      <dl className="facts">
        <Fact name="As of">{curve.asOf}</Fact>
        <Fact name="Points">{count(curve.points)}</Fact>
        <Fact name="Delivery">{deliveryWindowUtc(curve.deliveryStart, curve.deliveryEnd)}</Fact>
        <Fact name="From">
          {curve.origin === 'import' ? 'the file' : 'a sync of'} {curve.sourceName},{' '}
          {localTime(curve.knownAt)}
        </Fact>
        <Fact name="Use">
          <Use {...curve} />
        </Fact>
        <Fact name="SHA-256">
          <DigestFull digest={curve.sha256} what="snapshot hash" />
        </Fact>
        <Fact name="Tolerance">
          <Amount value={curve.absolute} /> or {curve.percent} %
          {curve.toleranceIsDefault && <span className="quiet-text"> (default)</span>}
        </Fact>
      </dl>
      <h4>Tolerance of this curve</h4>
      <ToleranceForm key={`${curve.absolute} ${curve.percent}`} curve={curve} />
    </DetailsPanel>
  );
}
