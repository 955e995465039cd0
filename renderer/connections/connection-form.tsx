import { useMutation } from '@tanstack/react-query';
import { Check, ChevronRight } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Checkbox } from 'react-aria-components/Checkbox';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import type { ConnectionView } from '../../shared/views.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Field } from '../ui/field.tsx';
import {
  argumentsOf,
  type ConnectionDraft,
  type DraftErrors,
  draftErrors,
  draftOf,
  NEW_DRAFT,
  type TextName,
} from './connection-draft.ts';
import { FileField } from './file-field.tsx';
import { ProfileField } from './profile-field.tsx';
import { saveConnection } from './queries.ts';
import { checkDraft } from './settings-draft.ts';
import { SettingsFields } from './settings-fields.tsx';

interface ConnectionFormProps {
  /** Null adds a new one. */
  readonly connection: ConnectionView | null;
  readonly taken: readonly string[];
  readonly keychainMissing: boolean;
  readonly onClose: () => void;
}

export function ConnectionForm({ connection, taken, keychainMissing, onClose }: ConnectionFormProps) {
  const [draft, setDraft] = useState(connection ? draftOf(connection) : NEW_DRAFT);
  const [errors, setErrors] = useState<DraftErrors>({});
  const [advanced, setAdvanced] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const announce = useAnnounce();
  const save = useMutation({
    ...saveConnection,
    onSuccess(saved, args, result, context) {
      announce('ok', `Connection “${saved.name}” saved.`);
      onClose();
      return saveConnection.onSuccess?.(saved, args, result, context);
    },
  });
  // Once the form has been refused and what is wrong is shown, the first of it has the focus.
  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    const first = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    first?.focus({ preventScroll: true });
    // With what is said below it.
    first?.scrollIntoView({ block: 'center' });
  }, [errors]);
  const settings = checkDraft(draft.settings);
  const secretStored = connection?.hasSecret === true;

  function change(part: Partial<ConnectionDraft>): void {
    setDraft({ ...draft, ...part });
    setErrors({});
    if (save.error) save.reset();
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const found = draftErrors(draft, connection ? [] : taken, !secretStored && !keychainMissing);
    setErrors(found);
    if (found.settings) setAdvanced(true);
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
      ref={form}
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
      <FileField
        {...field('caFile')}
        label="CA file"
        what="ca"
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
      <Disclosure className="advanced" isExpanded={advanced} onExpandedChange={setAdvanced}>
        <Heading level={3}>
          <Button slot="trigger" className="button quiet advanced-toggle">
            <ChevronRight aria-hidden className="icon" />
            Advanced
            <span className="advanced-count">{countInWords(settings)}</span>
          </Button>
        </Heading>
        <DisclosurePanel className="advanced-panel">
          <ProfileField profile={draft.profile} onChange={(profile) => change({ profile })} />
          <SettingsFields
            draft={draft.settings}
            errors={settings.ok ? {} : settings.errors}
            showAll={errors.settings !== undefined}
            onChange={(next) => setDraft({ ...draft, settings: next })}
          />
        </DisclosurePanel>
      </Disclosure>
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

function countInWords(settings: ReturnType<typeof checkDraft>): string {
  if (!settings.ok) return 'something to put right';
  const count = Object.keys(settings.settings).length;
  if (count === 0) return 'all as usual';
  return count === 1 ? '1 setting' : `${count} settings`;
}
