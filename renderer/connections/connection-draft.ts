/** A connection as it is being typed, and what is wrong with it. */
import { pemPathProblem } from '../../shared/connection-settings.ts';
import type { InvokeArgs } from '../../shared/contract.ts';
import type { ConnectionView, ProfileView } from '../../shared/views.ts';
import {
  checkDraft,
  NO_SETTINGS,
  type SettingErrors,
  type SettingsDraft,
  sentence,
  settingsDraftOf,
} from './settings-draft.ts';

export interface ConnectionDraft {
  readonly name: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly caFile: string;
  readonly allowHttp: boolean;
  /** Empty keeps the stored one. */
  readonly secret: string;
  readonly settings: SettingsDraft;
  readonly profile: ProfileView | null;
}

export const NEW_DRAFT: ConnectionDraft = {
  name: '',
  baseUrl: '',
  tokenUrl: '',
  clientId: '',
  scope: 'trade:read settlement:write',
  caFile: '',
  allowHttp: false,
  secret: '',
  settings: NO_SETTINGS,
  profile: null,
};

export function draftOf(connection: ConnectionView): ConnectionDraft {
  const { name, baseUrl, tokenUrl, clientId, scope, allowHttp, caFile, settings, profile } = connection;
  return {
    ...{ name, baseUrl, tokenUrl, clientId, scope, allowHttp, profile },
    caFile: caFile ?? '',
    secret: '',
    settings: settingsDraftOf(settings),
  };
}

/** The fields that are one line of text each. */
export type TextName = Exclude<keyof ConnectionDraft, 'allowHttp' | 'settings' | 'profile'>;

export interface DraftErrors extends Partial<Record<TextName, string>> {
  readonly settings?: SettingErrors;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function urlError(text: string, allowHttp: boolean): string | null {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return 'Enter a whole address, such as https://etrm.example.com';
  }
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return 'Only https (or http) addresses can be used';
  return allowHttp || LOOPBACK.test(url.hostname) ? null : 'Plain HTTP is refused unless it is allowed below';
}

/** Every error at once. `taken` are the names of the other connections. */
export function draftErrors(
  draft: ConnectionDraft,
  taken: readonly string[],
  needsSecret: boolean,
): DraftErrors {
  const base = urlError(draft.baseUrl, draft.allowHttp);
  const token = urlError(draft.tokenUrl, draft.allowHttp);
  const settings = checkDraft(draft.settings);
  const caFile = draft.caFile.trim() === '' ? null : pemPathProblem(draft.caFile.trim());
  return {
    ...(!NAME.test(draft.name) && {
      name:
        draft.name.trim() === ''
          ? 'Enter a name'
          : 'At most 64 letters, digits, spaces and . _ -; it starts with a letter or digit',
    }),
    ...(taken.includes(draft.name) && { name: 'There is a connection of this name already' }),
    ...(base !== null && { baseUrl: base }),
    ...(token !== null && { tokenUrl: token }),
    ...(draft.clientId.trim() === '' && { clientId: 'Enter the client id' }),
    ...(caFile !== null && { caFile: sentence(caFile) }),
    ...(!settings.ok && { settings: settings.errors }),
    ...(needsSecret && draft.secret === '' && { secret: 'Enter the client secret' }),
  };
}

/** @param draft one without errors. */
export function argumentsOf(draft: ConnectionDraft): InvokeArgs<'connections.save'> {
  const settings = checkDraft(draft.settings);
  return {
    name: draft.name,
    baseUrl: draft.baseUrl.trim(),
    tokenUrl: draft.tokenUrl.trim(),
    clientId: draft.clientId.trim(),
    scope: draft.scope.trim(),
    caFile: draft.caFile.trim() === '' ? null : draft.caFile.trim(),
    allowHttp: draft.allowHttp,
    settings: settings.ok ? settings.settings : {},
    profile: draft.profile?.sha256 ?? null,
    secret: draft.secret === '' ? null : draft.secret,
  };
}
