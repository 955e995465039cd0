/** A SIEM target as it is being typed, and what is wrong with it. */
import type { InvokeArgs } from '../../shared/contract.ts';
import {
  AUDIT_FACILITY,
  FILE_DEFAULTS,
  type SiemKind,
  type SiemSettings,
  type SiemTargetView,
  siemName,
} from '../../shared/siem.ts';

export interface TargetDraft {
  readonly name: string;
  readonly kind: SiemKind;
  readonly url: string;
  /** The HEC token, or one OTLP header; empty keeps the stored one. */
  readonly secret: string;
  readonly index: string;
  readonly facility: string;
  readonly path: string;
  readonly maxMb: string;
  readonly keep: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly allowPlain: boolean;
  readonly from: 'start' | 'now';
}

export type TextName = Exclude<keyof TargetDraft, 'kind' | 'allowPlain' | 'from'>;

const MEGABYTE = 1_000_000;

export const NEW_TARGET: TargetDraft = {
  ...{ name: '', kind: 'otlp', url: '', secret: '', index: '', facility: String(AUDIT_FACILITY), path: '' },
  ...{ maxMb: String(FILE_DEFAULTS.maxBytes / MEGABYTE), keep: String(FILE_DEFAULTS.keep) },
  ...{ caFile: '', certFile: '', keyFile: '', allowPlain: false, from: 'start' },
};

export function targetDraftOf({ name, settings }: SiemTargetView): TargetDraft {
  const draft = { ...NEW_TARGET, name, kind: settings.kind };
  if (settings.kind === 'file') {
    const { path, maxBytes, keep } = settings;
    return {
      ...draft,
      path,
      maxMb: String(Math.max(1, Math.round(maxBytes / MEGABYTE))),
      keep: String(keep),
    };
  }
  const { url, caFile, certFile, keyFile, allowPlain } = settings;
  return {
    ...{ ...draft, url, allowPlain },
    ...{ caFile: caFile ?? '', certFile: certFile ?? '', keyFile: keyFile ?? '' },
    ...(settings.kind === 'hec' && { index: settings.index ?? '' }),
    ...(settings.kind === 'syslog' && { facility: String(settings.facility) }),
  };
}

export type TargetErrors = Partial<Record<TextName, string>>;

const EXAMPLES = {
  otlp: 'https://collector.example:4318',
  hec: 'https://splunk.example:8088',
  syslog: 'tls://logs.example:6514',
} as const;
const PROTOCOLS = { otlp: /^https?:$/, hec: /^https?:$/, syslog: /^(tls|tcp):$/ } as const;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function urlError({ kind, url: text, allowPlain }: TargetDraft): string | null {
  if (kind === 'file') return null;
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null || !PROTOCOLS[kind].test(url.protocol) || url.hostname === '') {
    return `Enter a whole address, such as ${EXAMPLES[kind]}`;
  }
  const plain = url.protocol === 'http:' || url.protocol === 'tcp:';
  return plain && !allowPlain && !LOOPBACK.test(url.hostname)
    ? 'An unencrypted connection is refused unless it is allowed below'
    : null;
}

function numberError(text: string, least: number, most: number): string | null {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? null : `Enter a whole number from ${least} to ${most}`;
}

/**
 * Every error at once. @param taken names of the other targets. @param stored the target that is edited.
 * @param keychainMissing then a token can only come from the environment, which the main process knows.
 */
export function targetErrors(
  draft: TargetDraft,
  taken: readonly string[],
  stored: SiemTargetView | null,
  keychainMissing: boolean,
): TargetErrors {
  const url = urlError(draft);
  const found: Partial<Record<TextName, string | null>> = {
    name: siemName.safeParse(draft.name).success
      ? taken.includes(draft.name)
        ? 'There is a target of this name already'
        : null
      : draft.name.trim() === ''
        ? 'Enter a name'
        : 'At most 64 letters, digits, spaces and . _ -; it starts with a letter or digit',
    url,
  };
  if (draft.kind === 'file') {
    found.path = draft.path === '' ? 'Choose a file' : null;
    found.maxMb = numberError(draft.maxMb, 1, 1_000_000);
    found.keep = numberError(draft.keep, 1, 1000);
  }
  if (draft.kind === 'syslog') found.facility = numberError(draft.facility, 0, 23);
  if (draft.kind === 'otlp' && draft.secret !== '' && !/^[^\s:]+:\s*\S/.test(draft.secret)) {
    found.secret = 'Enter a header, such as Authorization: Bearer …';
  }
  if (draft.kind === 'hec' && draft.secret === '' && !keychainMissing && !keeps(draft, stored))
    found.secret = 'Enter the token';
  if ((draft.certFile.trim() === '') !== (draft.keyFile.trim() === '')) {
    found[draft.certFile.trim() === '' ? 'certFile' : 'keyFile'] = 'A certificate and its key go together';
  }
  const errors: TargetErrors = {};
  for (const [name, error] of Object.entries(found)) {
    if (error !== null && isTextName(name)) errors[name] = error;
  }
  return errors;
}

function isTextName(name: string): name is TextName {
  return Object.hasOwn(NEW_TARGET, name);
}

/** A stored secret stays only with the address that it was stored for. */
export function keeps(draft: TargetDraft, stored: SiemTargetView | null): boolean {
  if (stored === null || stored.secret === 'none' || stored.settings.kind === 'file') return false;
  return (
    stored.settings.kind === draft.kind &&
    (stored.secret === 'environment' || stored.settings.url === draft.url.trim())
  );
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function settingsOf(draft: TargetDraft): SiemSettings {
  const { kind } = draft;
  if (kind === 'file') {
    return { kind, path: draft.path, maxBytes: Number(draft.maxMb) * MEGABYTE, keep: Number(draft.keep) };
  }
  const network = {
    ...{ url: draft.url.trim(), allowPlain: draft.allowPlain, caFile: orNull(draft.caFile) },
    ...{ certFile: orNull(draft.certFile), keyFile: orNull(draft.keyFile) },
  };
  if (kind === 'otlp') return { kind, ...network };
  if (kind === 'hec') return { kind, index: orNull(draft.index), ...network };
  return { kind, facility: Number(draft.facility), ...network };
}

/** @param draft one without errors. @param isNew where to begin is asked of a new target only. */
export function targetArguments(draft: TargetDraft, isNew: boolean): InvokeArgs<'siem.save'> {
  const secret = draft.kind === 'otlp' || draft.kind === 'hec' ? orNull(draft.secret) : null;
  return {
    name: draft.name,
    settings: settingsOf(draft),
    secret,
    from: isNew && draft.from === 'now' ? 'now' : null,
  };
}
