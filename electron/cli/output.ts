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
    else if (words !== null && !this.options.quiet) this.#out(`${words}\n`);
  }

  /** For a person only. */
  say(words: string): void {
    if (!this.options.json && !this.options.quiet) this.#out(`${words}\n`);
  }

  /** What was asked for, printed however quiet: a hash, a list. */
  result(text: string): void {
    this.#out(`${text}\n`);
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
    this.#streams.stderr.write(this.#redactor.redact(`tieout: ${error.message}\n`));
    if (this.options.debug) this.#streams.stderr.write(this.#redactor.redact(`${trace(error)}\n`));
  }

  #out(text: string): void {
    this.#streams.stdout.write(this.#redactor.redact(text));
  }
}

/** The stacks of an error and its causes. */
function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${trace(error.cause)}`;
}
