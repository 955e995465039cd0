/** What may be done to a break in which state, and what an act makes of it; pure. */
import {
  actFits,
  type BreakAct,
  type BreakEventKind,
  type BreakState,
  type WorkedBreak,
} from '../../shared/breaks.ts';
import type { CloseSettings, Right } from '../../shared/close.ts';
import { assertNever, TieoutError } from '../../shared/errors.ts';
import type { WriteOffLimits } from './write-off-limits.ts';

/** One act, with what it needs. */
export type BreakChange =
  | { readonly act: 'assign'; readonly assignee: string }
  | { readonly act: 'comment'; readonly note: string }
  | { readonly act: 'resolve' | 'write-off'; readonly reason: string; readonly note: string }
  | {
      readonly act: 'reopen' | 'suppress' | 'lift' | 'suppress-future' | 'lift-future';
      readonly note: string;
    }
  | { readonly act: 'attach'; readonly fileName: string; readonly fileSha256: string; readonly note: string };

export const RIGHT_NEEDED: Readonly<Record<BreakAct, Right>> = {
  assign: 'prepare',
  comment: 'prepare',
  resolve: 'prepare',
  reopen: 'prepare',
  attach: 'prepare',
  'write-off': 'write-off',
  suppress: 'suppress',
  lift: 'suppress',
  'suppress-future': 'suppress-future',
  'lift-future': 'suppress-future',
};

export const KIND_OF: Readonly<Record<BreakAct, BreakEventKind>> = {
  assign: 'assigned',
  comment: 'commented',
  resolve: 'resolved',
  reopen: 'reopened',
  'write-off': 'written-off',
  suppress: 'suppressed',
  lift: 'lifted',
  'suppress-future': 'future-suppressed',
  'lift-future': 'future-lifted',
  attach: 'attached',
};

const STATE_WORDS: Readonly<Record<BreakState, string>> = {
  open: 'is open',
  resolved: 'is resolved; reopen it first',
  'written-off': 'is written off; reopen it first',
  suppressed: 'is suppressed; lift that first',
  closed: 'is closed, because the newest reconciliation no longer has it',
};

/** What an act is held against beside the state of its break. */
export interface ActBounds {
  readonly limits: WriteOffLimits;
  /** Breaks whose subject is suppressed for the months to come. */
  readonly standing: ReadonlySet<string>;
  /** Breaks whose difference is between amounts of several currencies. */
  readonly mixed: ReadonlySet<string>;
}

/** Why the act cannot be done to a break, in words; null where it can, which counts it against the limits. */
export function refusal(
  change: BreakChange,
  row: Pick<WorkedBreak, 'breakId' | 'month' | 'state' | 'difference' | 'currency'>,
  { limits, standing, mixed }: ActBounds,
): string | null {
  if (!actFits(change.act, row.state, standing.has(row.breakId))) {
    if (change.act === 'lift-future')
      return 'is not suppressed for the months to come; see tieout breaks suppressions';
    if (change.act === 'suppress-future') return 'is suppressed for the months to come already';
    return STATE_WORDS[row.state];
  }
  if (change.act !== 'write-off') return null;
  // 100 USD booked as 100 EUR differ by nothing, and by all of it.
  if (mixed.has(row.breakId))
    return 'is booked in another currency, so that its difference is no amount to hold a limit against; resolve it instead';
  return limits.refusal(row);
}

const LONGEST = 2000;

/** @throws TieoutError `usage` where what the act needs is not there. */
export function checkedChange(
  change: BreakChange,
  settings: CloseSettings,
  clean: (text: string) => string,
): BreakChange {
  const words = (text: string, needed: boolean): string => {
    const note = clean(text.trim()).toWellFormed();
    if (note === '' && needed)
      throw new TieoutError('usage', `To ${change.act} a break needs a note that says why.`);
    if (note.length > LONGEST)
      throw new TieoutError('usage', `The note has ${note.length} characters; say it in ${LONGEST}.`);
    return note;
  };
  switch (change.act) {
    case 'assign': {
      const assignee = clean(change.assignee.trim()).toWellFormed();
      if (assignee.length > 200) throw new TieoutError('usage', 'An assignee has at most 200 characters.');
      return { act: 'assign', assignee };
    }
    case 'comment':
      return { act: 'comment', note: words(change.note, true) };
    case 'resolve':
    case 'write-off': {
      const reason = change.reason.trim().toUpperCase();
      if (!settings.reasons.some(({ code }) => code === reason)) {
        throw new TieoutError(
          'usage',
          `"${change.reason}" is no reason code; there are ${settings.reasons.map(({ code }) => code).join(', ')} (tieout breaks reasons).`,
          { reason: change.reason },
        );
      }
      return { act: change.act, reason, note: words(change.note, reason === 'OTHER') };
    }
    case 'suppress':
    case 'suppress-future':
      return { act: change.act, note: words(change.note, true) };
    case 'reopen':
    case 'lift':
    case 'lift-future':
      return { act: change.act, note: words(change.note, false) };
    case 'attach':
      return { ...change, note: words(change.note, false) };
    default:
      return assertNever(change);
  }
}
