/** One act on one break or thousands: all of them in one transaction with one audit event, or none. */

import {
  actFits,
  type BreakActResult,
  type BreakFilter,
  type BreakRefusal,
  type WorkedBreak,
} from '../../shared/breaks.ts';
import type { CloseSettings } from '../../shared/close.ts';
import { TieoutError } from '../../shared/errors.ts';
import { isoTime } from '../clock.ts';
import { assertOpen } from '../close/lock.ts';
import type { CloseParts } from '../close/parts.ts';
import { assertRight, currentSettings } from '../close/settings.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Transaction } from '../workspace/transaction.ts';
import {
  type ActBounds,
  type BreakChange,
  checkedChange,
  KIND_OF,
  RIGHT_NEEDED,
  refusal,
} from './act-rules.ts';
import { type BreakLine, type LineWatch, linesText, storeLines } from './break-lines.ts';
import { breakCondition, workedBreak } from './break-rows.ts';
import { makeBreakTable } from './break-table.ts';
import { underStanding } from './standing-suppressions.ts';
import { mixedCurrencies, writeOffLimits } from './write-off-limits.ts';

export interface BreakChoice {
  readonly filter: BreakFilter;
  /** Named breaks; null: all under the filter that the act can be done to. */
  readonly ids: readonly string[] | null;
}

/** A break with the reconciliation that it is shown by. */
export interface ChosenBreak {
  readonly row: WorkedBreak;
  readonly reconId: string;
}

const TABLE = 'break_chosen';

/** What the choice names, as it stands in the transaction. */
export async function chosenBreaks(
  tx: Transaction,
  choice: BreakChoice,
  now: number,
): Promise<readonly ChosenBreak[]> {
  const { settings } = await currentSettings(tx);
  await makeBreakTable(tx, TABLE, choice.filter.month, { ageBy: settings.age_by, now });
  const { sql, parameters } = breakCondition(choice.filter, choice.ids);
  const rows = await tx.rows(`SELECT * FROM temp.${TABLE} WHERE ${sql} ORDER BY ordinal`, parameters);
  const chosen = rows.map((row) => ({ row: workedBreak(row), reconId: row.text('recon_id') }));
  await tx.run(`DROP TABLE temp.${TABLE}`);
  return chosen;
}

/** A line of what an act makes of a break. */
export function lineOf({ row, reconId }: ChosenBreak, change: BreakChange, ordinal: number): BreakLine {
  return {
    breakId: row.breakId,
    ordinal,
    month: row.month,
    act: KIND_OF[change.act],
    reconId,
    reason: 'reason' in change ? change.reason : null,
    note: 'note' in change && change.note !== '' ? change.note : null,
    assignee: change.act === 'assign' ? change.assignee : null,
    fileName: change.act === 'attach' ? change.fileName : null,
    fileSha256: change.act === 'attach' ? change.fileSha256 : null,
    category: row.category,
    difference: row.difference,
    currency: row.currency,
  };
}

/** The lines of an act: what is to hold from now on holds for the break at hand too. */
function linesOf(one: ChosenBreak, change: BreakChange): readonly BreakLine[] {
  const { state } = one.row;
  const line = lineOf(one, change, 0);
  if (change.act === 'suppress-future' && state !== 'suppressed')
    return [lineOf(one, { ...change, act: 'suppress' }, 0), { ...line, ordinal: 1 }];
  if (change.act === 'lift-future' && state === 'suppressed')
    return [lineOf(one, { ...change, act: 'lift' }, 0), { ...line, ordinal: 1 }];
  return [line];
}

/** What acts on these breaks are held against. */
export async function actBounds(
  tx: Transaction,
  settings: CloseSettings,
  chosen: readonly ChosenBreak[],
): Promise<ActBounds> {
  const shown = chosen.map(({ row, reconId }) => ({ reconId, breakId: row.breakId }));
  return {
    limits: await writeOffLimits(
      tx,
      settings,
      chosen.map(({ row }) => row.month),
    ),
    standing: await underStanding(tx, shown),
    mixed: await mixedCurrencies(tx, shown),
  };
}

/** Refusals that are told in the sentence; all are in the details. */
const TOLD = 3;

