/** Discarding dead letters, with a reason, and taking that back. */
import type { LetterActResult } from '../../shared/dead-letters.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Clock, isoTime } from '../clock.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { chooseLetters, decideAll, recordAct } from './letter-acts.ts';
import type { LetterFilter } from './letter-filter.ts';

export interface DecideParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

const LONGEST_REASON = 2000;

/** @throws TieoutError `usage` where it is blank or too long. */
function reasonGiven(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > LONGEST_REASON) {
    throw new TieoutError(
      'usage',
      `A dead letter is discarded with a reason of 1 to ${LONGEST_REASON} characters; this one has ${reason.length}.`,
    );
  }
  return reason;
}

/** Discards the open letters that the filter names. @throws TieoutError `usage`, `nothing-to-do`. */
export async function discardLetters(
  parts: DecideParts,
  filter: LetterFilter,
  reason: string,
): Promise<LetterActResult> {
  const given = reasonGiven(reason);
  return parts.workspace.database.transaction(async (tx) => {
    await chooseLetters(tx, 'discard', filter);
    await decideAll(tx, 'discarded');
    return recordAct(tx, parts.workspace.evidence, 'discard', {
      at: isoTime(parts.clock.now()),
      actor: parts.actor,
      reason: given,
    });
  });
}

/** Opens discarded letters again. @param reason may be empty. @throws TieoutError `nothing-to-do`. */
export async function reopenLetters(
  parts: DecideParts,
  filter: LetterFilter,
  reason: string,
): Promise<LetterActResult> {
  const given = reason.trim() === '' ? null : reasonGiven(reason);
  return parts.workspace.database.transaction(async (tx) => {
    await chooseLetters(tx, 'reopen', filter);
    await decideAll(tx, 'reopened');
    return recordAct(tx, parts.workspace.evidence, 'reopen', {
      at: isoTime(parts.clock.now()),
      actor: parts.actor,
      reason: given,
    });
  });
}
