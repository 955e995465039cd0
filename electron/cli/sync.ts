import { TieoutError } from '../../shared/errors.ts';
import { RESOURCES, type Resource } from '../../shared/resource.ts';
import type { App } from '../app.ts';
import { addressProblems, refuse } from '../credentials/connection-check.ts';
import type { Secret } from '../credentials/secret.ts';
import { vendorOverrides } from '../etrm/vendor-settings.ts';
import { DEFAULT_SCOPE, type VendorSource } from '../etrm/vendor-source.ts';
import { DEFAULT_SYNC } from '../sync/sync-request.ts';
import { type ConnectionGiven, type ConnectionOptions, connectionGiven } from './connection-options.ts';
import { letterLines, tellLetters } from './letter-summary.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

export interface SyncOptions extends CommonOptions, ConnectionOptions {
  readonly connection?: string;
  readonly month: string;
  readonly resource: string;
  readonly concurrency: string;
  readonly pageSize: string;
  readonly baseUrl?: string;
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly allowHttp?: boolean;
}

/** @throws TieoutError `usage`. */
export function resourceOption(text: string): Resource {
  const resource = RESOURCES.find((name) => name === text);
  if (resource) return resource;
  throw new TieoutError('usage', `--resource is "${text}", not one of ${RESOURCES.join(', ')}.`);
}

/** Options that say where, and have no sense beside a stored connection, which says it. */
const ADDRESS_OPTIONS = [
  ['baseUrl', '--base-url'],
  ['tokenUrl', '--token-url'],
  ['clientId', '--client-id'],
  ['scope', '--scope'],
  ['allowHttp', '--allow-http'],
] as const;

/** What is wrong with the way to the vendor, before anything is opened. */
function sourceProblems(options: SyncOptions, given: ConnectionGiven): readonly TieoutError[] {
  const { baseUrl, tokenUrl, clientId, allowHttp = false } = options;
  if (options.connection !== undefined) {
    const named = ADDRESS_OPTIONS.filter(([option]) => options[option] !== undefined).map(([, flag]) => flag);
    if (named.length === 0) return given.problems;
    const message = `${named.join(', ')} cannot stand beside --connection, whose addresses are stored; leave one or the other out.`;
    return [new TieoutError('usage', message), ...given.problems];
  }
  if (baseUrl === undefined || tokenUrl === undefined || clientId === undefined) {
    const message =
      'Name a stored connection with --connection, or give --base-url, --token-url and --client-id.';
    return [new TieoutError('usage', message), ...given.problems];
  }
  return [...addressProblems({ baseUrl, tokenUrl, clientId, allowHttp }), ...given.problems];
}

/** A stored connection, with what the options set for this run before it; or the addresses that they name. */
async function sourceOf(app: App, options: SyncOptions, given: ConnectionGiven): Promise<VendorSource> {
  const { settings, caFile } = given;
  const profile = given.profile === null ? null : await app.connections.keepProfile(given.profile);
  if (options.connection !== undefined) {
    return app.connections.source(options.connection, { settings, caFile, profile });
  }
  const { baseUrl = '', tokenUrl = '', clientId = '', scope = DEFAULT_SCOPE, allowHttp = false } = options;
  const addresses = { connection: null, baseUrl, tokenUrl, clientId, scope, caFile, allowHttp };
  return { ...addresses, overrides: vendorOverrides(settings), profile };
}

/** Of a sync without a stored connection the secret comes from the environment. */
async function secretOf(session: Session, app: App, connection: string | undefined): Promise<Secret> {
  const given = session.environmentSecret();
  if (given !== null) return given;
  if (connection !== undefined) return app.connections.secret(connection);
  throw new TieoutError(
    'credentials-missing',
    'A sync without a stored connection takes the secret from TIEOUT_CLIENT_SECRET, which is not set.',
  );
}

/** What a SIEM takes within this time after a sync still goes; the rest waits for the next run. */
const FLUSH_MS = 2000;
const INTERRUPTED_FLUSH_MS = 250;

export async function syncCommand(session: Session, options: SyncOptions): Promise<number> {
  const request = {
    month: monthOption(options.month),
    resource: resourceOption(options.resource),
    pageSize: numberOption(options.pageSize, '--page-size', 1, 100_000),
    concurrency: numberOption(options.concurrency, '--concurrency', 1, 32),
    backoffFactorS: DEFAULT_SYNC.backoffFactorS,
  };
  const given = await connectionGiven(options);
  refuse(sourceProblems(options, given));
  const app = await session.app();
  const source = await sourceOf(app, options, given);
  const secret = await secretOf(session, app, options.connection);
  await app.siem.follow();
  const letters = letterLines();
  try {
    const done = await app.sync({
      ...request,
      source,
      secret,
      signal: session.signal,
      emit: (event) => session.out.event(event, letters(event) ? inWords(event) : null),
      onRun: (run) => {
        if (run.pages > 0) session.out.say(`taking up run ${run.runId} after ${run.pages} committed pages`);
      },
    });
    if (done.rejected > 0) await tellLetters(session, app, done.run_id);
  } finally {
    await app.siem.stop(session.signal.aborted ? INTERRUPTED_FLUSH_MS : FLUSH_MS);
  }
  return 0;
}

export const SYNC_DEFAULTS = {
  resource: 'settlements',
  concurrency: String(DEFAULT_SYNC.concurrency),
  pageSize: String(DEFAULT_SYNC.pageSize),
} as const;