function refused(act: string, refusals: readonly BreakRefusal[], chosen: number): TieoutError {
  const first = refusals.slice(0, TOLD).map(({ breakId, message }) => `${breakId} ${message}`);
  const more = refusals.length > TOLD ? `, and ${refusals.length - TOLD} more` : '';
  return new TieoutError(
    'break-refused',
    `${refusals.length} of ${chosen} breaks cannot be done (${act}): ${first.join('; ')}${more}; nothing was changed: leave these out, or put them right first.`,
    { act, refusals: refusals.map(({ breakId, message }) => `${breakId} ${message}`) },
  );
}

/** The breaks that the act can be done to. @throws TieoutError `break-refused` with every refusal, `nothing-to-do`. */
function admitted(
  chosen: readonly ChosenBreak[],
  { ids }: BreakChoice,
  change: BreakChange,
  bounds: ActBounds,
): readonly ChosenBreak[] {
  const why = (row: WorkedBreak): string | null => refusal(change, row, bounds);
  // A filter means those that the act fits.
  const fitting = ({ row }: ChosenBreak): boolean =>
    actFits(change.act, row.state, bounds.standing.has(row.breakId));
  const meant = ids === null ? chosen.filter(fitting) : chosen;
  const refusals: BreakRefusal[] = [];
  for (const { row } of meant) {
    const message = why(row);
    if (message !== null) refusals.push({ breakId: row.breakId, message });
  }
  if (ids !== null) {
    const known = new Set(chosen.map(({ row }) => row.breakId));
    for (const breakId of new Set(ids))
      if (!known.has(breakId)) refusals.push({ breakId, message: 'is no break of this workspace' });
  }
  if (refusals.length > 0) throw refused(change.act, refusals, Math.max(meant.length, refusals.length));
  if (meant.length === 0) {
    throw new TieoutError(
      'nothing-to-do',
      `There is no break to ${change.act} under this filter; see tieout breaks list.`,
    );
  }
  return meant;
}

const UNWATCHED: LineWatch = { signal: new AbortController().signal, onProgress: () => {} };

/**
 * Done as a whole, or not at all where it is refused or cancelled.
 * @throws TieoutError `right-missing`, `month-locked`, `usage`, `break-refused` (every break with its reason; nothing is
 *   changed), `nothing-to-do`, `cancelled`.
 */
export async function actOnBreaks(
  parts: CloseParts,
  choice: BreakChoice,
  asked: BreakChange,
  watch: LineWatch = UNWATCHED,
): Promise<BreakActResult> {
  const { workspace, actor } = parts;
  const { signal, onProgress } = watch;
  const at = isoTime(parts.clock.now());
  return workspace.database.transaction(async (tx) => {
    signal.throwIfAborted();
    onProgress('Choosing the breaks', 0, null);
    const { settings } = await currentSettings(tx);
    const change = checkedChange(asked, settings, (text) => parts.redactor.redact(text));
    assertRight(settings, actor, RIGHT_NEEDED[change.act], `${change.act} a break`);
    const all = await chosenBreaks(tx, choice, parts.clock.now());
    signal.throwIfAborted();
    onProgress('Checking each break', 0, all.length);
    const chosen = admitted(all, choice, change, await actBounds(tx, settings, all));
    const months = [...new Set(chosen.map(({ row }) => row.month))].sort();
    for (const month of months) await assertOpen(tx, month);
    const lines = chosen.flatMap((one) => linesOf(one, change));
    signal.throwIfAborted();
    const digest = await workspace.evidence.put(Buffer.from(linesText(lines)));
    const seq = await appendAudit(tx, {
      at,
      actor,
      type: `break.${change.act}`,
      payload: {
        months,
        breaks: chosen.length,
        reason: 'reason' in change ? change.reason : null,
        note: 'note' in change && change.note !== '' ? change.note : null,
        ...(change.act === 'assign' && { assignee: change.assignee }),
        ...(change.act === 'attach' && { file: change.fileName, file_sha256: change.fileSha256 }),
        acts_sha256: digest,
      },
    });
    await storeLines(tx, { seq, at, actor }, lines, watch);
    return { act: change.act, at, breaks: chosen.length, months, seq };
  });
}
