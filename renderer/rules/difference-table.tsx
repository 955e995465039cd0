import { ruleDifferences } from './rule-difference.ts';
import type { JsonObject } from './rule-document.ts';

interface DifferenceTableProps {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly label: string;
}

/** What lies between two rule sets, a member a row. */
export function DifferenceTable({ before, after, label }: DifferenceTableProps) {
  const differences = ruleDifferences(before, after);
  if (differences.length === 0) return <p className="quiet-text">Both do the same.</p>;
  return (
    <table className="sides" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {differences.map((one) => (
          <tr key={one.what}>
            <th scope="row">{one.what}</th>
            <td>{one.before ?? '—'}</td>
            <td>{one.after ?? '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
