/** What the window waits for: one answer a label, told of while it is worked out, ended by its label or by a signal. */
import type { AskProgress } from '../shared/asks.ts';
import type { Answer } from '../shared/contract.ts';
import { answered } from './answer.ts';

/** A screen shows one of each. */
export type AskLabel =
  | 'dry-run'
  | 'extract-preview'
  | 'sheet-preview'
  | 'report-preview'
  | 'report-sheet'
  | 'report-pages'
  | 'later-curves'
  | 'run-diff'
  | 'break-act'
  | 'break-attach';

export interface Asked {
  readonly askId: string;
  /** Null until there is word of it. */
  readonly progress: AskProgress | null;
}

export class AskStore {
  readonly #end: (askId: string) => void;
  readonly #waiting = new Map<AskLabel, Asked>();
  readonly #listeners = new Set<() => void>();

  /** @param end tells the main process that nobody waits any more. */
  constructor(end: (askId: string) => void) {
    this.#end = end;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  of(label: AskLabel): Asked | null {
    return this.#waiting.get(label) ?? null;
  }

  heard(progress: AskProgress): void {
    for (const [label, { askId }] of this.#waiting)
      if (askId === progress.askId) this.#put(label, { askId, progress });
  }

  cancel(label: AskLabel): void {
    const asked = this.#waiting.get(label);
    if (asked) this.#end(asked.askId);
  }

  /**
   * Asks under a label; what was asked under it before is cancelled.
   * @param signal of a query that nobody looks at any more.
   * @throws BridgeError `cancelled`.
   */
  async ask<Result>(
    label: AskLabel,
    send: (askId: string) => Promise<Answer<Result>>,
    signal?: AbortSignal,
  ): Promise<Result> {
    this.cancel(label);
    const askId = crypto.randomUUID();
    const end = (): void => this.#end(askId);
    this.#put(label, { askId, progress: null });
    signal?.addEventListener('abort', end);
    try {
      return await answered(send(askId));
    } finally {
      signal?.removeEventListener('abort', end);
      if (this.#waiting.get(label)?.askId === askId) this.#put(label, null);
    }
  }

  #put(label: AskLabel, asked: Asked | null): void {
    if (asked === null) this.#waiting.delete(label);
    else this.#waiting.set(label, asked);
    for (const listener of this.#listeners) listener();
  }
}
