import { Check, ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select, SelectValue } from 'react-aria-components/Select';

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  readonly placeholder: string;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
}

/** One of a few names. */
export function Choice({
  label,
  options,
  value,
  onChange,
  placeholder,
  isDisabled = false,
  autoFocus = false,
}: ChoiceProps) {
  return (
    <Select
      className="choice"
      value={value}
      placeholder={placeholder}
      isDisabled={isDisabled}
      autoFocus={autoFocus}
      onChange={(key) => {
        if (typeof key === 'string') onChange(key);
      }}
    >
      <Label className="field-label inline">{label}</Label>
      <Button className="button choice-button">
        <SelectValue className="choice-value" />
        <ChevronDown aria-hidden className="icon" />
      </Button>
      <Popover className="popover" offset={4}>
        <ListBox className="menu">
          {options.map((option) => (
            <ListBoxItem key={option} id={option} textValue={option} className="menu-item">
              <Check aria-hidden className="icon menu-check" />
              <span className="ellipsis">{option}</span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
