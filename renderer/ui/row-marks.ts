/** Rows that are marked to be acted on together, by their ids; another filter starts with none. */
import { useState } from 'react';

export interface RowMarks {
  readonly ids: readonly string[];
  readonly has: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  readonly set: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** @param key of the rows: changes with the filter. */
export function useRowMarks(key: string): RowMarks {
  const [state, setState] = useState({ key, marked: NONE });
  const marked = state.key === key ? state.marked : NONE;
  return {
    ids: [...marked],
    has: (id) => marked.has(id),
    toggle(id) {
      const next = new Set(marked);
      if (!next.delete(id)) next.add(id);
      setState({ key, marked: next });
    },
    set: (ids) => setState({ key, marked: new Set(ids) }),
    clear: () => setState({ key, marked: NONE }),
  };
}
