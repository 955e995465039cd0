import type { ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { count } from './quantity.ts';

export interface Chip<Id extends string> {
  readonly id: Id;
  readonly label: ReactNode;
  /** Null where it is not known. */
  readonly count: number | null;
}

interface FilterChipsProps<Id extends string> {
  readonly label: string;
  readonly chips: readonly Chip<Id>[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
}

/** One of several filters, with how many rows each leaves. */
export function FilterChips<Id extends string>({ label, chips, value, onChange }: FilterChipsProps<Id>) {
  return (
    <ToggleButtonGroup
      className="chips"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const found = chips.find(({ id }) => keys.has(id));
        if (found) onChange(found.id);
      }}
    >
      {chips.map((chip) => (
        <ToggleButton key={chip.id} id={chip.id} className="chip">
          {chip.label}
          {chip.count !== null && <span className="chip-count">{count(chip.count)}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
