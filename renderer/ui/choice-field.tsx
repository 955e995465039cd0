import { Choice } from './choice.tsx';

interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly value: string;
  readonly onChange: (value: Value) => void;
}

/** One of a few values, each with the words for it. */
export function ChoiceField<Value extends string>({
  label,
  options,
  value,
  onChange,
}: ChoiceFieldProps<Value>) {
  return (
    <Choice
      label={label}
      options={options.map(({ text }) => text)}
      value={options.find((option) => option.value === value)?.text ?? null}
      placeholder=""
      onChange={(text) => {
        const option = options.find((each) => each.text === text);
        if (option) onChange(option.value);
      }}
    />
  );
}
