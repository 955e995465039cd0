/** Breaks that are marked to be acted on together; another filter starts with none. */
import { useState } from 'react';

export interface BreakMarks {
  readonly ids: readonly string[];
  readonly has: (breakId: string) => boolean;
  readonly toggle: (breakId: string) => void;
  readonly clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** @param key of the rows: changes with the filter. */
export function useBreakMarks(key: string): BreakMarks {
  const [state, setState] = useState({ key, marked: NONE });
  const marked = state.key === key ? state.marked : NONE;
  return {
    ids: [...marked],
    has: (breakId) => marked.has(breakId),
    toggle(breakId) {
      const next = new Set(marked);
      if (!next.delete(breakId)) next.add(breakId);
      setState({ key, marked: next });
    },
    clear: () => setState({ key, marked: NONE }),
  };
}
