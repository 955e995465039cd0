/**
 * What a connection may set beyond its addresses: retries, tokens, timeouts, sizes, TLS and the way through a proxy.
 * Every setting is optional; one that is left out keeps its usual value. Nothing here is a secret: what would be one is
 * refused, because settings are stored and audited as they are.
 */
import { z } from 'zod';

interface NumberSetting {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  readonly unit: 'seconds' | 'milliseconds' | 'MiB' | 'percent' | null;
  /** What holds where nothing is set: the seed's value, or ours where the seed has none. */
  readonly usual: number;
}

/** The settings that are numbers. Each name ends with its unit, where it has one. */
export const NUMBER_SETTINGS = {
  /** After the first attempt. */
  retries: { least: 0, most: 20, whole: true, unit: null, usual: 4 },
  /** Retry n waits this x 2^(n-1), the first not at all. */
  backoff_factor_s: { least: 0, most: 60, whole: false, unit: 'seconds', usual: 1.5 },
  /** At most added to a wait; in proportion to the factor where it is not set. */
  jitter_ms: { least: 0, most: 60_000, whole: true, unit: 'milliseconds', usual: 1000 },
  max_backoff_s: { least: 0, most: 3600, whole: false, unit: 'seconds', usual: 120 },
  /** A longer Retry-After ends the run and says when to come back. */
  max_retry_after_s: { least: 0, most: 86_400, whole: false, unit: 'seconds', usual: 300 },
  token_retries: { least: 0, most: 10, whole: true, unit: null, usual: 2 },
  /** For the headers to arrive, and between two pieces of the body. */
  token_timeout_s: { least: 0.1, most: 300, whole: false, unit: 'seconds', usual: 10 },
  /** Of one attempt as a whole. */
  token_deadline_s: { least: 0.1, most: 900, whole: false, unit: 'seconds', usual: 30 },
  /** Of a token, where the server does not say. */
  token_lifetime_s: { least: 1, most: 86_400, whole: true, unit: 'seconds', usual: 3600 },
  /** From this share of its lifetime on, a token is renewed. */
  token_renew_percent: { least: 10, most: 95, whole: true, unit: 'percent', usual: 80 },
  /** The token endpoint is not asked sooner for another token, however short they live. */
  token_min_interval_ms: { least: 100, most: 60_000, whole: true, unit: 'milliseconds', usual: 1000 },
  page_timeout_s: { least: 0.1, most: 600, whole: false, unit: 'seconds', usual: 30 },
  page_deadline_s: { least: 0.1, most: 3600, whole: false, unit: 'seconds', usual: 120 },
  connect_timeout_s: { least: 0.1, most: 120, whole: false, unit: 'seconds', usual: 10 },
  /** To one origin. */
  pool_connections: { least: 1, most: 100, whole: true, unit: null, usual: 20 },
  /** After decoding. */
  max_body_mib: { least: 1, most: 512, whole: true, unit: 'MiB', usual: 64 },
} as const satisfies Record<string, NumberSetting>;

export type NumberSettingName = keyof typeof NUMBER_SETTINGS;

const TOKEN_AUTHENTICATIONS = ['post', 'basic'] as const;
const TLS_VERSIONS = ['1.2', '1.3'] as const;

/** Statuses that are retried, and those that are where the answer bears a Retry-After, where nothing is set. */
export const USUAL_STATUSES = {
  retry_statuses: [429, 502, 504, 520, 521, 522, 523, 524],
  retry_after_statuses: [413, 429, 503],
} as const;

/** "a whole number from 0 to 20", "a number of seconds from 0 to 60". */
function rangeOf({ least, most, whole, unit }: NumberSetting): string {
  return `${whole ? 'a whole number' : 'a number'}${unit === null ? '' : ` of ${unit}`} from ${least} to ${most}`;
}

function number(setting: NumberSetting) {
  const { least, most, whole } = setting;
  const error = `must be ${rangeOf(setting)}`;
  return z
    .number({ error })
    .refine((value) => value >= least && value <= most && (!whole || Number.isInteger(value)), { error })
    .optional();
}

/** 401 and 403 are the token's affair: a repetition would not help, and may lock the account. */
function isRetryable(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599 && status !== 401 && status !== 403;
}

function statuses() {
  const error = 'must be a list of statuses from 400 to 599, without 401 and 403';
  return z
    .array(z.number({ error }).refine(isRetryable, { error }), { error })
    .max(60, { error })
    .refine((all) => new Set(all).size === all.length, { error: 'must name each status once' })
    .optional();
}

