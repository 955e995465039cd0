import { inspect } from 'node:util';

const MASK = '[redacted]';

/** A secret or token that cannot be printed by accident: only `reveal()` gives it, at the place where it is sent. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** Takes known secrets out of any text that leaves the process: the last line of defence behind `Secret`. */
export class Redactor {
  readonly #known = new Set<string>();

  /** Short values are not kept: masking every "a" would destroy the text and protect nothing. */
  know(secret: Secret): void {
    const value = secret.reveal();
    if (value.length < 6) return;
    this.#known.add(value);
    this.#known.add(encodeURIComponent(value));
    this.#known.add(JSON.stringify(value).slice(1, -1));
  }

  redact(text: string): string {
    let clean = text;
    for (const value of this.#known) {
      if (clean.includes(value)) clean = clean.replaceAll(value, MASK);
    }
    return clean;
  }
}

const SECRET_PARAMETER =
  /token|secret|password|passwd|pwd|signature|^sig$|api_?key|^key$|^code$|assertion|credential/i;

/** A URL as it may be logged: no user information, and no value of a parameter that sounds like a secret. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    url.username = '';
    url.password = '';
  }
  for (const name of [...url.searchParams.keys()]) {
    if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, MASK);
  }
  return url.toString();
}
