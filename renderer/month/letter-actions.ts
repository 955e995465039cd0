/** What can be done with the dead letters that are marked, or with all under the filter. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { LetterCounts } from '../../shared/dead-letters.ts';
import type { DeadLetterRow, RunView } from '../../shared/views.ts';
import type { BridgeError } from '../bridge.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { counted } from '../ui/quantity.ts';
import type { Shortcut } from '../ui/shortcut-text.ts';
import type { LetterQuestion } from './letter-dialog.tsx';
import type { LetterMarks, MarkedPlace } from './letter-marks.ts';
import { decideLetters, type LetterFilter, retryLetters } from './letter-queries.ts';
import { type ProfileRetry, useProfileRetry } from './profile-retry.ts';

export const LETTER_SHORTCUTS = {
  retry: { key: 'r', shift: true },
  retryWith: { key: 'p', shift: true },
  discard: { key: 'd', shift: true },
  reopen: { key: 'o', shift: true },
} as const satisfies Record<string, Shortcut>;

/** One act, on one letter or on those that are meant. */
export interface LetterActing {
  readonly act: (letter?: DeadLetterRow) => void;
  readonly disabled: boolean;
}

export interface LetterActions {
  readonly retry: LetterActing;
  /** With a profile from a file. */
  readonly retryWith: LetterActing;
  readonly profile: ProfileRetry;
  readonly discard: LetterActing;
  readonly reopen: LetterActing;
  /** What an act without a letter is about: "3 marked", "all open". */
  readonly scope: string;
  readonly question: LetterQuestion | null;
  readonly pending: boolean;
  readonly error: BridgeError | null;
  readonly decide: (reason: string) => void;
  readonly closeQuestion: () => void;
}

interface ActionsContext {
  readonly run: RunView;
  readonly filter: LetterFilter;
  readonly marks: LetterMarks;
  readonly counts: LetterCounts | undefined;
  /** True while a past run is shown, or something runs. */
  readonly readOnly: boolean;
}

interface Asked {
  readonly question: LetterQuestion;
  readonly places: readonly MarkedPlace[] | null;
}

const DONE = { discard: 'discarded', reopen: 'opened again' } as const;

export function useLetterActions({ run, filter, marks, counts, readOnly }: ActionsContext): LetterActions {
  const [asked, setAsked] = useState<Asked | null>(null);
  const announce = useAnnounce();
  const retrying = useMutation({
    ...retryLetters,
    onSuccess: () => marks.clear(),
    onError: (error) => announce('bad', error.message),
  });
  const deciding = useMutation({
    ...decideLetters,
    onSuccess(result, args, context, client) {
      announce('ok', `${counted(result.letters, 'dead letter')} ${DONE[args.act]}.`);
      setAsked(null);
      marks.clear();
      return decideLetters.onSuccess?.(result, args, context, client);
    },
  });

  const whole = { runId: run.runId, ...filter };
  const profile = useProfileRetry(run.runId, { month: run.month, ...whole }, marks.clear);
  const marked = marks.places.length;
  const busy = readOnly || retrying.isPending || deciding.isPending || profile.picking;
  /** Marked letters are meant whatever the filter; without any, all that it leaves. */
  const meant = (letter?: DeadLetterRow): readonly MarkedPlace[] | null =>
    letter ? [{ page: letter.page, index: letter.index }] : marked > 0 ? marks.places : null;
  const named = (letter: DeadLetterRow | undefined, state: string): string =>
    letter
      ? `page ${letter.page}, record ${letter.index}`
      : marked > 0
        ? counted(marked, 'marked dead letter')
        : `all ${state} dead letters under this filter`;
  const ask = (act: LetterQuestion['act'], state: string) => (letter?: DeadLetterRow) => {
    deciding.reset();
    setAsked({ question: { act, letters: named(letter, state) }, places: meant(letter) });
  };
  const noOpen =
    marked === 0 && ((counts?.open ?? 0) === 0 || (filter.state !== null && filter.state !== 'open'));
  const noDiscarded =
    marked === 0 &&
    ((counts?.discarded ?? 0) === 0 || (filter.state !== null && filter.state !== 'discarded'));

  return {
    retry: {
      disabled: busy || noOpen,
      act: (letter) =>
        retrying.mutate({ month: run.month, ...whole, places: copied(meant(letter)), profile: null }),
    },
    retryWith: {
      disabled: busy || noOpen,
      act: (letter) => profile.begin({ places: meant(letter), letters: named(letter, 'open') }),
    },
    profile,
    discard: { disabled: busy || noOpen, act: ask('discard', 'open') },
    reopen: { disabled: busy || noDiscarded, act: ask('reopen', 'discarded') },
    scope: marked > 0 ? `${marked} marked` : 'all',
    question: asked?.question ?? null,
    pending: deciding.isPending,
    error: deciding.error,
    decide(reason) {
      if (asked) deciding.mutate({ ...whole, places: copied(asked.places), act: asked.question.act, reason });
    },
    closeQuestion: () => setAsked(null),
  };
}

function copied(places: readonly MarkedPlace[] | null): MarkedPlace[] | null {
  return places === null ? null : [...places];
}
