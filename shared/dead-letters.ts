/** Dead letters: records that were refused, what became of them since, and what they come to. */
import type { Sha256 } from './digest.ts';
import type { FieldReason } from './settlement.ts';

/** An open letter waits to be retried or discarded; a retried one was typed again and is a record of its run. */
export const LETTER_STATES = ['open', 'retried', 'discarded'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/**
 * What became of the records that a run received: `received = committed + open + discarded`, whatever was retried. The
 * page receipts keep what was refused at first: `rejected = open + retried + discarded`.
 */
export interface LetterCounts {
  readonly received: number;
  readonly rejected: number;
  readonly committed: number;
  readonly open: number;
  readonly retried: number;
  readonly discarded: number;
}

/** Where a letter was received: the page, and its place there from 0. */
export interface LetterPlace {
  readonly runId: string;
  readonly page: number;
  readonly index: number;
}

/** Letters that were refused for the same reason. */
export interface ReasonGroup {
  /** Empty where the record is no object. */
  readonly field: string;
  readonly code: string;
  /** A letter with several reasons is in several groups. */
  readonly letters: number;
  /** The first of them. */
  readonly example: LetterPlace & { readonly message: string };
}

export type LetterAct = 'retry' | 'discard' | 'reopen';

/** What an act came to. */
export interface LetterActResult {
  readonly act: LetterAct;
  readonly at: string;
  readonly letters: number;
  /** Of a retry: committed now. */
  readonly passed: number;
  /** Of a retry: refused again, with the reasons of now. */
  readonly refused: number;
  /** Of its audit event. */
  readonly seq: number;
}

/** What two profiles make of a settlement otherwise. */
export interface ProfileDifference {
  /** A field, or how the delivery is told. */
  readonly what: string;
  /** Null: it comes from the member of its own name, or is not told. */
  readonly before: string | null;
  readonly after: string | null;
}

/** A profile that letters may be retried with, in place of the one that they would be. */
export interface RetryProfile {
  readonly file: string;
  readonly profile: ProfileName;
  readonly instead: ProfileName;
  readonly differences: readonly ProfileDifference[];
}

export interface ProfileName {
  readonly name: string;
  readonly revision: number;
  readonly sha256: Sha256;
}

/** One act on one letter. */
export interface LetterHistory {
  readonly at: string;
  readonly actor: string;
  readonly act: 'retried' | 'refused' | 'discarded' | 'reopened';
  readonly reason: string | null;
  /** Of the profile that it was typed with again. */
  readonly profileSha256: string | null;
  /** Of a letter that was refused again. */
  readonly reasons: readonly FieldReason[];
}

/** Short and unique enough to type: the run's first eight characters, the page, the place in it. */
export function letterId({ runId, page, index }: LetterPlace): string {
  return `${runId.slice(0, 8)}:${page}:${index}`;
}

/** Dead letters by state, and what those that were asked for were refused for. */
export interface DeadLettersEvent {
  readonly type: 'dead-letters';
  /** Null: of several months. */
  readonly month: string | null;
  readonly run_ids: readonly string[];
  /** Under the filter. */
  readonly letters: number;
  /** Of the runs, whatever the filter: `received = committed + open + discarded`. */
  readonly received: number;
  readonly committed: number;
  readonly open: number;
  readonly retried: number;
  readonly discarded: number;
  /** The most frequent first. */
  readonly reasons: readonly {
    readonly field: string;
    readonly code: string;
    readonly letters: number;
    readonly example: { readonly id: string; readonly message: string };
  }[];
}

export interface DeadLetterActEvent extends LetterActResult {
  readonly type: 'dead-letter-act';
}
