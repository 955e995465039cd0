/** Run by keyring.test.ts in a process with a keyring: one question to the system keychain, its answer on stdout. */
import { systemKeychain } from '../../electron/credentials/keychain.ts';
import { Secret } from '../../electron/credentials/secret.ts';
import { asTieoutError } from '../../shared/errors.ts';

async function answer(verb: string, account: string, secret: string): Promise<string> {
  const keychain = systemKeychain();
  if (verb === 'set') {
    await keychain.set(account, new Secret(secret));
    return 'set';
  }
  if (verb === 'remove') return String(await keychain.remove(account));
  return (await keychain.get(account))?.reveal() ?? 'none';
}

const [verb = '', account = '', secret = ''] = process.argv.slice(2);
const text = await answer(verb, account, secret).catch((error: unknown) => {
  const { code, message } = asTieoutError(error);
  return `${code}: ${message}`;
});
process.stdout.write(`${text}\n`);
