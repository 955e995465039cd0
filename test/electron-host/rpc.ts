/** Typed calls between two processes over a channel of messages. */
import { deserialize, serialize } from 'node:v8';

/** What a method takes. */
export type Args<T, K extends keyof T> = T[K] extends (...args: infer A) => unknown ? A : never;
type Result<T, K extends keyof T> = T[K] extends (...args: never[]) => infer R ? R : never;

/** Handlers may answer later. */
export type Handlers<T> = {
  readonly [K in keyof T]: (...args: Args<T, K>) => Result<T, K> | Promise<Result<T, K>>;
};

/** Values travel as `v8.serialize` writes them: structured clones, or an error. */
export type Message =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly args: Uint8Array }
  | { readonly kind: 'value'; readonly id: number; readonly value: Uint8Array }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };

export interface Rpc<Remote> {
  /** @throws {Error} with the other process's message; where the channel has ended, with the reason. */
  readonly call: <K extends keyof Remote & string>(
    method: K,
    ...args: Args<Remote, K>
  ) => Promise<Result<Remote, K>>;
  readonly receive: (message: Message) => void;
  /** Every call under way, and every later one, fails. */
  readonly end: (reason: string) => void;
}

/**
 * @param post sends one message to the other process.
 * @param handlers what this process answers.
 */
export function makeRpc<Local extends object, Remote>(
  post: (message: Message) => void,
  handlers: Handlers<Local>,
): Rpc<Remote> {
  const waiting = new Map<number, { value: (bytes: Uint8Array) => void; error: (error: Error) => void }>();
  let calls = 0;
  let ended: string | null = null;

  const answer = async (id: number, method: string, args: Uint8Array): Promise<void> => {
    try {
      const handler: unknown = Reflect.get(handlers, method);
      if (typeof handler !== 'function') throw new Error(`The Electron host has no answer to ${method}.`);
      const value: unknown = await handler(...deserialize(args));
      if (ended === null) post({ kind: 'value', id, value: serialize(value) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (ended === null) post({ kind: 'error', id, message });
    }
  };

  return {
    call: (method, ...args) =>
      new Promise((resolve, reject) => {
        if (ended !== null) {
          reject(new Error(ended));
          return;
        }
        calls += 1;
        waiting.set(calls, { value: (bytes) => resolve(deserialize(bytes)), error: reject });
        post({ kind: 'call', id: calls, method, args: serialize(args) });
      }),
    receive: (message) => {
      if (message.kind === 'call') {
        void answer(message.id, message.method, message.args);
        return;
      }
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'value') call?.value(message.value);
      else call?.error(new Error(message.message));
    },
    end: (reason) => {
      ended = reason;
      for (const { error } of waiting.values()) error(new Error(reason));
      waiting.clear();
    },
  };
}
