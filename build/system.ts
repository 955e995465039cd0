/**
 * What tests and host need from the operating system: Chromium, a virtual display, a keyring, rsyslog, Python's requests. On
 * Debian and its kin, as root, what is missing is installed; elsewhere the exact command is named.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from '../test/electron-host/browser/chromium.ts';
import { electronBinary } from './electron-binary.ts';

interface Need {
  /** Debian's name. */
  readonly package: string;
  readonly isMet: () => boolean;
}

/** For the window. Real Electron brings its own browser. */
const BROWSER: readonly Need[] = [
  { package: 'chromium', isMet: () => electronBinary() !== null || findChromium() !== null },
  { package: 'fonts-dejavu-core', isMet: () => globSync('/usr/share/fonts/**/*.{ttf,otf,pfb}').length > 0 },
];
const DISPLAY: readonly Need[] = [{ package: 'xvfb', isMet: () => hasProgram('Xvfb') }];
/** For keytar, and for the tests of it. */
const KEYRING: readonly Need[] = [
  {
    package: 'libsecret-1-0',
    isMet: () => globSync('/{usr/,}lib{,64,/*-linux-gnu}/libsecret-1.so.0').length > 0,
  },
  { package: 'gnome-keyring', isMet: () => hasProgram('gnome-keyring-daemon') },
  { package: 'dbus', isMet: () => hasProgram('dbus-daemon') },
];

/** For the tests of forwarding to a SIEM. */
const SYSLOG: readonly Need[] = [
  { package: 'rsyslog', isMet: () => existsSync('/usr/sbin/rsyslogd') },
  {
    package: 'rsyslog-gnutls',
    isMet: () => globSync('/usr/lib{,64}/{,*-linux-gnu/}rsyslog/lmnsd_gtls.so').length > 0,
  },
];

/** For the tests that hold the reading of responses against Python's requests. */
const REQUESTS: readonly Need[] = [
  { package: 'python3-requests', isMet: () => existsSync('/usr/lib/python3/dist-packages/requests') },
];

export type SystemPart = 'browser' | 'display' | 'keyring' | 'syslog' | 'requests';
const PARTS: Readonly<Record<SystemPart, readonly Need[]>> = {
  browser: BROWSER,
  display: DISPLAY,
  keyring: KEYRING,
  syslog: SYSLOG,
  requests: REQUESTS,
};

/** For every test. */
export const ALL_PARTS = Object.keys(PARTS) as readonly SystemPart[];

export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The Debian packages that these parts still lack; none on systems other than Linux, which have what is needed. */
export function missingPackages(parts: readonly SystemPart[]): readonly string[] {
  if (process.platform !== 'linux') return [];
  return parts
    .flatMap((part) => PARTS[part])
    .filter((need) => !need.isMet())
    .map((need) => need.package);
}

/**
 * Installs what is missing where that can be done without asking; otherwise says which command does it.
 * @returns whether nothing is missing any more.
 */
export function ensureSystem(parts: readonly SystemPart[], say: (line: string) => void): boolean {
  const missing = missingPackages(parts);
  if (missing.length === 0) return true;
  const command = `apt-get install --yes --no-install-recommends ${missing.join(' ')}`;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    say(`Missing on this machine: ${missing.join(', ')}. On Debian or Ubuntu: sudo ${command}`);
    return false;
  }
  say(`Installing ${missing.join(', ')} (once)…`);
  if (!aptGet(['update', '--quiet'], say)) return false;
  return aptGet(command.split(' ').slice(1), say) && missingPackages(parts).length === 0;
}

function aptGet(args: readonly string[], say: (line: string) => void): boolean {
  const result = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status === 0) return true;
  say(`apt-get ${args.join(' ')} failed:\n${result.error?.message ?? `${result.stdout}${result.stderr}`}`);
  return false;
}

if (import.meta.main) {
  const complete = ensureSystem(ALL_PARTS, (line) => process.stdout.write(`${line}\n`));
  if (complete) process.stdout.write('Nothing is missing on this machine.\n');
  process.exitCode = complete ? 0 : 1;
}
