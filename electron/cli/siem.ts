/** `tieout siem`: targets, and forwarding from a terminal or a scheduler. */
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { TieoutError } from '../../shared/errors.ts';
import type { SiemSettings, SiemTargetView } from '../../shared/siem.ts';
import type { App } from '../app.ts';
import { systemClock } from '../clock.ts';
import { Secret } from '../credentials/secret.ts';
import { secretVariable } from '../siem/targets.ts';
import { promptSecret } from './connect.ts';
import { many } from './count-words.ts';
import { type CommonOptions, numberOption, type Session } from './session.ts';

export interface SiemAddOptions extends CommonOptions {
  readonly otlp?: string;
  readonly hec?: string;
  readonly syslog?: string;
  readonly file?: string;
  readonly ca?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly allowPlain?: boolean;
  readonly secretStdin?: boolean;
  readonly index?: string;
  readonly facility: string;
  readonly maxMb: string;
  readonly keep: string;
  readonly from?: string;
}

function pathOrNull(path: string | undefined): string | null {
  return path === undefined ? null : resolve(path);
}

/** @throws TieoutError `usage`. */
function settingsOf(options: SiemAddOptions): SiemSettings {
  const { otlp, hec, syslog, file } = options;
  if ([otlp, hec, syslog, file].filter((given) => given !== undefined).length !== 1) {
    throw new TieoutError('usage', 'A target is one of --otlp URL, --hec URL, --syslog URL and --file PATH.');
  }
  if (file !== undefined) {
    const maxBytes = numberOption(options.maxMb, '--max-mb', 1, 1_000_000) * 1_000_000;
    return {
      kind: 'file',
      path: resolve(file),
      maxBytes,
      keep: numberOption(options.keep, '--keep', 1, 1000),
    };
  }
  const network = {
    caFile: pathOrNull(options.ca),
    certFile: pathOrNull(options.clientCert),
    keyFile: pathOrNull(options.clientKey),
    allowPlain: options.allowPlain ?? false,
  };
  if (otlp !== undefined) return { kind: 'otlp', url: otlp, ...network };
  if (hec !== undefined) return { kind: 'hec', url: hec, index: options.index ?? null, ...network };
  const facility = numberOption(options.facility, '--facility', 0, 23);
  return { kind: 'syslog', url: syslog ?? '', facility, ...network };
}

function fromOption(option: string | undefined): number | 'now' | null {
  if (option === undefined || option === 'now') return option ?? null;
  return numberOption(option, '--from', 1, Number.MAX_SAFE_INTEGER);
}

/** Null where none is given: what is stored stays, or the environment has it. */
async function secretFor(
  session: Session,
  name: string,
  settings: SiemSettings,
  options: SiemAddOptions,
): Promise<Secret | null> {
  const { stdin, env } = session.environment;
  if (options.secretStdin) {
    const value = (await text(stdin)).trim();
    if (value !== '') return new Secret(value);
    throw new TieoutError(
      'credentials-missing',
      'Standard input held no secret; pass the token or the headers.',
    );
  }
  if (settings.kind !== 'hec' || !stdin.isTTY || env[secretVariable(name)]) return null;
  const value = await promptSecret(session, 'Token (empty keeps the stored one)');
  return value === '' ? null : new Secret(value);
}

function addressOf({ settings }: SiemTargetView): string {
  return settings.kind === 'file' ? settings.path : settings.url;
}

/** The `siem-target` event of `add` and `list`. */
function sayTarget(session: Session, view: SiemTargetView): void {
  const { name, settings, secret } = view;
  const event = {
    type: 'siem-target',
    name,
    kind: settings.kind,
    address: addressOf(view),
    ca_file: settings.kind === 'file' ? null : settings.caFile,
    secret,
  };
  const secrets = {
    none: 'no secret',
    keychain: 'secret in the keychain',
    environment: 'secret from the environment',
  };
  session.out.event(event, `${name}  ${settings.kind}  ${event.address}  ${secrets[secret]}`);
}

