/** States and acts of breaks, as words on the screen. */
import type { BreakAct, BreakEventKind, BreakState } from '../../shared/breaks.ts';
import { Mark, type MarkKind } from '../ui/mark.tsx';

const STATES = {
  open: { kind: 'open', word: 'Open' },
  resolved: { kind: 'accepted', word: 'Resolved' },
  'written-off': { kind: 'discarded', word: 'Written off' },
  suppressed: { kind: 'none', word: 'Suppressed' },
  closed: { kind: 'matched', word: 'Closed' },
} as const satisfies Record<BreakState, { kind: MarkKind; word: string }>;

export function stateWord(state: BreakState): string {
  return STATES[state].word;
}

export function StateMark({ state }: { readonly state: BreakState }) {
  const { kind, word } = STATES[state];
  return <Mark kind={kind} word={word} />;
}

/** What became of a break. */
export const EVENT_WORDS: Readonly<Record<BreakEventKind, string>> = {
  opened: 'Found by a reconciliation',
  closed: 'Closed: the reconciliation no longer had it',
  reappeared: 'Open again: it came back',
  moved: 'Open again: it is about another difference now',
  assigned: 'Assigned to',
  commented: 'Comment',
  resolved: 'Resolved',
  reopened: 'Reopened',
  'written-off': 'Written off',
  suppressed: 'Suppressed, now and whenever it comes again',
  lifted: 'Suppression lifted',
  'future-suppressed': 'Suppressed in the months to come, too',
  'future-lifted': 'Suppression of the months to come lifted',
  attached: 'File kept beside it',
};

/** What was done to breaks. */
export const DONE_WORDS: Readonly<Record<BreakAct, string>> = {
  assign: 'assigned',
  comment: 'commented',
  resolve: 'resolved',
  reopen: 'reopened',
  'write-off': 'written off',
  suppress: 'suppressed',
  lift: 'lifted',
  'suppress-future': 'suppressed, now and in the months to come',
  'lift-future': 'lifted, now and in the months to come',
  attach: 'given a file',
};
