/**
 * What runs inside the page, from its source text: the preload script's isolated world and its counterpart in the
 * page's own world. The two share the document and nothing else; they reach each other through events of a secret
 * name, which are synchronous, and carry text only.
 */
import type { Codec, makeCodec } from './codec.ts';

export interface WorldsConfig {
  /** Known to the two worlds alone. */
  readonly secret: string;
  /** The binding through which the preload world reaches the main process. */
  readonly binding: string;
  readonly platform: string;
  readonly arch: string;
  readonly versions: Readonly<Record<string, string>>;
}

type MakeCodec = typeof makeCodec;

// The page's globals, as far as they are used here.
declare const document: {
  addEventListener(type: string, listener: (event: { readonly detail: string }) => void): void;
  dispatchEvent(event: object): boolean;
};
declare const location: { readonly href: string };
declare const window: { readonly top: unknown; readonly self: unknown };
declare const CustomEvent: new (type: string, init: { readonly detail: string }) => object;

/** One end of the bridge between the worlds. */
export interface WorldsLink {
  /** Asks the other world; functions cross as proxies, all else as copies. */
  readonly ask: (method: string, ...args: unknown[]) => unknown;
  readonly answer: (method: string, handler: (...args: unknown[]) => unknown) => void;
}

/**
 * Makes one world's end of the bridge. Self-contained: its source text runs in both worlds.
 * @param from this world's name; `to` is the other's.
 */
export function makeLink(makeCodec: MakeCodec, secret: string, from: string, to: string): WorldsLink {
  const held: { readonly functions: object[]; readonly promises: object[] } = { functions: [], promises: [] };
  const handlers = new Map<string, (...args: unknown[]) => unknown>();
  const proxies = new Map<number, object>();
  // The page may change its globals later; these are taken before it runs.
  const dispatch = document.dispatchEvent.bind(document);
  const Event = CustomEvent;
  let reply: string | undefined;

  const codec: Codec = makeCodec({
    keep: (value, kind) => {
      const list = kind === 'function' ? held.functions : held.promises;
      const at = list.indexOf(value);
      return at >= 0 ? at : list.push(value) - 1;
    },
    find: (reference, kind) => {
      if (kind === 'promise') {
        return new Promise((resolve, reject) => ask('promise', reference, resolve, reject));
      }
      const known = proxies.get(reference);
      if (known) return known;
      const proxy = (...args: unknown[]): unknown => ask('call', reference, args);
      proxies.set(reference, proxy);
      return proxy;
    },
  });

  const ask = (method: string, ...args: unknown[]): unknown => {
    const outer = reply;
    reply = undefined;
    dispatch(new Event(`${secret}:${to}`, { detail: codec.encode([method, args]) }));
    const text: string | undefined = reply;
    reply = outer;
    if (text === undefined) throw new Error('The other world does not answer.');
    const answer = codec.decode(text);
    if (!Array.isArray(answer)) throw new Error('The other world does not answer.');
    if (answer[0] === 'error') throw answer[1];
    return answer[1];
  };

  const bare = (error: unknown): Error => {
    // As Electron's context bridge does: of an error only its message crosses.
    const copy = new Error(error instanceof Error ? error.message : String(error));
    copy.name = error instanceof Error ? error.name : 'Error';
    return copy;
  };

  const perform = (method: string, args: unknown[]): unknown => {
    if (method === 'call') {
      const target = held.functions[Number(args[0])];
      if (typeof target !== 'function') throw new Error('The function is gone.');
      return Reflect.apply(target, undefined, Array.isArray(args[1]) ? args[1] : []);
    }
    if (method === 'promise') {
      const [reference, resolve, reject] = args;
      if (typeof resolve !== 'function' || typeof reject !== 'function') return undefined;
      const settled = (action: () => void) => {
        try {
          action();
        } catch (error) {
          reject(bare(error));
        }
      };
      Promise.resolve(held.promises[Number(reference)]).then(
        (value) => settled(() => resolve(value)),
        (error) => reject(bare(error)),
      );
      return undefined;
    }
    const handler = handlers.get(method);
    if (!handler) throw new Error(`The other world does not know ${method}.`);
    return handler(...args);
  };

  const respond = (text: string): string => {
    try {
      const message = codec.decode(text);
      if (!Array.isArray(message)) throw new Error('The other world sent no call.');
      return codec.encode(['value', perform(message[0], message[1])]);
    } catch (error) {
      return codec.encode(['error', bare(error)]);
    }
  };

  document.addEventListener(`${secret}:${from}`, (event) => {
    const text = respond(event.detail);
    dispatch(new Event(`${secret}:${to}:reply`, { detail: text }));
  });
  document.addEventListener(`${secret}:${from}:reply`, (event) => {
    reply = event.detail;
  });
  return { ask, answer: (method, handler) => handlers.set(method, handler) };
}

