/** The main process's end of the channel to the process that drives Chromium. */
import { type Args, type Handlers, type Message, makeRpc, type Rpc } from '../rpc.ts';
import type { BrowserCalls, MainCalls } from '../wire.ts';

let rpc: Rpc<BrowserCalls> | null = null;

/**
 * Opens the channel.
 * @throws {Error} where the process was not started by the host.
 */
export function connect(handlers: Handlers<MainCalls>): void {
  const send = process.send?.bind(process);
  if (!send)
    throw new Error('The Electron host runs the main process itself: use launchTieout or npm start.');
  const opened = makeRpc<MainCalls, BrowserCalls>((message) => {
    if (process.connected) send(message, undefined, undefined, () => undefined);
  }, handlers);
  rpc = opened;
  process.on('message', (message: Message) => opened.receive(message));
  // Without its browser the app is over, as with Electron.
  process.on('disconnect', () => process.exit(1));
}

/** Asks the browser process. */
export const browser: Rpc<BrowserCalls>['call'] = (method, ...args) => {
  if (!rpc) throw new Error('The Electron host is not connected.');
  return rpc.call(method, ...args);
};

/** Tells the browser process, and prints where that fails. */
export function tell<K extends keyof BrowserCalls & string>(method: K, ...args: Args<BrowserCalls, K>): void {
  browser(method, ...args).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (process.connected) process.stderr.write(`Electron host: ${method} failed: ${message}\n`);
  });
}
