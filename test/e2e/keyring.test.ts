import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { missingForKeyring, withKeyring } from './keyring.ts';

const missing = missingForKeyring();

beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});

/** Asks the system keychain from a process of its own. */
function askKeychain(env: Readonly<Record<string, string>>, ...args: readonly string[]): string {
  const script = join(import.meta.dirname, 'ask-keychain.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return `${stdout}${stderr}`.trim();
}

it('keeps a secret in the system keychain from one process to the next', async () => {
  await withKeyring(async (env) => {
    expect(askKeychain(env, 'get', 'North desk')).toBe('none');
    expect(askKeychain(env, 'set', 'North desk', 'demo-secret')).toBe('set');
    expect(askKeychain(env, 'get', 'North desk')).toBe('demo-secret');
    expect(askKeychain(env, 'remove', 'North desk')).toBe('true');
    expect(askKeychain(env, 'get', 'North desk')).toBe('none');
  });
});

it('says what to do where no keychain answers', () => {
  const nobody = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
  expect(askKeychain(nobody, 'get', 'North desk')).toMatch(/^keychain-unavailable: .*unlock or start it/);
});
