/** Which connection and month the analyst works on; kept between sessions, but not those of the sample. */
import { useState } from 'react';
import { readSelection, type Selection, writeSelection } from './selection-text.ts';

const STORED = 'tieout.selection';

interface SelectionState {
  readonly selection: Selection;
  readonly select: (change: Partial<Selection>) => void;
  /** Shows it without keeping it. */
  readonly show: (selection: Selection) => void;
  /** Back to what was kept. */
  readonly restore: () => void;
}

export function useSelection(keep: boolean): SelectionState {
  const [selection, setSelection] = useState<Selection>(() => readSelection(localStorage.getItem(STORED)));
  return {
    selection,
    select(change) {
      const next = { ...selection, ...change };
      setSelection(next);
      if (keep) localStorage.setItem(STORED, writeSelection(next));
    },
    show: setSelection,
    restore: () => setSelection(readSelection(localStorage.getItem(STORED))),
  };
}
