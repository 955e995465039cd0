/** The host's browser process: drives Chromium, and runs the app's main script in a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { BrowserContext, Page } from 'playwright-core';
import { type Message, makeRpc, type Rpc } from '../rpc.ts';
import type { BrowserCalls, DesktopAct, DialogAnswer, DialogKind, MainCalls, SentMessage } from '../wire.ts';
import { startChromium } from './chromium.ts';
import { grantPermissions } from './permissions.ts';
import { interceptRequests } from './requests.ts';
import { toInner } from './scheme.ts';
import type { HostWindow } from './window.ts';
import { Windows } from './windows.ts';

const REGISTER = new URL('../electron/register.ts', import.meta.url).href;

export interface HostOptions {
  /** The compiled main script. */
  readonly main: string;
  readonly args?: readonly string[];
  /** The whole environment of the main process. */
  readonly env: NodeJS.ProcessEnv;
  /** Where the main process's output goes. */
  readonly output: 'inherit' | ((text: string) => void);
  /** Answers a dialog; null cancels it. */
  readonly onDialog: (kind: DialogKind, title: string) => DialogAnswer | null | Promise<DialogAnswer | null>;
  readonly onAct?: (act: DesktopAct) => void;
  readonly onSent?: (message: SentMessage) => void;
}

export interface RunningHost {
  /** The first window's page. Rejects where the main process ends before it opens one. */
  readonly page: Promise<Page>;
  /** Of the main process; Chromium has ended when it resolves. */
  readonly exitCode: Promise<number>;
  /** @returns null where the item was clicked; else the labels that there are. */
  readonly clickMenu: (path: readonly string[]) => Promise<readonly string[] | null>;
  /** Drops files on the first window. */
  readonly drop: (paths: readonly string[]) => Promise<void>;
  readonly quit: () => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/**
 * Starts Chromium and the main process.
 * @throws {Error} where Chromium cannot start.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const chromium = await startChromium();
  const child = spawnMain(options);
  const firstPage = Promise.withResolvers<Page>();
  let first: HostWindow | null = null;
  // A caller may wait for the exit code alone.
  firstPage.promise.catch(() => undefined);
  const main = connect(child, chromium.context, options, (window) => {
    first ??= window;
    firstPage.resolve(window.page);
  });
  const exitCode = ended(child).finally(() => {
    main.end('The main process has ended.');
    firstPage.reject(new Error('The main process ended before it opened a window.'));
    return chromium.stop();
  });
  await main.call('ready').catch(() => undefined);
  return {
    page: firstPage.promise,
    exitCode,
    clickMenu: (path) => main.call('menu.click', path),
    drop: async (paths) => first?.drop(paths),
    quit: () => main.call('quit').catch(() => undefined),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

function spawnMain({ main, args = [], env, output }: HostOptions): ChildProcess {
  const stream = output === 'inherit' ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, ['--import', REGISTER, main, ...args], {
    env,
    stdio: ['ignore', stream, stream, 'ipc'],
    serialization: 'advanced',
  });
  if (output !== 'inherit') {
    for (const readable of [child.stdout, child.stderr]) readable?.setEncoding('utf8').on('data', output);
  }
  return child;
}

/** @returns the exit code; 128 and more where a signal ended the process. */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 0)),
    );
  });
}

/** Answers what the main process asks of Chromium. */
function connect(
  child: ChildProcess,
  context: BrowserContext,
  options: HostOptions,
  onWindow: (window: HostWindow) => void,
): Rpc<MainCalls> {
  let schemes: ReadonlySet<string> = new Set();
  const post = (message: Message) => {
    // The process may end at any moment; its exit says all there is to say.
    if (child.connected) child.send(message, () => undefined);
  };
  const main: Rpc<MainCalls> = makeRpc<BrowserCalls, MainCalls>(post, {
    'window.create': async (window) => {
      await intercepting;
      onWindow(await windows.create(window));
    },
    'window.load': async (id, url) => (await windows.get(id)).load(toInner(url, schemes)),
    'window.reload': async (id) => (await windows.get(id)).reload(),
    'window.close': async (id) => (await windows.get(id)).close(),
    'window.focus': async (id) => (await windows.get(id)).focus(),
    'window.resize': async (id, width, height) => (await windows.get(id)).resize(width, height),
    'window.deliver': async (id, message) => (await windows.get(id)).deliver(message),
    'theme.set': async (theme) => {
      for (const page of context.pages()) await page.emulateMedia({ colorScheme: theme });
    },
    'permissions.set': (granted) => grantPermissions(context, granted),
    'schemes.set': (handled) => {
      schemes = new Set(handled);
    },
    'dialog.ask': options.onDialog,
    'desktop.act': (act) => options.onAct?.(act),
    'message.sent': (message) => options.onSent?.(message),
  });
  const windows = new Windows(context, main.call, () => schemes);
  const intercepting = interceptRequests(context, {
    schemes: () => schemes,
    serve: (request) => main.call('scheme.request', request),
    mayGo: (request) => windows.mayGo(request),
  });
  child.on('message', (message: Message) => main.receive(message));
  return main;
}
