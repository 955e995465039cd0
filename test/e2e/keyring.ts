/**
 * An unlocked keyring of a test's own: a session bus, gnome-keyring on it, and a home folder for both. Whatever
 * uses it runs in a process of its own with the given environment, because libsecret ends a process whose bus goes.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingPackages } from '../../build/system.ts';

export interface Keyring {
  /** For the processes that shall find the keyring: the bus and the folders. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Why there can be no keyring here, as the reason of a skipped test; null where there can. */
export function missingForKeyring(): string | null {
  if (process.platform !== 'linux')
    return 'the keychain of this system belongs to the person who runs the tests';
  const missing = missingPackages(['keyring']);
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : null;
}

/**
 * Starts bus and keyring.
 * @throws {Error} where one of the two does not start.
 */
export async function startKeyring(): Promise<Keyring> {
  const home = mkdtempSync(join(tmpdir(), 'tieout-keyring-'));
  const runtime = join(home, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const own = {
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
  };
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], {
    env: { ...process.env, ...own },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const started: ChildProcess[] = [bus];
  const stop = async () => {
    for (const process of started.reverse()) await ended(process);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const env = { ...own, DBUS_SESSION_BUS_ADDRESS: await firstOutput(bus, 'dbus-daemon') };
    const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    started.push(keyring);
    // The password ends with the input; it makes and unlocks the login keyring.
    keyring.stdin?.end('a password of this test alone');
    await secretServiceOn(env.DBUS_SESSION_BUS_ADDRESS);
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a test's body with a keyring, and ends the keyring after it. */
export async function withKeyring<T>(body: (env: Keyring['env']) => Promise<T>): Promise<T> {
  const keyring = await startKeyring();
  try {
    return await body(keyring.env);
  } finally {
    await keyring.stop();
  }
}

const START_MS = 15_000;

/** The bus prints its address when it is ready. */
function firstOutput(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${name} ended with exit code ${code}.`)));
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
  });
}

const ASK_BUS = ['--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner'];

/** The keyring says nothing when it is ready, but the bus knows. */
async function secretServiceOn(bus: string): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const { stdout } = spawnSync(
      'dbus-send',
      [`--bus=${bus}`, ...ASK_BUS, 'string:org.freedesktop.secrets'],
      {
        encoding: 'utf8',
      },
    );
    if (stdout?.includes('true')) return;
    await sleep(50);
  }
  throw new Error(`gnome-keyring-daemon did not come up in ${START_MS / 1000} s.`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}
