import type { DryRun } from '../../shared/rules.ts';

function stateWords(state: string | null, category: string | null): string {
  if (state === null) return 'part of another item';
  return category === null ? state : `${state} ${category}`;
}

/** What other rules would change of a month, before they are saved. */
export function DryRunResult({ found: { month, before, after, moves, items } }: { readonly found: DryRun }) {
  const counts = ['matched', 'suggested', 'pending', 'breaks'] as const;
  return (
    <section className="rules-trial" aria-label="Dry run">
      <h2>
        Dry run on {month}: {after.rules} {after.revision} in place of {before.rules} {before.revision}
      </h2>
      <table className="rules-table">
        <thead>
          <tr>
            <th scope="col">Items</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          {counts.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="rules-number">{before[name]}</td>
              <td className="rules-number">{after[name]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {moves.length === 0 ? (
        <p>No item would be in another state.</p>
      ) : (
        <table className="rules-table">
          <thead>
            <tr>
              <th scope="col">Items</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
            </tr>
          </thead>
          <tbody>
            {moves.map((move) => {
              const from = stateWords(move.from, move.fromCategory);
              const to = stateWords(move.to, move.toCategory);
              return (
                <tr key={`${from} ${to}`}>
                  <td className="rules-number">{move.items}</td>
                  <td>{from}</td>
                  <td>{to}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {items.length > 0 && (
        <ul className="rules-moved" aria-label="Items that would move">
          {items.map((item) => (
            <li key={item.position}>
              <code>{item.settlementId ?? 'no settlement id'}</code>{' '}
              {stateWords(item.from, item.fromCategory)} → {stateWords(item.to, item.toCategory)}
              {item.rule !== null && ` by "${item.rule}"`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
