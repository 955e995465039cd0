/** API that the app uses and the host lacks must fail by name, not quietly. */
import { EventEmitter } from 'node:events';

/** Asked of any object by the language or by a console, never by the app. */
const ASKED_BY_THE_LANGUAGE = new Set([
  'then',
  'toJSON',
  'inspect',
  'nodeType',
  '$$typeof',
  'asymmetricMatch',
]);

function missing(name: string): Error {
  return new Error(`The Electron host does not provide ${name}; see test/electron-host/README.md.`);
}

/**
 * The object as it is, but an error for every property that it lacks.
 * @param name as the app would write it: `app`, `BrowserWindow`.
 */
export function guarded<T extends object>(name: string, value: T): T {
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target) && !ASKED_BY_THE_LANGUAGE.has(key)) {
        throw missing(`${name}.${key}`);
      }
      const found: unknown = Reflect.get(target, key, target);
      // Private fields are the target's own, not the proxy's.
      return typeof found === 'function' && key !== 'constructor' ? found.bind(target) : found;
    },
    set(target, key, to) {
      if (!(key in target)) throw missing(`${name}.${String(key)}`);
      return Reflect.set(target, key, to, target);
    },
  });
}

/** Stands for a part of Electron that the host has not at all: any use of it is an error. */
export function absent(name: string): object {
  const fail = (): never => {
    throw missing(name);
  };
  return new Proxy(class {}, { get: fail, set: fail, apply: fail, construct: fail });
}

/** An emitter of the events that the host really emits; listening for another is an error. */
export class Emitter extends EventEmitter {
  readonly #name: string;
  readonly #events: ReadonlySet<string>;

  constructor(name: string, events: readonly string[]) {
    super();
    this.#name = name;
    this.#events = new Set(events);
  }

  #known(event: string | symbol): void {
    if (typeof event === 'string' && !this.#events.has(event)) throw missing(`${this.#name}.on('${event}')`);
  }

  override on(event: string | symbol, listener: (...args: unknown[]) => void): this {
    this.#known(event);
    return super.on(event, listener);
  }

  override once(event: string | symbol, listener: (...args: unknown[]) => void): this {
    this.#known(event);
    return super.once(event, listener);
  }

  override addListener(event: string | symbol, listener: (...args: unknown[]) => void): this {
    return this.on(event, listener);
  }
}

/** An event whose default the listener may prevent. */
export interface Preventable {
  readonly defaultPrevented: boolean;
  readonly preventDefault: () => void;
}

/** @param fields what the event carries besides. */
export function preventable<T extends object>(fields: T): Preventable & T {
  let defaultPrevented = false;
  return {
    ...fields,
    get defaultPrevented() {
      return defaultPrevented;
    },
    preventDefault: () => {
      defaultPrevented = true;
    },
  };
}
