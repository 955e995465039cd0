import { FileSpreadsheet } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { ExtractView } from '../../shared/extracts.ts';
import { Amount } from '../ui/amount.tsx';
import { DigestShort } from '../ui/digest.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark } from '../ui/mark.tsx';
import { byteSize, count, counted } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';
import { ChangesPanel } from './changes-panel.tsx';
import { agreedTotals, readingFacts } from './reading-words.ts';

interface ExtractListProps {
  /** Null while they are not known. */
  readonly extracts: readonly ExtractView[] | null;
  readonly month: string;
}

/** Extracts of a month that are in force. */
export function ExtractList({ extracts, month }: ExtractListProps) {
  const [shown, setShown] = useState<string | null>(null);
  if (extracts === null) return <div className="extract-list" aria-busy="true" />;
  if (extracts.length === 0) {
    return (
      <Empty icon={FileSpreadsheet} title={`No ledger extract of ${month} yet`}>
        <p>
          Choose a file, or drop one here: what each of its columns becomes is shown before anything is
          imported. A file of the same name replaces an earlier one, another name adds to it.
        </p>
      </Empty>
    );
  }
  const changed = extracts.find(({ importId }) => importId === shown);
  return (
    <div className="with-details">
      <ul className="extract-list" aria-label="Extracts">
        {extracts.map((extract) => (
          <ExtractCard
            key={extract.importId}
            extract={extract}
            onChanges={() => setShown(extract.importId)}
          />
        ))}
      </ul>
      {changed?.changes && <ChangesPanel extract={changed} onClose={() => setShown(null)} />}
    </div>
  );
}

function Sums({ sums }: { readonly sums: Readonly<Record<string, string>> }) {
  const all = Object.entries(sums);
  if (all.length === 0) return <span>—</span>;
  return all.map(([unit, sum]) => (
    <span key={unit} className="extract-sum">
      <Amount value={sum} /> {unit === '-' ? 'without a unit' : unit}
    </span>
  ));
}

interface ExtractCardProps {
  readonly extract: ExtractView;
  readonly onChanges: () => void;
}

function ExtractCard({ extract, onChanges }: ExtractCardProps) {
  const { file, sha256, bytes, importedAt, actor, totals, reading, mapping, checks, changes } = extract;
  const wrong = checks.filter(({ agrees }) => !agrees);
  return (
    <li className="extract-card">
      <div className="extract-name">
        <strong className="ellipsis">{file}</strong>
        <span className="extract-soft">
          {localTime(importedAt)} by {actor}, {byteSize(bytes)}
        </span>
      </div>
      <dl className="extract-facts">
        <div>
          <dt>Rows</dt>
          <dd>{count(totals.rows)}</dd>
        </div>
        <div>
          <dt>Amount</dt>
          <dd>
            <Sums sums={totals.amounts} />
          </dd>
        </div>
        <div>
          <dt>Volume</dt>
          <dd>
            <Sums sums={totals.volumes} />
          </dd>
        </div>
        <div>
          <dt>Mapping</dt>
          <dd>{mapping === null ? 'by header names' : `${mapping.name}, revision ${mapping.revision}`}</dd>
        </div>
        {(reading === null ? [] : readingFacts(reading)).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>SHA-256</dt>
          <dd>
            <DigestShort digest={sha256} />
          </dd>
        </div>
      </dl>
      {checks.length > 0 && (
        <p className="extract-line">
          {wrong.length === 0 ? (
            <Mark kind="verified" word={agreedTotals(checks)} />
          ) : (
            <Mark
              kind="warning"
              word={wrong
                .map(
                  ({ line, field, said, summed }) =>
                    `line ${line} says ${field} ${said}, the rows sum to ${summed}`,
                )
                .join('; ')}
            />
          )}
        </p>
      )}
      {changes && (
        <p className="extract-line">
          <span>
            Against the one before: {count(changes.added)} added, {count(changes.removed)} removed,{' '}
            {count(changes.changed)} changed, {counted(changes.unchanged, 'posting')} unchanged
          </span>
          <Button
            className="button"
            isDisabled={changes.added + changes.removed + changes.changed === 0}
            onPress={onChanges}
          >
            Show what changed
          </Button>
        </p>
      )}
    </li>
  );
}
