/** One run of the command: its streams, its interrupt, and the app it opens. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { identityOf } from '../actor.ts';
import { type App, openApp } from '../app.ts';
import { systemClock } from '../clock.ts';
import { type Keychain, systemKeychain } from '../credentials/keychain.ts';
import { Redactor, Secret } from '../credentials/secret.ts';
import { createLog, type LogSink } from '../log/log.ts';
import { type LogFile, openLogFile } from '../log/log-file.ts';
import { secretVariable } from '../siem/targets.ts';
import { VERSION } from '../version.ts';
import { defaultWorkspace } from '../workspace/location.ts';
import { runWithNode } from '../workspace/probe.ts';
import { Output, type OutputOptions, type Streams } from './output.ts';

/** Options that every verb has. */
export interface CommonOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export interface CommandEnvironment extends Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal;
}

export class Session {
  readonly environment: CommandEnvironment;
  readonly out: Output;
  readonly redactor = new Redactor();
  readonly #folder: string;
  #logFile: LogFile | null = null;
  #app: Promise<App> | null = null;

  constructor(environment: CommandEnvironment, options: CommonOptions) {
    this.environment = environment;
    const shown: OutputOptions = {
      json: options.json ?? false,
      quiet: options.quiet ?? false,
      debug: options.debug ?? false,
    };
    this.out = new Output(environment, this.redactor, shown);
    this.#folder = resolve(options.workspace ?? defaultWorkspace(environment.env, process.platform));
  }

  get signal(): AbortSignal {
    return this.environment.signal;
  }

  /** The client secret that the environment passes, or null. */
  environmentSecret(): Secret | null {
    return this.#environmentValue('TIEOUT_CLIENT_SECRET');
  }

  #environmentValue(variable: string): Secret | null {
    const value = this.environment.env[variable];
    if (value === undefined || value === '') return null;
    const secret = new Secret(value);
    this.redactor.know(secret);
    return secret;
  }

  get folder(): string {
    return this.#folder;
  }

  /** Opens the workspace at the first call; its log begins once it is known to be ours. */
  async app(folder: string = this.#folder, keychain: Keychain = systemKeychain()): Promise<App> {
    return await this.#open(folder, keychain, false);
  }

  /** For what looks at a workspace and says what is wrong with it. */
  async appAsItIs(): Promise<App> {
    return await this.#open(this.#folder, systemKeychain(), true);
  }

  async #open(folder: string, keychain: Keychain, evenBehind: boolean): Promise<App> {
    // A session has one workspace, open once: a file that is open twice in one process gets torn.
    this.#app ??= this.#opening(folder, keychain, evenBehind);
    return await this.#app;
  }

  async #opening(folder: string, keychain: Keychain, evenBehind: boolean): Promise<App> {
    const sinks: LogSink[] = [(line) => this.#logFile?.sink(line)];
    if (this.out.options.debug) sinks.push((line) => void this.environment.stderr.write(line));
    const app = await openApp({
      evenBehind,
      runScript: runWithNode,
      workspaceFolder: folder,
      appVersion: VERSION,
      ...identityOf(this.environment.env),
      clock: systemClock,
      random: Math.random,
      newId: randomUUID,
      keychain,
      redactor: this.redactor,
      log: createLog(sinks, this.redactor),
      siemSecret: (name) => this.#environmentValue(secretVariable(name)),
    });
    this.#logFile = openLogFile(join(folder, 'logs'));
    return app;
  }

  async close(): Promise<void> {
    await this.#app?.then(
      (app) => app.close(),
      // What could not be opened was said by whoever asked for it.
      () => {},
    );
    await this.#logFile?.close();
  }
}

/** @throws TieoutError `month-invalid`. */
export function monthOption(text: string): Month {
  const month = parseMonth(text);
  if (month === null) {
    throw new TieoutError(
      'month-invalid',
      `"${text}" is no month; give it as YYYY-MM, for example 2024-03.`,
      { month: text },
    );
  }
  return month;
}

/** A whole number within bounds. @throws TieoutError `usage`. */
export function numberOption(text: string, name: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new TieoutError('usage', `${name} is "${text}", not a whole number from ${least} to ${most}.`);
  }
  return value;
}
