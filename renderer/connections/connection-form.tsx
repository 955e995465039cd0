import { useMutation } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Checkbox } from 'react-aria-components/Checkbox';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';
import type { ConnectionView } from '../../shared/views.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import {
  argumentsOf,
  type ConnectionDraft,
  type DraftErrors,
  draftErrors,
  draftOf,
  NEW_DRAFT,
} from './connection-draft.ts';
import { saveConnection } from './queries.ts';

interface ConnectionFormProps {
  /** Null adds a new one. */
  readonly connection: ConnectionView | null;
  readonly taken: readonly string[];
  readonly keychainMissing: boolean;
  readonly onClose: () => void;
}

type TextName = Exclude<keyof ConnectionDraft, 'allowHttp'>;

export function ConnectionForm({ connection, taken, keychainMissing, onClose }: ConnectionFormProps) {
  const [draft, setDraft] = useState(connection ? draftOf(connection) : NEW_DRAFT);
  const [errors, setErrors] = useState<DraftErrors>({});
  const announce = useAnnounce();
  const save = useMutation({
    ...saveConnection,
    onSuccess(saved, args, result, context) {
      announce('ok', `Connection “${saved.name}” saved.`);
      onClose();
      return saveConnection.onSuccess?.(saved, args, result, context);
    },
  });
  const secretStored = connection?.hasSecret === true;

  function change(part: Partial<ConnectionDraft>): void {
    setDraft({ ...draft, ...part });
    setErrors({});
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const found = draftErrors(draft, connection ? [] : taken, !secretStored && !keychainMissing);
    setErrors(found);
    if (Object.keys(found).length === 0) save.mutate(argumentsOf(draft));
  }

  const field = (name: TextName) => ({
    name,
    value: draft[name],
    error: errors[name],
    onChange: (value: string) => change({ [name]: value }),
  });

  return (
    <form
      className="connection-form"
      aria-label={connection ? `Edit ${connection.name}` : 'Add a connection'}
      onSubmit={onSubmit}
      noValidate
    >
      <h2>{connection ? `Edit “${connection.name}”` : 'Add a connection'}</h2>
      <Field
        {...field('name')}
        label="Name"
        hint="As it appears in lists and reports"
        isDisabled={connection !== null}
        autoFocus={connection === null}
      />
      <Field {...field('baseUrl')} label="Base URL" hint="Up to, and without, /api/v2" />
      <Field {...field('tokenUrl')} label="Token URL" />
      <Field {...field('clientId')} label="Client id" />
      <Field
        {...field('secret')}
        label="Client secret"
        type="password"
        hint={
          keychainMissing
            ? 'Cannot be stored while the keychain is unavailable.'
            : secretStored
              ? 'A secret is stored. Leave this empty to keep it; it is never shown.'
              : 'Goes into this computer’s keychain and is never shown again.'
        }
        isDisabled={keychainMissing}
      />
      <Field {...field('scope')} label="Scope" />
      <Field
        {...field('caFile')}
        label="CA file"
        hint="Path of a PEM file; only where your network inspects TLS"
      />
      <Checkbox
        className="checkbox"
        isSelected={draft.allowHttp}
        onChange={(allowHttp) => change({ allowHttp })}
      >
        <span className="checkbox-box">
          <Check aria-hidden className="icon" />
        </span>
        Allow plain HTTP to other than this computer
      </Checkbox>
      {save.error && <ErrorNotice error={save.error} />}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Discard
        </Button>
        <Button type="submit" className="button primary" isPending={save.isPending}>
          {save.isPending ? 'Saving…' : 'Save connection'}
        </Button>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly hint?: string;
  readonly type?: 'text' | 'password';
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}

function Field({ label, error, hint, ...field }: FieldProps) {
  return (
    <TextField {...field} className="field" isInvalid={error !== undefined} autoComplete="off">
      <Label className="field-label">{label}</Label>
      <Input className="input" spellCheck={false} />
      {error === undefined && hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
