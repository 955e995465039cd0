import type { PackVerification } from '../../shared/pack.ts';
import { Mark } from '../ui/mark.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../ui/quantity.ts';

const LISTED = 200;

/** What a check of a pack found: every difference by name, and what it takes on trust. */
export function PackResult({ pack }: { readonly pack: PackVerification }) {
  const { differences, onTrust, verifier } = pack;
  return (
    <section className="pack-result" aria-label="Result of the check">
      <p className="pack-verdict">
        <Mark
          kind={differences.length === 0 ? 'verified' : 'differs'}
          word={
            differences.length === 0
              ? 'Everything agrees'
              : `${counted(differences.length, 'difference')} found`
          }
        />
        <span className="ellipsis" title={pack.path}>
          {pack.path}
        </span>
      </p>
      <dl className="facts">
        <div>
          <dt>Month</dt>
          <dd>{pack.month ?? 'cannot be read'}</dd>
        </div>
        <div>
          <dt>Checked</dt>
          <dd>
            {counted(pack.files, 'file')}, {counted(pack.pages, 'page')}, {counted(pack.records, 'record')},{' '}
            {counted(pack.auditEvents, 'audit event')}
          </dd>
        </div>
        <div>
          <dt>SHA-256 of the pack</dt>
          <dd className="hex">{pack.sha256}</dd>
        </div>
        <div>
          <dt>SHA-256 of its verify.py</dt>
          <dd className="hex">{verifier?.sha256 ?? 'none'}</dd>
        </div>
      </dl>
      {verifier && !verifier.known && (
        <Notice tone="warn">
          The verify.py in this pack is not the one that this Tieout writes: it is of another version, or it
          was changed. The check here did not use it.
        </Notice>
      )}
      {onTrust.map((what) => (
        <Notice key={what} tone="info">
          Taken on trust: {what}
        </Notice>
      ))}
      {differences.length > 0 && (
        <table className="verify-table" aria-label="Differences">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Name</th>
              <th scope="col">Expected</th>
              <th scope="col">Found</th>
            </tr>
          </thead>
          <tbody>
            {differences.slice(0, LISTED).map(({ subject, name, expected, found }) => (
              <tr key={`${subject} ${name}`}>
                <td>{subject}</td>
                <td>{name}</td>
                <td className="hex">{expected}</td>
                <td className="hex">{found}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {differences.length > LISTED && <p>{counted(differences.length - LISTED, 'more difference')}.</p>}
    </section>
  );
}
