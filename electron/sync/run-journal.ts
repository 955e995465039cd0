/** What a run gathers between two commits: attempts and audit events, in the order in which they happened. */
import type { Attempt } from '../etrm/policy-loop.ts';
import type { AuditNote } from '../workspace/audit-chain.ts';

/** What waits to be kept. */
export interface Journalled {
  readonly attempts: readonly Attempt[];
  readonly notes: readonly AuditNote[];
}

export class RunJournal {
  #attempts: Attempt[] = [];
  #notes: AuditNote[] = [];

  attempt(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  note(note: AuditNote): void {
    this.#notes.push(note);
  }

  /**
   * Hands everything that waits to `keep`; where that fails, it waits on, before what came since.
   * @throws what `keep` throws.
   */
  async keep(keep: (waiting: Journalled) => Promise<void>): Promise<void> {
    const [attempts, notes] = [this.#attempts, this.#notes];
    this.#attempts = [];
    this.#notes = [];
    try {
      await keep({ attempts, notes });
    } catch (error) {
      this.#attempts.unshift(...attempts);
      this.#notes.unshift(...notes);
      throw error;
    }
  }
}
