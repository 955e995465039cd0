import type { DriftKind, DriftRow } from '../../shared/drift.ts';
import { count } from '../ui/quantity.ts';

const KIND_WORDS: Readonly<Record<DriftKind, string>> = {
  added: 'New member',
  missing: 'Missing',
  type: 'Other type',
  null: 'Newly null',
  widened: 'Wider',
  value: 'Unseen code',
};

/** What drifted: `Missing from some`, `Unseen code PRELIM`. */
export function driftInWords({ kind, aspect }: Pick<DriftRow, 'kind' | 'aspect'>): string {
  const words = KIND_WORDS[kind];
  if (kind === 'missing') return aspect === 'some' ? 'Missing from some' : 'Missing from all';
  return kind === 'value' ? `${words} ${aspect}` : words;
}

/** `page 2, record 17`. */
export function driftPlace({ firstPage, firstIndex }: Pick<DriftRow, 'firstPage' | 'firstIndex'>): string {
  if (firstPage === null) return '—';
  return firstIndex === null
    ? `page ${count(firstPage)}`
    : `page ${count(firstPage)}, record ${count(firstIndex)}`;
}
