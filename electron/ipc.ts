/** Binds the contract to its handlers: who may ask is checked, what is asked is parsed, an error crosses as a shape. */
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import type { z } from 'zod';
import {
  type Answer,
  INVOKE,
  type InvokeArgs,
  type InvokeChannel,
  type InvokeResult,
} from '../shared/contract.ts';
import { asTieoutError, TieoutError } from '../shared/errors.ts';
import type { Log } from './log/log.ts';

export type Handlers = {
  readonly [C in InvokeChannel]: (args: InvokeArgs<C>) => Promise<InvokeResult<C>>;
};

export interface IpcParts {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly handlers: Handlers;
  /** Of our own page: `app://tieout`. */
  readonly origin: string;
  readonly log: Log;
}

/** The contract's schemas, each tied to its channel's arguments. */
const SCHEMAS: { readonly [C in InvokeChannel]: { readonly args: z.ZodType<InvokeArgs<C>> } } = INVOKE;

/** Only the top frame of our own page may ask. */
function isOurs(event: Pick<IpcMainInvokeEvent, 'senderFrame'>, origin: string): boolean {
  const frame = event.senderFrame;
  if (!frame || frame.parent !== null) return false;
  return URL.canParse(frame.url) && frame.url.startsWith(`${origin}/`);
}

function refuse<Result>(error: unknown): Answer<Result> {
  return { ok: false, error: asTieoutError(error).toShape() };
}

function bind<C extends InvokeChannel>(parts: IpcParts, channel: C): void {
  const schema = SCHEMAS[channel].args;
  const handler: Handlers[C] = parts.handlers[channel];
  parts.ipcMain.handle(channel, async (event, ...sent: unknown[]): Promise<Answer<InvokeResult<C>>> => {
    if (!isOurs(event, parts.origin)) {
      parts.log.warn('a message from a strange sender was refused', {
        channel,
        sender: event.senderFrame?.url ?? 'none',
      });
      return refuse(new TieoutError('usage', 'This page may not ask Tieout for anything.'));
    }
    const args = schema.safeParse(sent[0]);
    if (!args.success || sent.length > 1) {
      parts.log.warn('a message of the wrong shape was refused', { channel });
      return refuse(new TieoutError('usage', `The arguments of ${channel} are not of the agreed form.`));
    }
    try {
      return { ok: true, value: await handler(args.data) };
    } catch (error) {
      const known = asTieoutError(error);
      parts.log.error(known.message, { channel, code: known.code });
      return refuse(known);
    }
  });
}

export function bindIpc(parts: IpcParts): void {
  for (const channel of Object.keys(INVOKE)) {
    if (isChannel(channel)) bind(parts, channel);
  }
}

function isChannel(name: string): name is InvokeChannel {
  return Object.hasOwn(INVOKE, name);
}
