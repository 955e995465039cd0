/** What the command prints: with --json one event a line on stdout, else lines for a person; errors on stderr. */
import type { TieoutError } from '../../shared/errors.ts';
import type { TieoutEvent } from '../../shared/events.ts';
import type { Redactor } from '../credentials/secret.ts';

export interface Streams {
  readonly stdout: Pick<NodeJS.WriteStream, 'write'> & {
    readonly isTTY?: boolean;
    readonly columns?: number;
  };
  readonly stderr: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };
}

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

export class Output {
  readonly #streams: Streams;
  readonly #redactor: Redactor;
  readonly options: OutputOptions;

  constructor(streams: Streams, redactor: Redactor, options: OutputOptions) {
    this.#streams = streams;
    this.#redactor = redactor;
    this.options = options;
  }

  get width(): number {
    return this.#streams.stdout.columns ?? 80;
  }

  /** True where a line may be drawn over. */
  get live(): boolean {
    return this.#streams.stdout.isTTY === true && !this.options.json && !this.options.quiet;
  }

  /** An event: printed as JSON, or in words where there are some. */
  event(event: TieoutEvent | Readonly<Record<string, unknown>>, words: string | null = null): void {
    if (this.options.json) this.#out(`${JSON.stringify(event)}\n`);
    else if (words !== null && !this.options.quiet) this.#out(`${withoutControls(words)}\n`);
  }

  /** For a person only. */
  say(words: string): void {
    if (!this.options.json && !this.options.quiet) this.#out(`${withoutControls(words)}\n`);
  }

  /** What was asked for, printed however quiet: a hash, a list; into a file or a pipe byte for byte as it is. */
  result(text: string): void {
    this.#out(`${this.#streams.stdout.isTTY ? withoutControls(text) : text}\n`);
  }

  /** A line that the next one replaces. */
  over(text: string): void {
    if (this.live) this.#out(`\r\u001b[K${text}`);
  }

  error(error: TieoutError): void {
    if (this.options.json) {
      const { code, message, details } = error.toShape();
      this.#out(`${JSON.stringify({ type: 'error', code, message, details })}\n`);
    }
    this.#streams.stderr.write(this.#redactor.redact(`tieout: ${withoutControls(error.message)}\n`));
    if (this.options.debug) this.#streams.stderr.write(this.#redactor.redact(`${trace(error)}\n`));
  }

  #out(text: string): void {
    this.#streams.stdout.write(this.#redactor.redact(text));
  }
}

/**
 * A vendor's text must not move the cursor, colour or hide what a terminal shows: control characters are written out
 * as JSON writes them. Line ends and tabs stay.
 */
function withoutControls(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\r(?![\n]|$)/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The stacks of an error and its causes. */
function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${trace(error.cause)}`;
}
