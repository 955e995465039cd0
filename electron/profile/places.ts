/** Where each part of a JSON file stands, so that a fault can be shown to who wrote it. */

/** From 1; the column counts UTF-16 units, as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Names of members and indices of elements, from the outermost. */
export type JsonPath = readonly (string | number)[];

export interface PlacedFault {
  readonly path: JsonPath;
  readonly place: Place;
  readonly message: string;
}

export interface Places {
  /** What the value at a path starts at, or the nearest one around it that is there. */
  ofValue(path: JsonPath): Place;
  /** What the name of a member starts at, or the nearest value around it that is there. */
  ofName(path: JsonPath): Place;
  /** What JSON allows, or is silent about, and a profile must not have: a name twice, a number with a fraction. */
  readonly faults: readonly PlacedFault[];
}

const WHOLE = /^-?\d+$/;

/** Reads text that is known to be JSON as Python's `json` takes it, which knows NaN and Infinity too. */
class Walk implements Places {
  readonly faults: PlacedFault[] = [];
  readonly #text: string;
  readonly #values = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #lines: number[] = [0];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines.push(at + 1);
    this.#value([]);
  }

  ofValue(path: JsonPath): Place {
    for (let length = path.length; length >= 0; length -= 1) {
      const at = this.#values.get(key(path.slice(0, length)));
      if (at !== undefined) return this.#place(at);
    }
    return this.#place(0);
  }

  ofName(path: JsonPath): Place {
    const at = this.#names.get(key(path));
    return at === undefined ? this.ofValue(path.slice(0, -1)) : this.#place(at);
  }

  #place(at: number): Place {
    let line = this.#lines.findIndex((start) => start > at);
    if (line < 0) line = this.#lines.length;
    return { line, column: at - (this.#lines[line - 1] ?? 0) + 1 };
  }

  #fault(path: JsonPath, at: number, message: string): void {
    this.faults.push({ path, place: this.#place(at), message });
  }

  #skip(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  /** The token of a string, with its quotes. */
  #string(path: JsonPath): string {
    const from = this.#at;
    this.#at += 1;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    this.#at += 1;
    const value: unknown = JSON.parse(this.#text.slice(from, this.#at));
    if (typeof value !== 'string') return '';
    if (!value.isWellFormed()) this.#fault(path, from, 'holds half a surrogate pair, which is no character');
    return value;
  }

  #value(path: JsonPath): void {
    this.#skip();
    const from = this.#at;
    this.#values.set(key(path), from);
    switch (this.#text[from]) {
      case '{':
        this.#items('}', () => this.#member(path));
        break;
      case '[': {
        let index = 0;
        this.#items(']', () => {
          this.#value([...path, index]);
          index += 1;
        });
        break;
      }
      case '"':
        this.#string(path);
        break;
      default:
        this.#scalar(path);
    }
  }

  #items(end: string, item: () => void): void {
    this.#at += 1;
    this.#skip();
    while (this.#at < this.#text.length && this.#text[this.#at] !== end) {
      item();
      this.#skip();
      if (this.#text[this.#at] === ',') this.#at += 1;
      this.#skip();
    }
    this.#at += 1;
  }

  #member(path: JsonPath): void {
    const from = this.#at;
    const name = this.#string(path);
    const own = [...path, name];
    // Libraries that make objects of members drop this one silently.
    if (name === '__proto__') this.#fault(own, from, 'is a name that no profile can use');
    if (this.#names.has(key(own))) this.#fault(own, from, 'is given twice; keep one');
    this.#names.set(key(own), from);
    this.#skip();
    this.#at += 1;
    this.#value(own);
  }

  #scalar(path: JsonPath): void {
    const from = this.#at;
    while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    const token = this.#text.slice(from, this.#at);
    if (token !== 'true' && token !== 'false' && token !== 'null' && !WHOLE.test(token)) {
      this.#fault(path, from, `is ${token}; numbers here are whole, and decimals stand as strings`);
    }
  }
}

function key(path: JsonPath): string {
  return JSON.stringify(path);
}

/** @param text JSON; text that is none gives no sensible places. */
export function placesOf(text: string): Places {
  return new Walk(text);
}

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/** `resources.settlements.fields.amount`, `resources.trades.fixed["a b"]`, `...ignored[2]`. */
export function pathText(path: JsonPath): string {
  if (path.length === 0) return 'the profile';
  return path
    .map((step, at) => {
      if (typeof step === 'string' && PLAIN_NAME.test(step)) return at === 0 ? step : `.${step}`;
      return `[${JSON.stringify(step)}]`;
    })
    .join('');
}
