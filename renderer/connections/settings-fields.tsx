import { useState } from 'react';
import { NUMBER_SETTINGS, type SettingName, USUAL_STATUSES } from '../../shared/connection-settings.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/field.tsx';
import { FileField } from './file-field.tsx';
import { PROXY_KINDS, type ProxyKind, type SettingErrors, type SettingsDraft } from './settings-draft.ts';

interface SettingsFieldsProps {
  readonly draft: SettingsDraft;
  /** Of every setting; one is shown once its field was left, or the form sent. */
  readonly errors: SettingErrors;
  readonly showAll: boolean;
  readonly onChange: (draft: SettingsDraft) => void;
}

const TOKEN_AUTH = [
  { value: '', text: 'In the form (post)' },
  { value: 'basic', text: 'In the header (basic)' },
] as const;
const TLS = [
  { value: '', text: 'TLS 1.2' },
  { value: '1.3', text: 'TLS 1.3' },
] as const;
const PROXY_TEXTS: Readonly<Record<ProxyKind, string>> = {
  environment: 'From the environment',
  none: 'None',
  address: 'At an address',
};
const PROXY = PROXY_KINDS.map((value) => ({ value, text: PROXY_TEXTS[value] }));

/** Everything that a connection may set, in groups; an empty field keeps the value that it shows. */
export function SettingsFields({ draft, errors, showAll, onChange }: SettingsFieldsProps) {
  const [left, setLeft] = useState<ReadonlySet<SettingName>>(new Set());
  const change = (name: SettingName, value: string): void =>
    onChange({ ...draft, texts: { ...draft.texts, [name]: value } });

  const field = (name: SettingName, label: string) => ({
    name,
    label,
    value: draft.texts[name] ?? '',
    error: showAll || left.has(name) ? errors[name] : undefined,
    onChange: (value: string) => change(name, value),
    onBlur: () => setLeft((before) => new Set([...before, name])),
  });
  const number = (name: keyof typeof NUMBER_SETTINGS, label: string, usual?: string) => (
    <Field
      {...field(name, label)}
      placeholder={usual ?? String(NUMBER_SETTINGS[name].usual)}
      inputMode="decimal"
    />
  );
  const choice = (name: SettingName, usual: string) => {
    const value = draft.texts[name] ?? '';
    return { value: value === usual ? '' : value, onChange: (next: string) => change(name, next) };
  };

  return (
    <>
      <fieldset className="settings-group">
        <legend>Retries</legend>
        {number('retries', 'Retries')}
        {number('backoff_factor_s', 'Backoff factor (s)')}
        {number('jitter_ms', 'Jitter (ms)', 'In proportion to the factor')}
        {number('max_backoff_s', 'Longest backoff (s)')}
        {number('max_retry_after_s', 'Longest Retry-After (s)')}
        <div className="settings-wide">
          <Field
            {...field('retry_statuses', 'Retried statuses')}
            placeholder={USUAL_STATUSES.retry_statuses.join(', ')}
          />
          <Field
            {...field('retry_after_statuses', 'Retried with Retry-After')}
            placeholder={USUAL_STATUSES.retry_after_statuses.join(', ')}
            hint="Retried only where the answer says when; none: not one"
          />
        </div>
      </fieldset>
      <fieldset className="settings-group">
        <legend>Pages</legend>
        {number('page_timeout_s', 'Page timeout (s)')}
        {number('page_deadline_s', 'Page deadline (s)')}
        {number('connect_timeout_s', 'Connect timeout (s)')}
        {number('max_body_mib', 'Largest page (MiB)')}
        {number('pool_connections', 'Connections at once')}
      </fieldset>
      <fieldset className="settings-group">
        <legend>Tokens</legend>
        <ChoiceField label="Client authentication" options={TOKEN_AUTH} {...choice('token_auth', 'post')} />
        {number('token_retries', 'Token retries')}
        {number('token_timeout_s', 'Token timeout (s)')}
        {number('token_deadline_s', 'Token deadline (s)')}
        {number('token_lifetime_s', 'Assumed lifetime (s)')}
        {number('token_renew_percent', 'Renewed at (%)')}
        {number('token_min_interval_ms', 'Least interval (ms)')}
      </fieldset>
      <fieldset className="settings-group">
        <legend>TLS</legend>
        <ChoiceField label="Lowest version" options={TLS} {...choice('min_tls', '1.2')} />
        <div className="settings-wide">
          <FileField
            {...field('client_cert_file', 'Client certificate')}
            what="client-cert"
            hint="PEM, with its chain"
          />
          <FileField
            {...field('client_key_file', 'Client key')}
            what="client-key"
            hint="PEM without a passphrase: a key that asks for one is not supported"
          />
        </div>
      </fieldset>
      <fieldset className="settings-group">
        <legend>Proxy</legend>
        <ChoiceField
          label="Proxy"
          options={PROXY}
          value={draft.proxyKind}
          onChange={(proxyKind) => onChange({ ...draft, proxyKind })}
        />
        <div className="settings-wide">
          {draft.proxyKind === 'address' && (
            <Field
              {...field('proxy', 'Proxy address')}
              placeholder="http://proxy.example:8080"
              hint="Without user and password, which would be stored in the open"
            />
          )}
          {draft.proxyKind !== 'none' && (
            <Field
              {...field('proxy_bypass', 'Reached directly')}
              placeholder={draft.proxyKind === 'environment' ? 'As NO_PROXY says' : 'None'}
              hint="Hosts, as NO_PROXY writes them; this computer always is"
            />
          )}
        </div>
      </fieldset>
    </>
  );
}