function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be ${names.join(' or ')}` }).optional();
}

const WHOLE_PATH = /^([\\/]|[A-Za-z]:[\\/])/;

/** What is wrong with the path of a PEM file, or null. The text is never repeated: it may be the key itself. */
export function pemPathProblem(text: string): string | null {
  if (/[\r\n]|-----BEGIN/.test(text)) return 'must be the path of a PEM file, not what is in it';
  if (text.length > 4000 || !WHOLE_PATH.test(text)) return 'must be the whole path of a PEM file';
  return null;
}

const PROXY = 'must be environment, none or an address such as http://proxy.example:8080';

/** The text is never repeated: it may hold a password. */
function proxyProblem(text: string): string | null {
  if (text === 'environment' || text === 'none') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^(https?|socks5?):$/.test(url.protocol) || url.hostname === '') return PROXY;
  if (url.username !== '' || url.password !== '') {
    return 'must hold no user name or password, because settings are stored as they are; put the address into HTTPS_PROXY and set environment';
  }
  return null;
}

function text(problem: (value: string) => string | null, otherwise: string) {
  return z
    .string({ error: otherwise })
    .superRefine((value, context) => {
      const message = problem(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .optional();
}

const pemPath = () => text(pemPathProblem, 'must be the whole path of a PEM file');

const BYPASS = 'must be a list of hosts, each as NO_PROXY writes it: host.example, .example, *';
const HOST = /^[^\s,/@]{1,253}$/;

export const connectionSettings = z.strictObject({
  retries: number(NUMBER_SETTINGS.retries),
  backoff_factor_s: number(NUMBER_SETTINGS.backoff_factor_s),
  jitter_ms: number(NUMBER_SETTINGS.jitter_ms),
  max_backoff_s: number(NUMBER_SETTINGS.max_backoff_s),
  max_retry_after_s: number(NUMBER_SETTINGS.max_retry_after_s),
  retry_statuses: statuses(),
  retry_after_statuses: statuses(),
  token_auth: oneOf(TOKEN_AUTHENTICATIONS),
  token_retries: number(NUMBER_SETTINGS.token_retries),
  token_timeout_s: number(NUMBER_SETTINGS.token_timeout_s),
  token_deadline_s: number(NUMBER_SETTINGS.token_deadline_s),
  token_lifetime_s: number(NUMBER_SETTINGS.token_lifetime_s),
  token_renew_percent: number(NUMBER_SETTINGS.token_renew_percent),
  token_min_interval_ms: number(NUMBER_SETTINGS.token_min_interval_ms),
  page_timeout_s: number(NUMBER_SETTINGS.page_timeout_s),
  page_deadline_s: number(NUMBER_SETTINGS.page_deadline_s),
  connect_timeout_s: number(NUMBER_SETTINGS.connect_timeout_s),
  pool_connections: number(NUMBER_SETTINGS.pool_connections),
  max_body_mib: number(NUMBER_SETTINGS.max_body_mib),
  min_tls: oneOf(TLS_VERSIONS),
  /** PEM, with its chain. */
  client_cert_file: pemPath(),
  /** PEM, without a passphrase. */
  client_key_file: pemPath(),
  /** `environment` (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), `none`, or the address of one for everything. */
  proxy: text(proxyProblem, PROXY),
  /** Hosts that are reached directly; in place of NO_PROXY. */
  proxy_bypass: z
    .array(z.string({ error: BYPASS }).regex(HOST, { error: BYPASS }), { error: BYPASS })
    .max(100, { error: BYPASS })
    .optional(),
});

export type ConnectionSettings = Readonly<z.infer<typeof connectionSettings>>;
export type SettingName = keyof ConnectionSettings;

export const SETTING_NAMES: readonly SettingName[] = connectionSettings.keyof().options;

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(connectionSettings.shape, name);
}

export interface SettingProblem {
  /** The setting's name, or one that is not known; empty where the whole is no object. */
  readonly name: string;
  /** Goes on from the name: "must be a whole number from 0 to 20". Repeats nothing of the value. */
  readonly message: string;
}

/** Of two settings that do not go together. */
function pairProblems(value: object): readonly SettingProblem[] {
  const set: Readonly<Record<string, unknown>> = { ...value };
  const problems: SettingProblem[] = [];
  const [cert, key] = [set.client_cert_file, set.client_key_file];
  if (cert !== undefined && key === undefined)
    problems.push({
      name: 'client_key_file',
      message: 'must be set too: a client certificate needs its key',
    });
  if (key !== undefined && cert === undefined)
    problems.push({
      name: 'client_cert_file',
      message: 'must be set too: a client key needs its certificate',
    });
  if (set.proxy === 'none' && set.proxy_bypass !== undefined)
    problems.push({ name: 'proxy_bypass', message: 'must not be set where the proxy is none' });
  for (const kind of ['token', 'page']) {
    const [timeout, deadline] = [set[`${kind}_timeout_s`], set[`${kind}_deadline_s`]];
    if (typeof timeout === 'number' && typeof deadline === 'number' && deadline < timeout)
      problems.push({
        name: `${kind}_deadline_s`,
        message: `must not be shorter than ${kind}_timeout_s, which is ${timeout}`,
      });
  }
  return problems;
}

export type CheckedSettings =
  | { readonly ok: true; readonly settings: ConnectionSettings }
  /** Each setting once, those that are not known after the others. */
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Settings as they come from a form, a file or the command, checked; everything that is wrong at once. */
export function checkSettings(value: unknown): CheckedSettings {
  const parsed = connectionSettings.safeParse(value);
  const problems = new Map<string, string>();
  const note = ({ name, message }: SettingProblem): void => {
    if (!problems.has(name)) problems.set(name, message);
  };
  for (const issue of parsed.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys) note({ name, message: 'is no setting of a connection' });
    } else if (issue.path.length === 0) {
      note({ name: '', message: 'must be an object of settings' });
    } else {
      note({ name: String(issue.path[0]), message: issue.message });
    }
  }
  if (typeof value === 'object' && value !== null) pairProblems(value).forEach(note);
  if (parsed.success && problems.size === 0) return { ok: true, settings: parsed.data };
  return { ok: false, problems: [...problems].map(([name, message]) => ({ name, message })) };
}
