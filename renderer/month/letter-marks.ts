/** Dead letters that are marked to be acted on together, by their places; another run or filter starts with none. */
import { type RowMarks, useRowMarks } from '../ui/row-marks.ts';

export interface MarkedPlace {
  readonly page: number;
  readonly index: number;
}

export interface LetterMarks {
  /** By `letterId`. */
  readonly rows: RowMarks;
  readonly places: readonly MarkedPlace[];
  readonly has: (letter: MarkedPlace) => boolean;
  readonly toggle: (letter: MarkedPlace) => void;
  readonly clear: () => void;
}

export function letterId({ page, index }: MarkedPlace): string {
  return `${page}:${index}`;
}

function placeOf(id: string): MarkedPlace {
  const [page, index] = id.split(':').map(Number);
  return { page: page ?? 0, index: index ?? 0 };
}

/** @param key of the rows: changes with the run and the filter. */
export function useLetterMarks(key: string): LetterMarks {
  const rows = useRowMarks(key);
  return {
    rows,
    places: rows.ids.map(placeOf),
    has: (letter) => rows.has(letterId(letter)),
    toggle: (letter) => rows.toggle(letterId(letter)),
    clear: rows.clear,
  };
}
