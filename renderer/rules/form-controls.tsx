/** Controls of the form, each of one place of the document, with what is wrong there beside it. */
import { ArrowDown, ArrowUp, type LucideIcon, Plus, X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button } from 'react-aria-components/Button';
import { faultsAt, useRuleForm, useSet } from './form-context.ts';
import { listAt, type Path, pathName, textAt, valueAt } from './rule-document.ts';
import type { Options } from './rule-words.ts';

interface ControlProps {
  readonly path: Path;
  readonly label: string;
  readonly hint?: string;
}

/** Faults of a place that no control of its own shows. */
interface FaultsAtProps {
  readonly path: Path;
  readonly id?: string;
  /** What the faults are said of. */
  readonly of?: string;
}

export function FaultsAt({ path, id, of = '' }: FaultsAtProps) {
  const { faults } = useRuleForm();
  const found = faultsAt(faults, path);
  if (found.length === 0) return null;
  return (
    <span id={id} className="field-error" data-path={pathName(path)}>
      {found.map((message) => (
        <span key={message} className="rules-fault-line">
          {`${of} ${message}`}
        </span>
      ))}
    </span>
  );
}

function useControl({ path, label, hint }: ControlProps) {
  const id = useId();
  const { document, faults } = useRuleForm();
  const isWrong = faultsAt(faults, path).length > 0;
  const described = isWrong ? `${id}-fault` : hint === undefined ? undefined : `${id}-hint`;
  return {
    value: textAt(document, path),
    note: isWrong ? (
      <FaultsAt path={path} id={`${id}-fault`} of={label} />
    ) : (
      hint !== undefined && (
        <span id={`${id}-hint`} className="field-hint">
          {hint}
        </span>
      )
    ),
    input: {
      id,
      'data-path': pathName(path),
      'aria-invalid': isWrong,
      ...(described !== undefined && { 'aria-describedby': described }),
    },
  };
}

interface TextPartProps extends ControlProps {
  /** Whole numbers are numbers in the document; what is none is kept as text, and refused by the check. */
  readonly kind?: 'text' | 'whole' | 'decimal' | 'date';
  readonly placeholder?: string;
  /** An empty field has no member. */
  readonly optional?: boolean;
  readonly multiline?: boolean;
  readonly onText?: (text: string) => void;
}

export function TextPart(props: TextPartProps) {
  const { path, label, hint, kind = 'text', placeholder, optional = false, multiline = false } = props;
  const set = useSet();
  const { value, note, input } = useControl({ path, label, ...(hint !== undefined && { hint }) });
  const typed = (text: string): void => {
    if (props.onText) props.onText(text);
    else if (optional && text === '') set(path, undefined);
    else set(path, kind === 'whole' && /^-?\d{1,9}$/.test(text) ? Number(text) : text);
  };
  const shared = { ...input, value, placeholder, spellCheck: false, autoComplete: 'off' };
  return (
    <div className="field">
      <label className="field-label" htmlFor={input.id}>
        {label}
      </label>
      {multiline ? (
        <textarea
          {...shared}
          className="input rules-description"
          rows={2}
          onChange={(event) => typed(event.target.value)}
        />
      ) : (
        <input
          {...shared}
          className="input"
          inputMode={kind === 'whole' ? 'numeric' : kind === 'decimal' ? 'decimal' : undefined}
          onChange={(event) => typed(kind === 'text' ? event.target.value : event.target.value.trim())}
        />
      )}
      {note}
    </div>
  );
}

interface ChoicePartProps extends ControlProps {
  readonly options: Options;
  /** What holds where the document has nothing. */
  readonly usual?: string;
}

export function ChoicePart({ path, label, hint, options, usual = '' }: ChoicePartProps) {
  const set = useSet();
  const { value, note, input } = useControl({ path, label, ...(hint !== undefined && { hint }) });
  const chosen = value || usual;
  return (
    <div className="field">
      <label className="field-label" htmlFor={input.id}>
        {label}
      </label>
      <select {...input} className="input" value={chosen} onChange={(event) => set(path, event.target.value)}>
        {/* What a file has and no rule set knows is shown, with its fault. */}
        {!options.some(([one]) => one === chosen) && <option value={chosen}>{chosen}</option>}
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      {note}
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="rules-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

interface SetPartProps {
  readonly path: Path;
  readonly legend: string;
  readonly hint?: string;
  readonly options: readonly string[];
  /** What holds where the document has no list. */
  readonly usual?: readonly string[];
}

/** Any of a few names; their order means nothing, and is theirs. */
export function SetPart({ path, legend, hint, options, usual = [] }: SetPartProps) {
  const { document } = useRuleForm();
  const set = useSet();
  const chosen = valueAt(document, path) === undefined ? usual : listAt(document, path);
  return (
    <fieldset className="rules-set" data-path={pathName(path)} tabIndex={-1}>
      <legend>{legend}</legend>
      {hint && <p className="field-hint">{hint}</p>}
      <div className="rules-checks">
        {options.map((option) => (
          <Check
            key={option}
            label={option}
            checked={chosen.includes(option)}
            onChange={(on) =>
              set(
                path,
                options.filter((one) => (one === option ? on : chosen.includes(one))),
              )
            }
          />
        ))}
      </div>
      <FaultsAt path={path} />
    </fieldset>
  );
}

interface IconActionProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
}

export function IconAction({ label, icon: Icon, isDisabled = false, onPress }: IconActionProps) {
  return (
    <Button
      className="button quiet square small"
      aria-label={label}
      isDisabled={isDisabled}
      onPress={onPress}
    >
      <Icon aria-hidden className="icon" />
    </Button>
  );
}

export const MOVE_ICONS = { up: ArrowUp, down: ArrowDown, remove: X } as const;

export function AddAction({ label, onPress }: { readonly label: string; readonly onPress: () => void }) {
  return (
    <Button className="button small rules-add" onPress={onPress}>
      <Plus aria-hidden className="icon" /> {label}
    </Button>
  );
}

export function Group({ legend, children }: { readonly legend: string; readonly children: ReactNode }) {
  return (
    <fieldset className="rules-group">
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}
