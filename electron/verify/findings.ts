/** What a verification was asked for, and what it found. */
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
