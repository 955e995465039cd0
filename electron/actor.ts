/** Who acts, as the audit chain names them, and under which login of the operating system. */
import { userInfo } from 'node:os';
import { TieoutError } from '../shared/errors.ts';

export interface Identity {
  /** TIEOUT_ACTOR where it is set, else the login. */
  readonly actor: string;
  /** Whom the operating system says. */
  readonly login: string;
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** @throws TieoutError `usage` where TIEOUT_ACTOR is no name. */
export function identityOf(env: Readonly<Record<string, string | undefined>>): Identity {
  const login = loginName();
  const named = env.TIEOUT_ACTOR?.trim() ?? '';
  if (named === '') return { actor: login, login };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a name must not hold.
  if (named.length > 200 || /[\u0000-\u001f\u007f]/.test(named))
    throw new TieoutError('usage', 'TIEOUT_ACTOR is no name: it has at most 200 characters, on one line.');
  return { actor: named, login };
}