/** The page's own world: puts what the preload script exposes on `window`, frozen, never twice. */
export function installPageWorld(link: WorldsLink): void {
  const freeze = (value: unknown, seen: Set<unknown>): unknown => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
    if (seen.has(value) || ArrayBuffer.isView(value)) return value;
    seen.add(value);
    for (const item of Object.values(value)) freeze(item, seen);
    return Object.freeze(value);
  };
  link.answer('expose', (key, api) => {
    const name = String(key);
    if (Object.hasOwn(globalThis, name)) {
      throw new Error('Cannot bind an API on top of an existing property on the window object');
    }
    Object.defineProperty(globalThis, name, {
      value: freeze(api, new Set()),
      enumerable: true,
      writable: false,
      configurable: false,
    });
  });
}

/** The preload script's world: its `require`, and the messages to and from the main process. */
export function installPreloadWorld(
  makeCodec: MakeCodec,
  link: WorldsLink,
  config: WorldsConfig,
  preload: (
    require: (name: string) => unknown,
    module: { exports: object },
    exports: object,
    process: object,
  ) => void,
): void {
  if (window.top !== window.self) return;
  const codec: Codec = makeCodec();
  const binding: (payload: string) => void = Reflect.get(globalThis, config.binding);
  const post = (text: string): void => binding(JSON.stringify({ href: location.href, text }));
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, { listener: (...args: unknown[]) => void; once: boolean }[]>();
  let calls = 0;

  const clone = (value: unknown): string => {
    try {
      return codec.encode(structuredClone(value));
    } catch {
      throw new Error('An object could not be cloned.');
    }
  };
  const add = (channel: string, listener: (...args: unknown[]) => void, once: boolean) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }]);
    return ipcRenderer;
  };
  const remove = (channel: string, listener: (...args: unknown[]) => void) => {
    const rest = (listeners.get(channel) ?? []).filter((entry) => entry.listener !== listener);
    listeners.set(channel, rest);
    return ipcRenderer;
  };
  const only = <T extends object>(name: string, value: T): T =>
    new Proxy(value, {
      get: (target, key) => {
        if (typeof key === 'symbol' || key in target) return Reflect.get(target, key);
        throw new Error(`The Electron host does not provide ${name}.${key} in a preload script.`);
      },
    });

  const ipcRenderer: object = only('ipcRenderer', {
    invoke: async (channel: string, ...args: unknown[]) => {
      const payload = clone(args);
      calls += 1;
      const id = calls;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        post(JSON.stringify({ kind: 'invoke', id, channel: String(channel), payload }));
      });
    },
    send: (channel: string, ...args: unknown[]) => {
      post(JSON.stringify({ kind: 'send', channel: String(channel), payload: clone(args) }));
    },
    on: (channel: string, listener: (...args: unknown[]) => void) => add(channel, listener, false),
    addListener: (channel: string, listener: (...args: unknown[]) => void) => add(channel, listener, false),
    once: (channel: string, listener: (...args: unknown[]) => void) => add(channel, listener, true),
    off: remove,
    removeListener: remove,
    removeAllListeners: (channel: string) => {
      listeners.delete(channel);
      return ipcRenderer;
    },
  });
  const contextBridge = only('contextBridge', {
    exposeInMainWorld: (key: string, api: unknown) => {
      link.ask('expose', key, api);
    },
  });
  // A world of Chromium does not know where a file lies; the host does, of the files that it drops.
  const dropped = new Map<string, string>();
  const webUtils = only('webUtils', {
    getPathForFile: (file: { readonly name: string }): string => dropped.get(file.name) ?? '',
  });
  const electron = only('electron', { contextBridge, ipcRenderer, webUtils });

  const receive = (message: {
    kind: string;
    id: number;
    channel: string;
    payload: string;
    error?: string;
  }) => {
    if (message.kind === 'answer') {
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error !== undefined) call?.reject(new Error(message.error));
      else call?.resolve(codec.decode(message.payload));
      return;
    }
    const args = codec.decode(message.payload);
    const entries = listeners.get(message.channel) ?? [];
    listeners.set(
      message.channel,
      entries.filter(({ once }) => !once),
    );
    for (const { listener } of entries) {
      listener({ sender: ipcRenderer, ports: [] }, ...(Array.isArray(args) ? args : []));
    }
  };
  Object.defineProperty(globalThis, `${config.binding}Receive`, { value: receive });
  Object.defineProperty(globalThis, `${config.binding}Dropping`, {
    value: (files: readonly (readonly [name: string, path: string])[]) => {
      dropped.clear();
      for (const [name, path] of files) dropped.set(name, path);
    },
  });

  const module = { exports: {} };
  const { platform, arch, versions } = config;
  preload(
    (name) => {
      if (name === 'electron') return electron;
      throw new Error(`module not found: ${name}`);
    },
    module,
    module.exports,
    { type: 'renderer', platform, arch, versions, sandboxed: true, contextIsolated: true },
  );
}
