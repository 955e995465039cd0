import type { VerifyDifference } from '../../shared/jobs.ts';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../ui/quantity.ts';

const SUBJECTS: Readonly<Record<VerifyDifference['subject'], string>> = {
  page: 'Page',
  body: 'Body',
  run: 'Run',
  records: 'Records',
  recon: 'Reconciliation',
  report: 'Report',
  extract: 'Ledger extract',
  curve: 'Curve',
  finding: 'Findings',
  close: 'Sign-off',
  audit: 'Audit chain',
};

const LISTED = 50;

interface VerifyDifferencesProps {
  readonly differences: readonly VerifyDifference[];
  /** What found them: "the last verification". */
  readonly by: string;
}

/** What did not verify: recorded beside found. */
export function VerifyDifferences({ differences, by }: VerifyDifferencesProps) {
  return (
    <Notice tone="bad" urgent>
      <details>
        <summary>
          <strong>
            {counted(differences.length, 'difference')} found by {by}:
          </strong>{' '}
          what is stored is not what was recorded
        </summary>
        <table className="verify-table" aria-label="Verification differences">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Name</th>
              <th scope="col">Recorded</th>
              <th scope="col">Found</th>
            </tr>
          </thead>
          <tbody>
            {differences.slice(0, LISTED).map(({ subject, name, expected, found }) => (
              // Several rows of one event may differ.
              <tr key={`${subject} ${name} ${expected} ${found}`}>
                <td>{SUBJECTS[subject]}</td>
                <td>{name}</td>
                <td className="hex breakable">{expected}</td>
                <td className="hex breakable">{found}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {differences.length > LISTED && <p>{counted(differences.length - LISTED, 'more difference')}.</p>}
      </details>
    </Notice>
  );
}
