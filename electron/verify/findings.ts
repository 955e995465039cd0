/** What a verification was asked for, and what it found. */
import { TieoutError } from '../../shared/errors.ts';
import type { VerifyDifference } from '../../shared/jobs.ts';
import type { Month } from '../../shared/month.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface VerifyRequest {
  /** Null: every month. */
  readonly month: Month | null;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** What each check works with. */
export interface Check {
  readonly workspace: Workspace;
  readonly request: VerifyRequest;
  readonly findings: Findings;
}

export class Findings {
  readonly differences: VerifyDifference[] = [];

  /** @returns whether the two are the same. */
  expect(
    subject: VerifyDifference['subject'],
    name: string,
    expected: string | number,
    found: string | number,
  ): boolean {
    if (expected === found) return true;
    this.differences.push({ subject, name, expected: String(expected), found: String(found) });
    return false;
  }
}

/** What is no fault of what is stored: the work was given up, or cannot go on at all. */
const NOT_FOUND: ReadonlySet<string> = new Set([
  'cancelled',
  'workspace-locked',
  'workspace-full',
  'workspace-unwritable',
]);

/**
 * Makes a check. Rows may have been changed so that it cannot be made: a hash that is none, a profile that is gone. That is
 * what was found then.
 * @returns whether it could be made.
 */
export async function attempted(
  { findings, request }: Check,
  subject: VerifyDifference['subject'],
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    request.signal.throwIfAborted();
    const known = error instanceof TieoutError || error instanceof RangeError || error instanceof SyntaxError;
    if (!known || (error instanceof TieoutError && NOT_FOUND.has(error.code))) throw error;
    findings.expect(subject, name, 'what can be checked', error.message);
    return false;
  }
}
