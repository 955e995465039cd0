/** What a run changed of a settlement, in words. */
import type { Change, ChangedField } from '../../shared/restatement.ts';
import { fieldWords } from './break-words.ts';

/** `1 → 2`, or the one version that both runs have. */
export function versionWords({ from_version: from, to_version: to }: Change): string {
  if (from === null || to === null) return String(from ?? to ?? '—');
  return from === to ? String(from) : `${from} → ${to}`;
}

/** What differs but the version, which has a column of its own. */
export function shownFields({ fields }: Change): readonly ChangedField[] {
  return fields.filter(({ field }) => field !== 'version');
}

/** What the change is about, in a line; empty where there is no more to say than its kind. */
export function changeWords(change: Change): string {
  const { kind, from_occurrences: from, to_occurrences: to, dead_letter: letter } = change;
  if (kind === 'repeated') return `${from} → ${to} identical rows`;
  if (kind === 'removed' && letter !== null) return `a dead letter now: ${letter}`;
  if (kind === 'added' && letter !== null) return `was a dead letter: ${letter}`;
  return shownFields(change)
    .map(({ field, from: was, to: is }) => `${fieldWords(field)} ${was ?? '—'} → ${is ?? '—'}`)
    .join('; ');
}
