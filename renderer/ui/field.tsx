import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly hint?: string;
  /** What holds where the field is empty. */
  readonly placeholder?: string;
  readonly type?: 'text' | 'password';
  readonly inputMode?: 'decimal';
  readonly isDisabled?: boolean;
  readonly isReadOnly?: boolean;
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  /** A button at the end of the line. */
  readonly action?: ReactNode;
}

/** A line of text with its label, its hint and what is wrong with it. */
export function Field({ label, error, hint, placeholder, action, ...field }: FieldProps) {
  const input = <Input className="input" spellCheck={false} {...(placeholder && { placeholder })} />;
  return (
    <TextField {...field} className="field" isInvalid={error !== undefined} autoComplete="off">
      <Label className="field-label">{label}</Label>
      {action ? (
        <div className="field-line">
          {input}
          {action}
        </div>
      ) : (
        input
      )}
      {error === undefined && hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
