/**
 * Carries values of the structured clone algorithm as text. The page runs this very function from its source text,
 * so it uses nothing from outside itself.
 */

/** Where values that cannot be copied go: functions and promises, which the context bridge passes by number. */
export interface ByReference {
  readonly keep: (value: object, kind: 'function' | 'promise') => number;
  readonly find: (reference: number, kind: 'function' | 'promise') => unknown;
}

export interface Codec {
  /** @throws {Error} "An object could not be cloned." for what the codec has no form for. */
  readonly encode: (value: unknown) => string;
  readonly decode: (text: string) => unknown;
}

/**
 * @param byReference without it functions and promises are errors, as they are to the structured clone algorithm.
 */
export function makeCodec(byReference?: ByReference): Codec {
  type Node = string | number | boolean | null | readonly [tag: string, ...rest: unknown[]];
  const views = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  ];
  const errors = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

  const toBase64 = (buffer: ArrayBufferLike): string => {
    let bytes = '';
    for (const byte of new Uint8Array(buffer)) bytes += String.fromCharCode(byte);
    return btoa(bytes);
  };
  const fromBase64 = (text: string): ArrayBuffer => {
    const bytes = atob(text);
    const buffer = new ArrayBuffer(bytes.length);
    const view = new Uint8Array(buffer);
    for (let at = 0; at < bytes.length; at += 1) view[at] = bytes.charCodeAt(at);
    return buffer;
  };

  function encode(root: unknown): string {
    const seen = new Map<object, number>();

    const primitive = (value: unknown): Node | undefined => {
      if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
      if (value === undefined) return ['undefined'];
      if (typeof value === 'bigint') return ['bigint', String(value)];
      if (typeof value !== 'number') return undefined;
      if (Object.is(value, -0)) return ['number', '-0'];
      return Number.isFinite(value) ? value : ['number', String(value)];
    };

    const node = (value: unknown): Node => {
      const simple = primitive(value);
      if (simple !== undefined) return simple;
      if (typeof value === 'function' && byReference)
        return ['function', byReference.keep(value, 'function')];
      if (typeof value !== 'object' || value === null) throw new Error('An object could not be cloned.');
      if (value instanceof Promise) {
        if (byReference) return ['promise', byReference.keep(value, 'promise')];
        throw new Error('An object could not be cloned.');
      }
      const known = seen.get(value);
      if (known !== undefined) return ['ref', known];
      seen.set(value, seen.size);
      return object(value);
    };

    const object = (value: object): Node => {
      if (Array.isArray(value)) {
        return [
          'array',
          Array.from({ length: value.length }, (_, at) => (at in value ? node(value[at]) : ['hole'])),
        ];
      }
      if (value instanceof Date) return ['date', value.getTime()];
      if (value instanceof RegExp) return ['regexp', value.source, value.flags];
      if (value instanceof Map) return ['map', [...value].map(([key, item]) => [node(key), node(item)])];
      if (value instanceof Set) return ['set', [...value].map(node)];
      if (value instanceof Error) {
        const cause = 'cause' in value ? [node(value.cause)] : [];
        return ['error', value.name, value.message, value.stack ?? null, ...cause];
      }
      if (value instanceof ArrayBuffer) return ['buffer', toBase64(value)];
      if (ArrayBuffer.isView(value)) {
        const name = views.find((view) => value instanceof view)?.name ?? 'Uint8Array';
        const bytes = value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
        return ['view', name, toBase64(bytes)];
      }
      const tag = Object.prototype.toString.call(value);
      if (tag === '[object Number]' || tag === '[object String]' || tag === '[object Boolean]') {
        return ['boxed', node(value.valueOf())];
      }
      if (tag !== '[object Object]') throw new Error('An object could not be cloned.');
      return ['object', Object.entries(value).map(([key, item]) => [key, node(item)])];
    };

    return JSON.stringify(node(root));
  }

  function decode(text: string): unknown {
    const made: unknown[] = [];
    const keep = <T>(value: T): T => {
      made.push(value);
      return value;
    };

    const value = (node: unknown): unknown => {
      if (!Array.isArray(node)) return node;
      const [tag, first, second, third, fourth] = node;
      switch (tag) {
        case 'undefined':
          return undefined;
        case 'bigint':
          return BigInt(first);
        case 'number':
          return Number(first);
        case 'function':
        case 'promise':
          return byReference?.find(first, tag);
        case 'ref':
          return made[first];
        case 'array': {
          const array: unknown[] = keep(new Array(first.length));
          for (const [at, item] of first.entries()) if (item?.[0] !== 'hole') array[at] = value(item);
          return array;
        }
        case 'object': {
          const object: Record<string, unknown> = keep({});
          for (const [key, item] of first) {
            Object.defineProperty(object, key, {
              value: value(item),
              writable: true,
              enumerable: true,
              configurable: true,
            });
          }
          return object;
        }
        case 'date':
          return keep(new Date(first ?? Number.NaN));
        case 'regexp':
          return keep(new RegExp(first, second));
        case 'map': {
          const map = keep(new Map());
          for (const [key, item] of first) map.set(value(key), value(item));
          return map;
        }
        case 'set': {
          const set = keep(new Set());
          for (const item of first) set.add(value(item));
          return set;
        }
        case 'error': {
          const make = errors.find((candidate) => candidate.name === first) ?? Error;
          const error = keep(new make(second));
          Object.defineProperty(error, 'stack', {
            value: third ?? undefined,
            writable: true,
            configurable: true,
          });
          if (fourth !== undefined) error.cause = value(fourth);
          return error;
        }
        case 'buffer':
          return keep(fromBase64(first));
        case 'view': {
          const make = views.find((view) => view.name === first) ?? Uint8Array;
          return keep(Reflect.construct(make, [fromBase64(second)]));
        }
        case 'boxed':
          return keep(Object(value(first)));
        default:
          throw new Error(`The message has an unknown part: ${String(tag)}`);
      }
    };

    return value(JSON.parse(text));
  }

  return { encode, decode };
}
