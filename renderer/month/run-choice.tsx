import { Check, ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select, SelectValue } from 'react-aria-components/Select';
import type { RunView } from '../../shared/views.ts';
import { counted } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';

/** `2024-04-02 14:02 · 743 records · 3f2a91c0`, with its dead letters and what it is if it is not done. */
function runWords({ runId, endedAt, startedAt, committed, deadLetters, state }: RunView): string {
  const dead = deadLetters.open + deadLetters.discarded;
  return [
    localTime(endedAt ?? startedAt),
    counted(committed, 'record'),
    ...(dead > 0 ? [counted(dead, 'dead letter')] : []),
    ...(state === 'done' ? [] : [state]),
    runId.slice(0, 8),
  ].join(' · ');
}

const NEWEST = 'newest';

interface RunChoiceProps {
  readonly label: string;
  readonly runs: readonly RunView[];
  readonly value: string | null;
  /** What stands for no run of its own; without it one of the runs is chosen. */
  readonly none?: string;
  readonly onChange: (runId: string | null) => void;
}

/** One of a month's runs, the newest first. */
export function RunChoice({ label, runs, value, none, onChange }: RunChoiceProps) {
  const options = [
    ...(none === undefined ? [] : [{ id: NEWEST, text: none, title: none }]),
    ...runs.map((run) => ({
      id: run.runId,
      text: runWords(run),
      title: `Run ${run.runId} from ${run.connection}`,
    })),
  ];
  return (
    <Select
      className="choice run-choice"
      value={value ?? NEWEST}
      isDisabled={runs.length === 0}
      onChange={(key) => {
        if (typeof key === 'string') onChange(key === NEWEST ? null : key);
      }}
    >
      <Label className="field-label inline">{label}</Label>
      <Button className="button choice-button">
        <SelectValue className="choice-value" />
        <ChevronDown aria-hidden className="icon" />
      </Button>
      <Popover className="popover run-popover" offset={4}>
        <ListBox className="menu">
          {options.map(({ id, text, title }) => (
            <ListBoxItem key={id} id={id} textValue={text} className="menu-item">
              <Check aria-hidden className="icon menu-check" />
              <span className="ellipsis" title={title}>
                {text}
              </span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
