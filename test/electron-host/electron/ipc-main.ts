/** `ipcMain`: the app's handlers, and how a page's messages reach them. */
import { makeCodec } from '../page/codec.ts';
import type { FrameInfo } from '../wire.ts';
import { guarded } from './guard.ts';
import { type WebContents, webContents } from './web-contents.ts';

type InvokeHandler = (event: object, ...args: unknown[]) => unknown;
type Listener = (event: object, ...args: unknown[]) => void;

const codec = makeCodec();
const handlers = new Map<string, { readonly handler: InvokeHandler; readonly once: boolean }>();
const listeners = new Map<string, { readonly listener: Listener; readonly once: boolean }[]>();

function addHandler(channel: string, handler: InvokeHandler, once: boolean): void {
  if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
  handlers.set(channel, { handler, once });
}

function addListener(channel: string, listener: Listener, once: boolean): void {
  listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }]);
}

function removeListener(channel: string, listener: Listener): void {
  const rest = (listeners.get(channel) ?? []).filter((entry) => entry.listener !== listener);
  listeners.set(channel, rest);
}

export const ipcMain = guarded('ipcMain', {
  handle: (channel: string, handler: InvokeHandler) => addHandler(channel, handler, false),
  handleOnce: (channel: string, handler: InvokeHandler) => addHandler(channel, handler, true),
  removeHandler: (channel: string) => {
    handlers.delete(channel);
  },
  on: (channel: string, listener: Listener) => addListener(channel, listener, false),
  addListener: (channel: string, listener: Listener) => addListener(channel, listener, false),
  once: (channel: string, listener: Listener) => addListener(channel, listener, true),
  off: removeListener,
  removeListener,
  removeAllListeners: (channel: string) => {
    listeners.delete(channel);
  },
});

/** What the preload world posts. */
type PageMessage =
  | { readonly kind: 'invoke'; readonly id: number; readonly channel: string; readonly payload: string }
  | { readonly kind: 'send'; readonly channel: string; readonly payload: string };

function eventFor(sender: WebContents, frame: FrameInfo): object {
  const senderFrame = sender.frameIs(frame);
  return guarded('event', {
    type: 'frame',
    sender,
    senderFrame,
    processId: senderFrame.processId,
    frameId: senderFrame.routingId,
    ports: [],
    reply: (channel: string, ...args: unknown[]) => sender.send(channel, ...args),
  });
}

/** Takes one message of a page to its handler; answers an invoke, errors flattened as Electron flattens them. */
export async function receive(windowId: number, frame: FrameInfo, text: string): Promise<void> {
  const sender = webContents.fromId(windowId);
  if (!sender) return;
  const message: PageMessage = JSON.parse(text);
  const decoded = codec.decode(message.payload);
  const args: unknown[] = Array.isArray(decoded) ? decoded : [];
  const event = eventFor(sender, frame);
  if (message.kind === 'send') {
    const entries = listeners.get(message.channel) ?? [];
    for (const { listener, once } of entries) {
      if (once) removeListener(message.channel, listener);
      listener(event, ...args);
    }
    return;
  }
  const { id, channel } = message;
  const answer = await invoke(channel, event, args);
  if (!sender.isDestroyed()) sender.deliver({ kind: 'answer', id, ...answer });
}

async function invoke(
  channel: string,
  event: object,
  args: unknown[],
): Promise<{ readonly payload: string } | { readonly error: string }> {
  try {
    const entry = handlers.get(channel);
    if (!entry) throw new Error(`No handler registered for '${channel}'`);
    if (entry.once) handlers.delete(channel);
    return { payload: cloned(await entry.handler(event, ...args)) };
  } catch (error) {
    console.error(`Error occurred in handler for '${channel}':`, error);
    return { error: `Error invoking remote method '${channel}': ${String(error)}` };
  }
}

function cloned(value: unknown): string {
  try {
    return codec.encode(structuredClone(value));
  } catch {
    throw new Error('An object could not be cloned.');
  }
}
