/** A connection as it is being typed, and what is wrong with it. */
import type { InvokeArgs } from '../../shared/contract.ts';
import type { ConnectionView } from '../../shared/views.ts';

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
};

export function draftOf(connection: ConnectionView): ConnectionDraft {
  const { name, baseUrl, tokenUrl, clientId, scope, allowHttp } = connection;
  return { name, baseUrl, tokenUrl, clientId, scope, allowHttp, caFile: connection.caFile ?? '', secret: '' };
}

export type DraftErrors = Partial<Record<keyof ConnectionDraft, string>>;

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
  return {
    ...(!NAME.test(draft.name) && {
      name:
        draft.name.trim() === ''
          ? 'Enter a name'
          : 'Letters, digits, spaces and . _ - only; it starts with a letter or digit',
    }),
    ...(taken.includes(draft.name) && { name: 'There is a connection of this name already' }),
    ...(base !== null && { baseUrl: base }),
    ...(token !== null && { tokenUrl: token }),
    ...(draft.clientId.trim() === '' && { clientId: 'Enter the client id' }),
    ...(needsSecret && draft.secret === '' && { secret: 'Enter the client secret' }),
  };
}

export function argumentsOf(draft: ConnectionDraft): InvokeArgs<'connections.save'> {
  return {
    name: draft.name,
    baseUrl: draft.baseUrl.trim(),
    tokenUrl: draft.tokenUrl.trim(),
    clientId: draft.clientId.trim(),
    scope: draft.scope.trim(),
    caFile: draft.caFile.trim() === '' ? null : draft.caFile.trim(),
    allowHttp: draft.allowHttp,
    secret: draft.secret === '' ? null : draft.secret,
  };
}
