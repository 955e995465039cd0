import { useState } from 'react';

interface SelectedRow {
  readonly index: number | null;
  readonly select: (index: number | null) => void;
}

/** The selected row of a snapshot; another snapshot or filter starts with none. */
export function useSelectedRow(key: string): SelectedRow {
  const [selected, setSelected] = useState<{ key: string; index: number | null }>({ key, index: null });
  return {
    index: selected.key === key ? selected.index : null,
    select: (index) => setSelected({ key, index }),
  };
}
