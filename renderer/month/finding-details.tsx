import type { FindingRow } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { count } from '../ui/quantity.ts';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { fieldWords } from './break-words.ts';
import { FINDING_WORDS } from './finding-words.ts';

interface FindingDetailsProps {
  readonly finding: FindingRow;
  readonly onClose: () => void;
}

/** A value of the finding's detail as text; null where it has none. */
function said(finding: FindingRow, name: string): string | null {
  const value = finding.detail[name];
  return value === undefined || value === null ? null : String(value);
}

/** One finding: what was expected, by what, and what the settlement has. */
export function FindingDetails({ finding, onClose }: FindingDetailsProps) {
  const isDeviation = finding.code === 'CURVE_DEVIATION';
  const points = said(finding, 'points');
  const asOf = said(finding, 'as_of');
  const tradeVersion = said(finding, 'trade_version');
  return (
    <DetailsPanel title={FINDING_WORDS[finding.code]} onClose={onClose}>
      <dl className="facts">
        {isDeviation ? (
          <>
            <Fact name={points === '1' ? 'Curve price' : `Mean of ${points} points`}>
              <Amount value={finding.expected} /> {finding.priceUom}
            </Fact>
            <Fact name="Settled price">
              <Amount value={finding.found} /> {finding.priceUom}
            </Fact>
            <Fact name="Difference">
              <Amount value={said(finding, 'difference')} signed />
            </Fact>
            <Fact name="Tolerance">
              the larger of <Amount value={said(finding, 'absolute')} /> and {said(finding, 'percent')} %
            </Fact>
          </>
        ) : (
          <>
            <Fact name={`${fieldWords(finding.field)}, expected`}>{finding.expected}</Fact>
            <Fact name={`${fieldWords(finding.field)}, found`}>{finding.found}</Fact>
          </>
        )}
      </dl>
      <h4>Held against</h4>
      <dl className="facts">
        {tradeVersion !== null && (
          <Fact name="Trade">
            {finding.tradeId}, leg {said(finding, 'deal_leg')}, version {tradeVersion}
          </Fact>
        )}
        {finding.curveId !== null && tradeVersion === null && <Fact name="Curve">{finding.curveId}</Fact>}
        {asOf !== null && <Fact name="As of">{asOf}</Fact>}
        {finding.sourceId !== '' && (
          <Fact name="Run or import">
            <span className="hex">{finding.sourceId}</span>
            <CopyButton text={finding.sourceId} what="source id" />
          </Fact>
        )}
      </dl>
      <h4>Settlement</h4>
      <dl className="facts">
        <Fact name="Settlement">
          <span className="hex">{finding.settlementId}</span>
          <CopyButton text={finding.settlementId} what="settlement id" /> version {finding.version}
        </Fact>
        <Fact name="Trade">{finding.tradeId}</Fact>
        <Fact name="Counterparty">{finding.counterparty}</Fact>
        <Fact name="Location">{finding.location}</Fact>
        <Fact name="Delivery">
          {deliveryWindow(finding.deliveryStart, finding.deliveryEnd, finding.timezone)}
        </Fact>
        <Fact name="In UTC">{deliveryWindowUtc(finding.deliveryStart, finding.deliveryEnd)}</Fact>
        <Fact name="Received">
          page {count(finding.page)}, record {count(finding.index)}
        </Fact>
      </dl>
    </DetailsPanel>
  );
}
