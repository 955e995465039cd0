/** How the close of a month stands: everything that its screen and its command show. */
import type { CloseStatus } from '../../shared/close.ts';
import type { Reader } from '../workspace/transaction.ts';
import { givenAdjustments, restatedSince, totalsOf } from './adjustments.ts';
import { bindingNow, movedSince, parseBinding } from './binding.ts';
import { needsOnlyReason, signObstacles } from './obstacles.ts';
import { currentSettings, rightsOf } from './settings.ts';
import { closeAct, standingOf } from './sign-off.ts';

/** @param actor who asks: rights are theirs. */
export async function closeStatus(reader: Reader, month: string, actor: string): Promise<CloseStatus> {
  const { state, last, binding: text } = await standingOf(reader, month);
  const { settings } = await currentSettings(reader);
  const rows = await reader.rows('SELECT * FROM close_event WHERE month = ? ORDER BY seq', [month]);
  const history = rows.map(closeAct);
  const binding = text === null ? null : parseBinding(text);
  const restated = await restatedSince(reader, month);
  const now = binding === null || state === 'signed' ? await bindingNow(reader, month) : null;
  const signed = history.findLast(({ act }) => act === 'signed');
  const waits = state === 'signed' || state === 'approved';
  const obstacles = waits ? [] : await signObstacles(reader, month, '');
  return {
    month,
    state,
    locked: state === 'approved',
    actor,
    rights: rightsOf(settings, actor),
    history,
    binding,
    bindingSha256: last !== null && binding !== null ? last.bindingSha256 : null,
    moved: binding === null ? [] : await movedSince(reader, binding),
    openBreaks: now?.breaks.open ?? binding?.breaks.open ?? 0,
    obstacles,
    reasonNeeded: needsOnlyReason(obstacles),
    sameLogin: state === 'approved' && last?.login === signed?.login,
    waiting: totalsOf(restated?.adjustments ?? []),
    given: await givenAdjustments(reader, month, 'month'),
    taken: await givenAdjustments(reader, month, 'to_month'),
  };
}
