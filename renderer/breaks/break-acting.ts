/** Acts on the breaks that are meant: the marked ones, the selected one, or all that the filter leaves. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { BreakFilter, WorkedBreak } from '../../shared/breaks.ts';
import { cancelAsk } from '../asking.ts';
import type { BridgeError } from '../bridge.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { counted } from '../ui/quantity.ts';
import type { RowMarks } from '../ui/row-marks.ts';
import type { AskedAct } from './act-dialog.tsx';
import { actOnBreaks, attachToBreaks, type BreakChange } from './queries.ts';
import { DONE_WORDS } from './state-words.tsx';

interface Asked {
  readonly act: AskedAct;
  readonly ids: readonly string[] | null;
  readonly breaks: string;
}

export interface BreakActing {
  readonly asked: Asked | null;
  /** What an act of the bar is about: "3 marked", "all". */
  readonly scope: string;
  readonly pending: boolean;
  readonly attaching: boolean;
  readonly error: BridgeError | null;
  /** On one break, or on those that are meant. */
  readonly ask: (act: AskedAct, one?: WorkedBreak) => void;
  readonly attach: (one?: WorkedBreak) => void;
  readonly act: (change: BreakChange) => void;
  readonly close: () => void;
}

export function useBreakActing(filter: BreakFilter, marks: RowMarks): BreakActing {
  const [asked, setAsked] = useState<Asked | null>(null);
  const announce = useAnnounce();
  const acting = useMutation({
    ...actOnBreaks,
    onError({ code, message }) {
      if (code === 'cancelled') announce('info', message);
      // Nobody sees it in the dialog.
      else if (asked === null) announce('bad', message);
    },
    onSuccess(result, args, context, client) {
      announce('ok', `${counted(result.breaks, 'break')} ${DONE_WORDS[result.act]}.`);
      setAsked(null);
      marks.clear();
      return actOnBreaks.onSuccess?.(result, args, context, client);
    },
  });
  const attaching = useMutation({
    ...attachToBreaks,
    onSuccess: (result) => {
      if (result) announce('ok', `${counted(result.breaks, 'break')} given a file.`);
    },
    onError: ({ code, message }) => announce(code === 'cancelled' ? 'info' : 'bad', message),
  });

  /** Marked breaks are meant whatever the filter; without any, one, or all that the filter leaves. */
  const meant = (one?: WorkedBreak): Pick<Asked, 'ids' | 'breaks'> => {
    if (marks.ids.length > 0) return { ids: marks.ids, breaks: counted(marks.ids.length, 'marked break') };
    if (one) return { ids: [one.breakId], breaks: one.settlementId ?? one.tradeId ?? one.breakId };
    return { ids: null, breaks: 'all breaks under this filter that it fits' };
  };
  const copied = (ids: readonly string[] | null): string[] | null => (ids === null ? null : [...ids]);

  return {
    asked,
    scope: marks.ids.length > 0 ? `${marks.ids.length} marked` : 'all',
    pending: acting.isPending,
    attaching: attaching.isPending,
    error: acting.error?.code === 'cancelled' ? null : acting.error,
    ask(act, one) {
      acting.reset();
      setAsked({ act, ...meant(one) });
    },
    attach: (one) => attaching.mutate({ filter, ids: copied(meant(one).ids), note: '' }),
    act(change) {
      if (asked) acting.mutate({ filter, ids: copied(asked.ids), change });
    },
    close() {
      // What was meant to be left is not done behind its back.
      if (acting.isPending) cancelAsk('break-act');
      setAsked(null);
    },
  };
}
