/**
 * Pages wait here for their turn: what is ready when a commit ends shares the next one. Pages commit in order, each whole,
 * and are told only then.
 */
import type { ArrivedPage } from './fetched-pages.ts';

/** Pages of one transaction, and pages that may wait: both bound the memory. */
const MOST_TOGETHER = 16;
const MOST_WAITING = 16;

export class PageCommits {
  readonly #commit: (pages: readonly ArrivedPage[]) => Promise<void>;
  #waiting: ArrivedPage[] = [];
  #working: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  /** @param commit the pages, all of them or none. */
  constructor(commit: (pages: readonly ArrivedPage[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves when another page may come. @throws what a commit has thrown. */
  async add(page: ArrivedPage): Promise<void> {
    this.#throwFailure();
    this.#waiting.push(page);
    this.#start();
    while (this.#waiting.length >= MOST_WAITING && this.#working) await this.#working;
    this.#throwFailure();
  }

  /** Resolves when every page that was added is committed. @throws what a commit has thrown. */
  async finish(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  /** Resolves when what was added is committed, or cannot be any more. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #start(): void {
    if (this.#working || this.#failure || this.#waiting.length === 0) return;
    const pages = this.#waiting.splice(0, MOST_TOGETHER);
    this.#working = this.#work(pages).finally(() => {
      this.#working = null;
      this.#start();
    });
  }

  async #work(pages: readonly ArrivedPage[]): Promise<void> {
    try {
      await Promise.all(pages.map(({ stored }) => stored));
      await this.#commit(pages);
    } catch (error) {
      this.#failure ??= { error };
      this.#waiting = [];
    }
  }
}
