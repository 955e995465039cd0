/** Dead letters that are marked to be acted on together; another run or filter starts with none. */
import { useState } from 'react';
import type { DeadLetterRow } from '../../shared/views.ts';

export interface MarkedPlace {
  readonly page: number;
  readonly index: number;
}

export interface LetterMarks {
  readonly places: readonly MarkedPlace[];
  readonly has: (letter: MarkedPlace) => boolean;
  readonly toggle: (letter: DeadLetterRow) => void;
  readonly clear: () => void;
}

const NONE: ReadonlyMap<string, MarkedPlace> = new Map();

function placeOf({ page, index }: MarkedPlace): string {
  return `${page}:${index}`;
}

/** @param key of the rows: changes with the run and the filter. */
export function useLetterMarks(key: string): LetterMarks {
  const [state, setState] = useState({ key, marked: NONE });
  const marked = state.key === key ? state.marked : NONE;
  return {
    places: [...marked.values()],
    has: (letter) => marked.has(placeOf(letter)),
    toggle({ page, index }) {
      const next = new Map(marked);
      if (!next.delete(placeOf({ page, index }))) next.set(placeOf({ page, index }), { page, index });
      setState({ key, marked: next });
    },
    clear: () => setState({ key, marked: NONE }),
  };
}
