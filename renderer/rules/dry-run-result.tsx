import type { DryRun } from '../../shared/rules.ts';
import { CATEGORY_WORDS } from '../month/break-words.ts';
import { Amount } from '../ui/amount.tsx';
import { count } from '../ui/quantity.ts';

const WORDS: Readonly<Record<string, string>> = CATEGORY_WORDS;

function stateWords(state: string | null, category: string | null): string {
  if (state === null) return 'part of another item';
  return category === null ? state : `${state}: ${WORDS[category] ?? category}`;
}

/** What other rules would change of a month, before they are saved: by state, by category, and the first items. */
export function DryRunResult({ found: { month, before, after, moves, items } }: { readonly found: DryRun }) {
  const states = (['matched', 'suggested', 'pending', 'breaks'] as const).map(
    (name) => [name, before[name], after[name]] as const,
  );
  const categories = Object.keys({ ...before.byCategory, ...after.byCategory }).map(
    (name) => [WORDS[name] ?? name, before.byCategory[name] ?? 0, after.byCategory[name] ?? 0] as const,
  );
  const moved = moves.reduce((sum, move) => sum + move.items, 0);
  return (
    <section className="rules-trial" aria-label="Dry run">
      <p>
        {month} by <strong>{`${after.rules} ${after.revision}`}</strong> in place of{' '}
        <strong>{`${before.rules} ${before.revision}`}</strong>:{' '}
        {moved === 0 ? 'no item would be in another state.' : `${count(moved)} would be in another state.`}
      </p>
      <table className="rules-table" aria-label="Items by state and category">
        <thead>
          <tr>
            <th scope="col">Items</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          {states.map((one) => (
            <CountRow key={one[0]} of={one} />
          ))}
          {categories.map((one) => (
            <CountRow key={one[0]} of={one} isPart />
          ))}
        </tbody>
      </table>
      {moves.length > 0 && (
        <table className="rules-table" aria-label="What would move">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" className="rules-words">
                To
              </th>
              <th scope="col">Items</th>
            </tr>
          </thead>
          <tbody>
            {moves.map((move) => {
              const from = stateWords(move.from, move.fromCategory);
              const to = stateWords(move.to, move.toCategory);
              return (
                <tr key={`${from} ${to}`}>
                  <td>{from}</td>
                  <td>{to}</td>
                  <td className="rules-number">{count(move.items)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {items.length > 0 && (
        <table className="rules-table" aria-label="Items that would move">
          <caption>
            {items.length < moved ? `The first ${count(items.length)} of ${count(moved)}` : 'All of them'}
          </caption>
          <thead>
            <tr>
              <th scope="col">Settlement</th>
              <th scope="col" className="rules-words">
                From
              </th>
              <th scope="col" className="rules-words">
                To
              </th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.position}>
                <th scope="row">{item.settlementId ?? 'no settlement id'}</th>
                <td>{stateWords(item.from, item.fromCategory)}</td>
                <td>
                  {stateWords(item.to, item.toCategory)}
                  {item.rule !== null && <span className="quiet-text"> by “{item.rule}”</span>}
                </td>
                <td className="rules-number">
                  <Amount value={item.difference} signed />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface CountRowProps {
  readonly of: readonly [name: string, now: number, then: number];
  readonly isPart?: boolean;
}

function CountRow({ of: [name, now, then], isPart = false }: CountRowProps) {
  return (
    <tr data-part={isPart || undefined} data-moved={now !== then || undefined}>
      <th scope="row">{name}</th>
      <td className="rules-number">{count(now)}</td>
      <td className="rules-number">{count(then)}</td>
    </tr>
  );
}
