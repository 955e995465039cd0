import { availableParallelism } from 'node:os';
import type { Reader } from './transaction.ts';

const HALF_THE_CORES = Math.max(1, Math.floor(availableParallelism() / 2));

/** How many threads the engine works with. */
export class EngineThreads {
  readonly #reader: Pick<Reader, 'row'>;
  /** How many ask at the moment that half of the cores be left, and what the engine has without them. */
  #beside = 0;
  #usual: Promise<number> | null = null;

  constructor(reader: Pick<Reader, 'row'>) {
    this.#reader = reader;
  }

  /**
   * Leaves half of the cores to others while `work` goes on: a thread of the engine that waits for another one's commit
   * does not sleep, and takes the core from those who read pages.
   */
  async besideOthers<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#beside += 1;
    const first = this.#beside === 1;
    // RESET would give it one for each core, however it was opened.
    this.#usual ??= this.#now();
    const usual = await this.#usual;
    if (first) await this.#set(Math.min(usual, HALF_THE_CORES));
    try {
      return await work();
    } finally {
      this.#beside -= 1;
      if (this.#beside === 0) await this.#set(usual);
    }
  }

  async #now(): Promise<number> {
    const row = await this.#reader.row(`SELECT current_setting('threads') AS threads`);
    return row?.int('threads') ?? HALF_THE_CORES;
  }

  async #set(threads: number): Promise<void> {
    await this.#reader.row(`SET threads = ${threads}`);
  }
}