/** The `siem` event of `status` and `forward`. */
function sayStatus(session: Session, view: SiemTargetView): void {
  const { error } = view;
  const words = [
    `${view.name}  sent up to ${view.seq}, ${view.behind} to go`,
    ...(view.lastSentAt === null ? [] : [`last at ${view.lastSentAt}`]),
    ...(view.refused === 0 ? [] : [`${view.refused} refused by the receiver`]),
    ...(error === null ? [] : [`failing since ${error.at}: ${error.message}`]),
  ].join(', ');
  session.out.event(
    {
      type: 'siem',
      target: view.name,
      kind: view.settings.kind,
      address: addressOf(view),
      state: view.state,
      seq: view.seq,
      behind: view.behind,
      refused: view.refused,
      last_sent_at: view.lastSentAt,
      retry_at: view.retryAt,
      error,
    },
    words,
  );
}

export async function siemAdd(session: Session, name: string, options: SiemAddOptions): Promise<number> {
  const settings = settingsOf(options);
  const from = fromOption(options.from);
  const secret = await secretFor(session, name, settings, options);
  if (secret !== null) session.redactor.know(secret);
  const app = await session.app();
  sayTarget(session, await app.siem.save({ name, settings, secret, from }));
  return 0;
}

export async function siemList(session: Session): Promise<number> {
  const app = await session.app();
  const views = await app.siem.list();
  for (const view of views) sayTarget(session, view);
  if (views.length === 0) session.out.say('no SIEM target; add one with tieout siem add');
  return 0;
}

export async function siemRemove(session: Session, name: string): Promise<number> {
  const app = await session.app();
  await app.siem.remove(name);
  session.out.event(
    { type: 'siem-removed', name },
    `${name} removed; what it was sent stays at the receiver`,
  );
  return 0;
}

export async function siemTest(session: Session, name: string): Promise<number> {
  const app = await session.app();
  await app.siem.test(name, session.signal);
  session.out.event({ type: 'siem-test', target: name }, `${name} takes events`);
  return 0;
}

export async function siemStatus(session: Session): Promise<number> {
  const app = await session.app();
  for (const view of await app.siem.list()) sayStatus(session, view);
  return 0;
}

export interface SiemForwardOptions extends CommonOptions {
  readonly target?: string;
  readonly untilEmpty?: boolean;
  readonly timeout?: string;
}

const DEFAULT_TIMEOUT_S = 60;
const LOOK_MS = 1000;

/** Says each target anew whenever its line would read otherwise, until the signal is aborted. */
async function watch(
  session: Session,
  app: App,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const said = new Map<string, string>();
  while (!signal.aborted) {
    for (const name of names) {
      const view = await app.siem.view(name);
      const { state: _, retryAt: __, ...shown } = view;
      const now = JSON.stringify(shown);
      if (said.get(name) !== now) sayStatus(session, view);
      said.set(name, now);
    }
    await systemClock.sleep(LOOK_MS, signal).catch(() => {});
  }
}

export async function siemForward(session: Session, options: SiemForwardOptions): Promise<number> {
  const app = await session.app();
  const all = await app.siem.list();
  const wanted = options.target === undefined ? all : [await app.siem.view(options.target)];
  if (wanted.length === 0) {
    throw new TieoutError(
      'nothing-to-do',
      'There is no SIEM target to forward to; add one with tieout siem add.',
    );
  }
  const names = wanted.map(({ name }) => name);
  const timeoutS =
    options.timeout === undefined
      ? options.untilEmpty
        ? DEFAULT_TIMEOUT_S
        : null
      : numberOption(options.timeout, '--timeout', 1, 31_536_000);
  const ends = [session.signal, ...(timeoutS === null ? [] : [AbortSignal.timeout(timeoutS * 1000)])];
  const signal = AbortSignal.any(ends);
  if (!options.untilEmpty) {
    await app.siem.follow(names);
    await watch(session, app, names, signal);
    return 0;
  }
  await app.siem.untilEmpty(names, signal);
  session.signal.throwIfAborted();
  const views = await Promise.all(names.map((name) => app.siem.view(name)));
  for (const view of views) sayStatus(session, view);
  const behind = views.filter((view) => view.behind > 0);
  const [worst] = behind.filter(({ error }) => error !== null).concat(behind);
  if (!worst) return 0;
  const why = worst.error?.message ?? `the time of ${timeoutS} s was over; forward again, or give it longer.`;
  throw new TieoutError(
    worst.error?.code ?? 'siem-undelivered',
    `${many(worst.behind, 'event')} still to be sent to "${worst.name}": ${why}`,
    { target: worst.name, behind: worst.behind },
  );
}
