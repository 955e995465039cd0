/** Where client secrets live: the operating system's keychain, or memory where nothing may be kept. */
import { TieoutError } from '../../shared/errors.ts';
import { Secret } from './secret.ts';

export interface Keychain {
  get(account: string): Promise<Secret | null>;
  set(account: string, secret: Secret): Promise<void>;
  /** @returns false where there was none. */
  remove(account: string): Promise<boolean>;
}

const SERVICE = 'Tieout';

/** The part of keytar that is used. */
type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>;

/**
 * macOS Keychain, Windows Credential Vault or the Secret Service (libsecret), through keytar. The native module is
 * loaded at the first use, so that a machine without a keychain still does everything that needs none.
 * @throws TieoutError `keychain-unavailable` from every method where no keychain answers.
 */
export function systemKeychain(load: () => Promise<Keytar> = loadKeytar): Keychain {
  const ask = async <T>(doing: string, call: (keytar: Keytar) => Promise<T>): Promise<T> => {
    try {
      return await call(await load());
    } catch (error) {
      throw new TieoutError(
        'keychain-unavailable',
        `The system keychain did not answer while ${doing}; unlock or start it (on Linux a Secret Service such as gnome-keyring), or pass the secret in TIEOUT_CLIENT_SECRET.`,
        {},
        { cause: error },
      );
    }
  };
  return {
    get: (account) =>
      ask('reading a client secret', async (keytar) => {
        const value = await keytar.getPassword(SERVICE, account);
        return value === null ? null : new Secret(value);
      }),
    set: (account, secret) =>
      ask('storing a client secret', (keytar) => keytar.setPassword(SERVICE, account, secret.reveal())),
    remove: (account) => ask('removing a client secret', (keytar) => keytar.deletePassword(SERVICE, account)),
  };
}

async function loadKeytar(): Promise<Keytar> {
  const { default: keytar } = await import('keytar');
  return keytar;
}

/** The keychain's twin for tests, the sample workspace and runs whose secret comes from the environment. */
export function memoryKeychain(): Keychain {
  const secrets = new Map<string, Secret>();
  return {
    get: async (account) => secrets.get(account) ?? null,
    set: async (account, secret) => {
      secrets.set(account, secret);
    },
    remove: async (account) => secrets.delete(account),
  };
}
