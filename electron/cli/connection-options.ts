/** The options for what a connection may set, and what they come to together with a file of settings and a profile. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type ConnectionSettings,
  checkSettings,
  NUMBER_SETTINGS,
  type SettingName,
} from '../../shared/connection-settings.ts';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import { fileProblems } from '../credentials/connection-check.ts';
import type { Profile } from '../profile/profile.ts';
import { readProfileFile } from '../profile/profile-file.ts';
import { settingsFile } from './settings-file.ts';

interface SettingOption {
  /** As commander names it. */
  readonly option: string;
  readonly flags: string;
  readonly setting: SettingName;
  readonly help: string;
}

/** Those that give one setting each; the others are set by `--settings`. */
const SETTING_OPTIONS = [
  {
    option: 'clientCert',
    flags: '--client-cert <file>',
    setting: 'client_cert_file',
    help: 'a PEM file with the client certificate and its chain',
  },
  {
    option: 'clientKey',
    flags: '--client-key <file>',
    setting: 'client_key_file',
    help: 'a PEM file with its key, without a passphrase',
  },
  { option: 'minTls', flags: '--min-tls <version>', setting: 'min_tls', help: '1.2 or 1.3 (default: 1.2)' },
  {
    option: 'proxy',
    flags: '--proxy <url>',
    setting: 'proxy',
    help: 'the address of a proxy, none or environment (default: environment)',
  },
  {
    option: 'proxyBypass',
    flags: '--proxy-bypass <hosts>',
    setting: 'proxy_bypass',
    help: 'hosts that are reached directly, as NO_PROXY writes them',
  },
  {
    option: 'tokenAuth',
    flags: '--token-auth <how>',
    setting: 'token_auth',
    help: 'how the client names itself to the token endpoint: post or basic (default: post)',
  },
  {
    option: 'tokenRetries',
    flags: '--token-retries <n>',
    setting: 'token_retries',
    help: 'retries of the token endpoint (default: 2)',
  },
  {
    option: 'tokenTimeout',
    flags: '--token-timeout <seconds>',
    setting: 'token_timeout_s',
    help: 'how long the token endpoint may be silent (default: 10)',
  },
  {
    option: 'tokenLifetime',
    flags: '--token-lifetime <seconds>',
    setting: 'token_lifetime_s',
    help: 'of a token where the server does not say (default: 3600)',
  },
  {
    option: 'retries',
    flags: '--retries <n>',
    setting: 'retries',
    help: 'after the first attempt (default: 4)',
  },
  {
    option: 'backoffFactor',
    flags: '--backoff-factor <seconds>',
    setting: 'backoff_factor_s',
    help: 'retry n waits this x 2^(n-1), the first not at all (default: 1.5)',
  },
  {
    option: 'jitterMs',
    flags: '--jitter-ms <n>',
    setting: 'jitter_ms',
    help: 'at most added to a wait (default: in proportion to the factor, 1000 for 1.5)',
  },
  {
    option: 'maxBackoff',
    flags: '--max-backoff <seconds>',
    setting: 'max_backoff_s',
    help: 'no wait between retries is longer (default: 120)',
  },
  {
    option: 'maxRetryAfter',
    flags: '--max-retry-after <seconds>',
    setting: 'max_retry_after_s',
    help: 'a longer Retry-After ends the run (default: 300)',
  },
  {
    option: 'timeout',
    flags: '--timeout <seconds>',
    setting: 'page_timeout_s',
    help: 'how long the vendor may be silent over a page (default: 30)',
  },
  {
    option: 'deadline',
    flags: '--deadline <seconds>',
    setting: 'page_deadline_s',
    help: 'for one attempt at a page as a whole (default: 120, or four times a longer timeout)',
  },
  {
    option: 'poolConnections',
    flags: '--pool-connections <n>',
    setting: 'pool_connections',
    help: 'connections to the vendor at once (default: 20)',
  },
  {
    option: 'maxBodyMib',
    flags: '--max-body-mib <n>',
    setting: 'max_body_mib',
    help: 'the largest page, unpacked, in MiB (default: 64)',
  },
] as const satisfies readonly SettingOption[];

export type ConnectionOptions = { readonly [Name in (typeof SETTING_OPTIONS)[number]['option']]?: string } & {
  readonly ca?: string;
  readonly settings?: string;
  readonly profile?: string;
};

/** Adds the options to a verb. */
export function withConnectionOptions(command: Command): Command {
  command
    .optionsGroup('Settings of the connection:')
    .option('--ca <file>', 'a PEM file with the authority of the vendor');
  for (const { flags, help } of SETTING_OPTIONS) command.option(flags, help);
  return command
    .option('--settings <file>', 'a JSON file of settings; the options here go before it')
    .option(
      '--profile <file>',
      "how the vendor's API and records are shaped (default: the built-in profile)",
    );
}

/** What the options give, and everything that is wrong with them. */
export interface ConnectionGiven {
  readonly settings: ConnectionSettings;
  /** A whole path. */
  readonly caFile: string | null;
  readonly profile: Profile | null;
  readonly problems: readonly TieoutError[];
}

/** As the text of an option is meant; what is not understood stays text, for the check to refuse. */
function meant(setting: SettingName, text: string): unknown {
  if (Object.hasOwn(NUMBER_SETTINGS, setting)) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (setting === 'proxy_bypass') {
    return text
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== '');
  }
  return setting === 'client_cert_file' || setting === 'client_key_file' ? resolve(text) : text;
}

/** The settings that options give, by their names, and the option that gives, or would give, each. */
function settingsOf(options: ConnectionOptions): {
  readonly given: Readonly<Record<string, unknown>>;
  readonly flagOf: ReadonlyMap<string, string>;
} {
  const given: Record<string, unknown> = {};
  const flagOf = new Map<string, string>();
  for (const { option, flags, setting } of SETTING_OPTIONS) {
    flagOf.set(setting, flags.replace(/ .*/, ''));
    const text = options[option];
    if (text !== undefined) given[setting] = meant(setting, text);
  }
  return { given, flagOf };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads what the options name. Nothing is thrown: what is wrong is told with all the rest. */
export async function connectionGiven(options: ConnectionOptions): Promise<ConnectionGiven> {
  const problems: TieoutError[] = [];
  const read = async <Result, Instead>(reading: Promise<Result>, instead: Instead) => {
    try {
      return await reading;
    } catch (error) {
      problems.push(asTieoutError(error));
      return instead;
    }
  };
  const { given, flagOf } = settingsOf(options);
  const file = options.settings === undefined ? null : resolve(options.settings);
  // A file that cannot be read counts as empty: it has been refused.
  const inFile = file === null ? {} : await read(settingsFile(file), {});
  const profile =
    options.profile === undefined ? null : await read(readProfileFile(resolve(options.profile)), null);
  const checked = checkSettings(isObject(inFile) ? { ...inFile, ...given } : inFile);
  if (!checked.ok) {
    for (const { name, message } of checked.problems) {
      const ofFile =
        name === '' || (isObject(inFile) && Object.hasOwn(inFile, name) && !Object.hasOwn(given, name));
      const what = name === '' ? 'The settings' : ofFile ? `The setting ${name}` : (flagOf.get(name) ?? name);
      const where = ofFile ? ` of ${file}` : '';
      problems.push(new TieoutError(ofFile ? 'connection-invalid' : 'usage', `${what}${where} ${message}.`));
    }
  }
  const settings = checked.ok ? checked.settings : {};
  const caFile = options.ca === undefined ? null : resolve(options.ca);
  return { settings, caFile, profile, problems: [...problems, ...fileProblems(caFile, settings)] };
}
