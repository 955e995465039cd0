/** What a run gathers between two commits: attempts and audit events, in the order in which they happened. */
import type { Attempt } from '../etrm/policy-loop.ts';
import type { AuditNote } from '../workspace/audit-chain.ts';

/** What waits to be kept. */
export interface Journalled {
  readonly attempts: readonly Attempt[];
  readonly notes: readonly AuditNote[];
  /** Attempts of the run that are kept already. */
  readonly attemptsBefore: number;
}

export class RunJournal {
  #attempts: Attempt[] = [];
  #notes: AuditNote[] = [];
  #kept: number;

  /** @param attemptsBefore attempts of this run that are kept already. */
  constructor(attemptsBefore: number) {
    this.#kept = attemptsBefore;
  }

  attempt(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  note(note: AuditNote): void {
    this.#notes.push(note);
  }

  /** Takes everything that waits to be kept. */
  take(): Journalled {
    const taken = { attempts: this.#attempts, notes: this.#notes, attemptsBefore: this.#kept };
    this.#kept += this.#attempts.length;
    this.#attempts = [];
    this.#notes = [];
    return taken;
  }
}
