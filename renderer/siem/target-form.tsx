import { useMutation } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Checkbox } from 'react-aria-components/Checkbox';
import type { SiemKind, SiemTargetView } from '../../shared/siem.ts';
import { FileField } from '../connections/file-field.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { KIND_NAMES } from './kind-names.ts';
import { pickEventFile, saveTarget } from './queries.ts';
import {
  keeps,
  NEW_TARGET,
  type TargetDraft,
  type TargetErrors,
  type TextName,
  targetArguments,
  targetDraftOf,
  targetErrors,
} from './target-draft.ts';

interface TargetFormProps {
  /** Null adds a new one. */
  readonly target: SiemTargetView | null;
  readonly taken: readonly string[];
  readonly keychainMissing: boolean;
  readonly onClose: () => void;
}

const KINDS = (Object.keys(KIND_NAMES) as SiemKind[]).map((value) => ({ value, text: KIND_NAMES[value] }));
const STARTS = [
  { value: 'start', text: 'All events there are' },
  { value: 'now', text: 'Events from now on' },
] as const;

const ADDRESS_HINTS = {
  otlp: 'Such as https://collector.example:4318, without /v1/logs',
  hec: 'Such as https://splunk.example:8088',
  syslog: 'Such as tls://logs.example:6514; tcp:// is not encrypted',
} as const;

export function TargetForm({ target, taken, keychainMissing, onClose }: TargetFormProps) {
  const [draft, setDraft] = useState(target ? targetDraftOf(target) : NEW_TARGET);
  const [errors, setErrors] = useState<TargetErrors>({});
  const announce = useAnnounce();
  const save = useMutation({
    ...saveTarget,
    onSuccess(saved, args, result, context) {
      announce('ok', `Target “${saved.name}” saved.`);
      onClose();
      return saveTarget.onSuccess?.(saved, args, result, context);
    },
  });
  const pick = useMutation({
    ...pickEventFile,
    onSuccess: (path) => {
      if (path !== null) change({ path });
    },
    onError: (error) => announce('bad', error.message),
  });

  function change(part: Partial<TargetDraft>): void {
    setDraft((before) => ({ ...before, ...part }));
    setErrors({});
    if (save.error) save.reset();
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const found = targetErrors(draft, target ? [] : taken, target, keychainMissing);
    setErrors(found);
    if (Object.keys(found).length === 0) save.mutate(targetArguments(draft, target === null));
  }

  const field = (name: TextName) => ({
    name,
    value: draft[name],
    error: errors[name],
    onChange: (value: string) => change({ [name]: value }),
  });

  const title = target ? `Edit “${target.name}”` : 'Add a target';
  return (
    <form
      className="connection-form"
      aria-label={target ? `Edit ${target.name}` : 'Add a target'}
      onSubmit={onSubmit}
      noValidate
    >
      <h2>{title}</h2>
      {target === null && (
        <ChoiceField label="Kind" options={KINDS} value={draft.kind} onChange={(kind) => change({ kind })} />
      )}
      <Field {...field('name')} label="Name" isDisabled={target !== null} autoFocus={target === null} />
      {draft.kind === 'file' ? (
        <>
          <Field
            {...field('path')}
            label="File"
            hint="Rotated by size; an agent of the SIEM reads it"
            isReadOnly
            action={
              <Button className="button" isPending={pick.isPending} onPress={() => pick.mutate()}>
                Choose…
              </Button>
            }
          />
          <Field {...field('maxMb')} label="Megabytes before it is rotated" inputMode="decimal" />
          <Field {...field('keep')} label="Rotated files that stay" inputMode="decimal" />
        </>
      ) : (
        <>
          <Field {...field('url')} label="Address" hint={ADDRESS_HINTS[draft.kind]} />
          {draft.kind !== 'syslog' && (
            <Field
              {...field('secret')}
              label={draft.kind === 'hec' ? 'Token' : 'Header'}
              type="password"
              hint={secretHint(draft, target, keychainMissing)}
              isDisabled={keychainMissing}
            />
          )}
          {draft.kind === 'hec' && (
            <Field {...field('index')} label="Index" hint="Only where the token leaves it open" />
          )}
          {draft.kind === 'syslog' && (
            <Field {...field('facility')} label="Facility" hint="13 is “log audit”" inputMode="decimal" />
          )}
          <FileField
            {...field('caFile')}
            label="CA file"
            what="ca"
            hint="Path of a PEM file; only where the receiver’s authority is your own"
          />
          <FileField {...field('certFile')} label="Client certificate" what="client-cert" />
          <FileField {...field('keyFile')} label="Its key" what="client-key" />
          <Checkbox
            className="checkbox"
            isSelected={draft.allowPlain}
            onChange={(allowPlain) => change({ allowPlain })}
          >
            <span className="checkbox-box">
              <Check aria-hidden className="icon" />
            </span>
            Allow an unencrypted connection to other than this computer
          </Checkbox>
        </>
      )}
      {target === null && (
        <ChoiceField label="Send" options={STARTS} value={draft.from} onChange={(from) => change({ from })} />
      )}
      {save.error && (
        <Notice tone="bad" urgent>
          {save.error.message}
        </Notice>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Discard
        </Button>
        <Button type="submit" className="button primary" isPending={save.isPending}>
          {save.isPending ? 'Saving…' : 'Save target'}
        </Button>
      </div>
    </form>
  );
}

function secretHint(draft: TargetDraft, target: SiemTargetView | null, keychainMissing: boolean): string {
  if (keychainMissing) return 'Cannot be stored while the keychain is unavailable.';
  if (keeps(draft, target)) return 'A secret is stored. Leave this empty to keep it; it is never shown.';
  return draft.kind === 'hec'
    ? 'Goes into this computer’s keychain and is never shown again.'
    : 'Only where the collector asks for one: Authorization: Bearer …';
}
