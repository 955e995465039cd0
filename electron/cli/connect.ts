import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { TieoutError } from '../../shared/errors.ts';
import { addressProblems, nameProblems, refuse } from '../credentials/connection-check.ts';
import { Secret } from '../credentials/secret.ts';
import { DEFAULT_SCOPE } from '../etrm/vendor-source.ts';
import { type ConnectionOptions, connectionGiven } from './connection-options.ts';
import { connectionEvent } from './connections.ts';
import type { CommonOptions, Session } from './session.ts';

export interface ConnectOptions extends CommonOptions, ConnectionOptions {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope?: string;
  readonly allowHttp?: boolean;
  readonly secretStdin?: boolean;
}

/** Asks on the terminal without showing what is typed. */
export async function promptSecret(session: Session, what: string): Promise<string> {
  const { stdin, stderr } = session.environment;
  stderr.write(`${what}: `);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: stdin, output: mute, terminal: true });
  try {
    return await prompt.question('', { signal: session.signal });
  } finally {
    prompt.close();
    stderr.write('\n');
  }
}

async function secretFor(session: Session, options: ConnectOptions): Promise<Secret> {
  const { stdin } = session.environment;
  if (options.secretStdin) {
    const value = (await text(stdin)).replace(/\r?\n$/, '');
    if (value !== '') return new Secret(value);
    throw new TieoutError('credentials-missing', 'Standard input held no secret; pass it on one line.');
  }
  const given = session.environmentSecret();
  if (given !== null) return given;
  if (!stdin.isTTY) {
    throw new TieoutError(
      'credentials-missing',
      'No secret was given; pass it with --secret-stdin or in TIEOUT_CLIENT_SECRET.',
    );
  }
  const value = await promptSecret(session, 'Client secret');
  if (value === '')
    throw new TieoutError('credentials-missing', 'No secret was typed; the connection was not stored.');
  return new Secret(value);
}

export async function connectCommand(
  session: Session,
  name: string,
  options: ConnectOptions,
): Promise<number> {
  const { problems, ...given } = await connectionGiven(options);
  const address = {
    baseUrl: options.baseUrl,
    tokenUrl: options.tokenUrl,
    clientId: options.clientId,
    scope: options.scope ?? DEFAULT_SCOPE,
    allowHttp: options.allowHttp ?? false,
  };
  // Before anybody is asked for a secret.
  refuse([...nameProblems(name), ...addressProblems(address), ...problems]);
  const secret = await secretFor(session, options);
  session.redactor.know(secret);
  const app = await session.app();
  const view = await app.connections.save({ name, ...address, ...given }, secret);
  session.out.event(connectionEvent(view), `connection ${view.name} stored; its secret is in the keychain`);
  return 0;
}
