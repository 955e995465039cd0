/** Answers that take long: worked out while the window waits, with word of how far they are, until they are cancelled. */
import type { AskProgress } from '../../shared/asks.ts';
import { TieoutError } from '../../shared/errors.ts';

export interface AskContext {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** Between two words about one answer. */
const PACE_MS = 100;

interface Ask {
  readonly abort: AbortController;
  done: Promise<unknown>;
}

export class Asks {
  readonly #tell: (progress: AskProgress) => void;
  readonly #asks = new Map<string, Ask>();

  /** @param tell hears of progress about ten times a second. */
  constructor(tell: (progress: AskProgress) => void) {
    this.#tell = tell;
  }

  /** @throws TieoutError `cancelled` as soon as it was cancelled; what the work throws. */
  answer<Result>(askId: string, work: (context: AskContext) => Promise<Result>): Promise<Result> {
    const { signal, working } = this.#begin(askId, work);
    const cancelled = Promise.withResolvers<never>();
    const end = (): void =>
      cancelled.reject(new TieoutError('cancelled', 'Cancelled; nothing was kept of it.'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
    // What the engine is in the middle of ends by itself; nobody waits for it but `stop`.
    return Promise.race([cancelled.promise, working]);
  }

  /**
   * Like `answer`, for what is done or not: who cancels it is told what became of it, also where that came too late.
   * @throws TieoutError `cancelled` where nothing was done; what the work throws.
   */
  async act<Result>(askId: string, work: (context: AskContext) => Promise<Result>): Promise<Result> {
    const { signal, working } = this.#begin(askId, work);
    try {
      return await working;
    } catch (error) {
      if (signal.aborted && error === signal.reason)
        throw new TieoutError('cancelled', 'Cancelled; nothing was changed.', {}, { cause: error });
      throw error;
    }
  }

  #begin<Result>(
    askId: string,
    work: (context: AskContext) => Promise<Result>,
  ): { readonly signal: AbortSignal; readonly working: Promise<Result> } {
    const abort = new AbortController();
    const { signal } = abort;
    let newest: AskProgress | null = null;
    let due: NodeJS.Timeout | null = null;
    const onProgress: AskContext['onProgress'] = (step, done, total) => {
      newest = { askId, step, done, total };
      due ??= setTimeout(() => {
        due = null;
        if (newest !== null && !signal.aborted) this.#tell(newest);
      }, PACE_MS);
    };
    // Known before it begins, so that whatever it does it can be cancelled.
    const ask: Ask = { abort, done: Promise.resolve() };
    this.#asks.set(askId, ask);
    const working = work({ signal, onProgress });
    ask.done = working
      .catch(() => undefined)
      .finally(() => {
        if (due !== null) clearTimeout(due);
        if (this.#asks.get(askId) === ask) this.#asks.delete(askId);
      });
    return { signal, working };
  }

  /** One that is unknown or answered has what was asked for. */
  cancel(askId: string): void {
    this.#asks.get(askId)?.abort.abort(new TieoutError('cancelled', 'Cancelled by the analyst.'));
  }

  /** Cancels all and waits until their work has stopped. */
  async stop(): Promise<void> {
    const all = [...this.#asks];
    for (const [askId] of all) this.cancel(askId);
    await Promise.allSettled(all.map(([, { done }]) => done));
  }
}
