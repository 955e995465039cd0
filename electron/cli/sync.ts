import { TieoutError } from '../../shared/errors.ts';
import { RESOURCES, type Resource } from '../../shared/jobs.ts';
import type { App } from '../app.ts';
import type { Secret } from '../credentials/secret.ts';
import { DEFAULT_SCOPE, type VendorSource } from '../etrm/vendor-source.ts';
import { DEFAULT_SYNC } from '../sync/sync-request.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

export interface SyncOptions extends CommonOptions {
  readonly connection?: string;
  readonly month: string;
  readonly resource: string;
  readonly concurrency: string;
  readonly pageSize: string;
  readonly backoffFactor: string;
  readonly baseUrl?: string;
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly ca?: string;
  readonly allowHttp?: boolean;
}

function resourceOption(text: string): Resource {
  const resource = RESOURCES.find((name) => name === text);
  if (resource) return resource;
  throw new TieoutError('usage', `--resource is "${text}", not one of ${RESOURCES.join(', ')}.`);
}

function secondsOption(text: string, name: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 60) return value;
  throw new TieoutError('usage', `${name} is "${text}", not a number of seconds from 0 to 60.`);
}

/** A stored connection, or the addresses that the options name; then the secret comes from the environment. */
async function sourceAndSecret(
  session: Session,
  app: App,
  options: SyncOptions,
): Promise<{ readonly source: VendorSource; readonly secret: Secret }> {
  const given = session.environmentSecret();
  if (options.connection !== undefined) {
    const source = await app.connections.source(options.connection);
    return { source, secret: given ?? (await app.connections.secret(options.connection)) };
  }
  const { baseUrl, tokenUrl, clientId } = options;
  if (baseUrl === undefined || tokenUrl === undefined || clientId === undefined) {
    throw new TieoutError(
      'usage',
      'Name a stored connection with --connection, or give --base-url, --token-url and --client-id.',
    );
  }
  if (given === null) {
    throw new TieoutError(
      'credentials-missing',
      'A sync without a stored connection takes the secret from TIEOUT_CLIENT_SECRET, which is not set.',
    );
  }
  return {
    source: {
      connection: null,
      baseUrl,
      tokenUrl,
      clientId,
      scope: options.scope ?? DEFAULT_SCOPE,
      caFile: options.ca ?? null,
      allowHttp: options.allowHttp ?? false,
    },
    secret: given,
  };
}

export async function syncCommand(session: Session, options: SyncOptions): Promise<number> {
  const request = {
    month: monthOption(options.month),
    resource: resourceOption(options.resource),
    pageSize: numberOption(options.pageSize, '--page-size', 1, 100_000),
    concurrency: numberOption(options.concurrency, '--concurrency', 1, 32),
    backoffFactorS: secondsOption(options.backoffFactor, '--backoff-factor'),
  };
  const app = await session.app();
  const { source, secret } = await sourceAndSecret(session, app, options);
  await app.sync({
    ...request,
    source,
    secret,
    signal: session.signal,
    emit: (event) => session.out.event(event, inWords(event)),
    onRun: (run) => {
      if (run.pages > 0) session.out.say(`taking up run ${run.runId} after ${run.pages} committed pages`);
    },
  });
  return 0;
}

export const SYNC_DEFAULTS = {
  resource: 'settlements',
  concurrency: String(DEFAULT_SYNC.concurrency),
  pageSize: String(DEFAULT_SYNC.pageSize),
  backoffFactor: String(DEFAULT_SYNC.backoffFactorS),
} as const;
