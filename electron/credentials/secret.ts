import { inspect } from 'node:util';

/** What stands where a secret stood. */
export const MASK = '[redacted]';

/** Shorter values are no secrets: masking every "a" would destroy the text and protect nothing. */
const LEAST_SECRET = 6;

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

  know(secret: Secret): void {
    const value = secret.reveal();
    if (value.length < LEAST_SECRET) return;
    this.#known.add(value);
    this.#known.add(encodeURIComponent(value));
    // As forms write it, of which servers like to repeat what they were sent: `~` is %7E there, a space a plus.
    this.#known.add(new URLSearchParams([['', value]]).toString().slice(1));
    this.#known.add(JSON.stringify(value).slice(1, -1));
  }

  redact(text: string): string {
    let clean = text;
    for (const value of this.#known) {
      if (clean.includes(value)) clean = clean.replaceAll(value, MASK);
    }
    return clean;
  }

  /** The same for the beginning of a longer text, which may have been cut in the middle of a secret. */
  redactCut(text: string): string {
    const clean = this.redact(text);
    for (const value of this.#known) {
      for (let length = Math.min(value.length - 1, clean.length); length >= LEAST_SECRET; length -= 1) {
        if (clean.endsWith(value.slice(0, length))) return `${clean.slice(0, -length)}${MASK}`;
      }
    }
    return clean;
  }
}

const SECRET_PARAMETER =
  /token|secret|password|passwd|pwd|signature|^sig$|api_?key|^key$|^code$|assertion|credential/i;

/** Whether the value of a query parameter of this name is likely a secret. */
export function soundsSecret(parameter: string): boolean {
  return SECRET_PARAMETER.test(parameter);
}

/** A URL as it may be logged: no user information, and no value of a parameter that sounds like a secret. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    url.username = '';
    url.password = '';
  }
  for (const name of [...url.searchParams.keys()]) {
    if (soundsSecret(name)) url.searchParams.set(name, MASK);
  }
  return url.toString();
}
