import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { type Month, parseMonth } from '../../shared/month.ts';
import { ActionButton } from './action-button.tsx';
import { monthStep } from './month-step.ts';
import type { Shortcut } from './shortcut-text.ts';

interface MonthFieldProps {
  readonly value: Month;
  readonly onChange: (month: Month) => void;
  /** Months that hold something, offered while typing. */
  readonly known: readonly string[];
  readonly previousShortcut: Shortcut;
  readonly nextShortcut: Shortcut;
}

/** A settlement month, typed as `YYYY-MM` or stepped with the buttons or the up and down keys. */
export function MonthField({ value, onChange, known, previousShortcut, nextShortcut }: MonthFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const id = useId();
  const text = typed ?? value;
  const invalid = typed !== null && parseMonth(typed) === null;

  function commit(): void {
    const month = typed === null ? null : parseMonth(typed);
    if (month && month !== value) onChange(month);
    setTyped(null);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      if (!invalid) commit();
    } else if (event.key === 'Escape') setTyped(null);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      setTyped(null);
      onChange(monthStep(value, event.key === 'ArrowUp' ? 1 : -1));
    } else return;
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a line
    <div className="month-field" role="group" aria-label="Settlement month">
      <label className="field-label inline" htmlFor={`${id}-month`}>
        Month
      </label>
      <ActionButton
        label="Previous month"
        hint="The month before"
        icon={ChevronLeft}
        iconOnly
        shortcut={previousShortcut}
        onPress={() => onChange(monthStep(value, -1))}
      />
      <input
        id={`${id}-month`}
        className="input month-input"
        value={text}
        list={`${id}-known`}
        inputMode="numeric"
        maxLength={7}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={invalid}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const next = event.target.value;
          const month = parseMonth(next);
          setTyped(month ? null : next);
          if (month) onChange(month);
        }}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      <datalist id={`${id}-known`}>
        {known.map((month) => (
          <option key={month} value={month} />
        ))}
      </datalist>
      <ActionButton
        label="Next month"
        hint="The month after"
        icon={ChevronRight}
        iconOnly
        shortcut={nextShortcut}
        onPress={() => onChange(monthStep(value, 1))}
      />
      <span id={`${id}-hint`} className={invalid ? 'field-error' : 'unseen'}>
        {invalid ? 'Type a month as YYYY-MM' : 'Year and month, YYYY-MM'}
      </span>
    </div>
  );
}
