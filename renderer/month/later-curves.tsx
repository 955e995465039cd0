import type { CurveComparison, FindingChange, PinnedCurve } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { DetailsPanel } from '../ui/details-panel.tsx';
import { count } from '../ui/quantity.ts';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';

const CHANGE_WORDS: Readonly<Record<FindingChange['change'], string>> = {
  appears: 'Would appear',
  goes: 'Would go',
  moves: 'Would move',
};

function Pinned({ pinned }: { readonly pinned: PinnedCurve | null }) {
  if (pinned === null) return '—';
  return (
    <>
      <div>{deliveryWindowUtc(pinned.asOf, null)}</div>
      <div className="quiet-text">
        {pinned.absolute} or {pinned.percent} %
      </div>
    </>
  );
}

function Side({ value, isPrice }: { readonly value: string | null; readonly isPrice: boolean }) {
  return isPrice ? <Amount value={value} /> : (value ?? '—');
}

interface LaterCurvesProps {
  readonly comparison: CurveComparison;
  readonly onClose: () => void;
}

/** What the curves and tolerances of now would change; the run keeps its findings. */
export function LaterCurves({ comparison, onClose }: LaterCurvesProps) {
  const { curves, changes, appears, goes, moves, wasChecked } = comparison;
  return (
    <DetailsPanel title="What later curves would change" onClose={onClose}>
      <p>
        {count(appears)} would appear, {count(goes)} would go, {count(moves)} would move.{' '}
        {wasChecked
          ? 'The run keeps the findings it was given; a new sync is checked with the curves of now.'
          : 'The run was not checked; a new sync is.'}
      </p>
      <table className="sides" aria-label="Later curves">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        {curves.map(({ curveId, before, after }) => (
          <tbody key={curveId}>
            <tr>
              <th scope="rowgroup" colSpan={2}>
                {curveId}
              </th>
            </tr>
            <tr>
              <td title={before?.sha256}>
                <Pinned pinned={before} />
              </td>
              <td title={after?.sha256}>
                <Pinned pinned={after} />
              </td>
            </tr>
          </tbody>
        ))}
      </table>
      {changes.length > 0 && (
        <>
          <h4>Settlements</h4>
          <table className="sides" aria-label="Findings that would change">
            <thead>
              <tr>
                <th scope="col">Settlement</th>
                <th scope="col">Found</th>
                <th scope="col">Run</th>
                <th scope="col">Now</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => {
                const isPrice = change.code === 'CURVE_DEVIATION';
                const { settlementId, deliveryStart, deliveryEnd, timezone } = change;
                return (
                  <tr
                    key={`${settlementId} ${change.version} ${deliveryStart} ${change.code} ${change.change}`}
                  >
                    <th scope="row" title={deliveryWindow(deliveryStart, deliveryEnd, timezone)}>
                      {settlementId}
                      <div className="quiet-text">{CHANGE_WORDS[change.change]}</div>
                    </th>
                    <td>
                      <Side value={change.found} isPrice={isPrice} />
                    </td>
                    <td>
                      <Side value={change.before} isPrice={isPrice} />
                    </td>
                    <td>
                      <Side value={change.after} isPrice={isPrice} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          {changes.length < appears + goes + moves && (
            <p className="quiet-text">
              The first {count(changes.length)} of {count(appears + goes + moves)}; tieout curves compare
              lists all.
            </p>
          )}
        </>
      )}
    </DetailsPanel>
  );
}
