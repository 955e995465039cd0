/** How long records are kept, holds, and what was removed, from their events. */
import { keepPruned, prunedList } from '../compliance/prune.ts';
import { keepHold, keepSetting } from '../compliance/retention.ts';
import { documentText, type ReplayParts } from './replay-parts.ts';
import type { ToldEvent } from './told-event.ts';

export async function replayRetention(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const { seq, at, actor } = event;
  if (event.type === 'retention.set') {
    const row = { seq, at, actor, years: event.int('years'), reason: event.text('reason') };
    await parts.database.transaction((tx) => keepSetting(tx, row));
    return;
  }
  const month = event.text('month');
  if (event.type === 'retention.prune') {
    const documents = prunedList(await documentText(parts, event.sha256('list_sha256')));
    await parts.database.transaction((tx) => keepPruned(tx, seq, month, documents));
    return;
  }
  const act = event.type === 'retention.hold' ? 'placed' : 'released';
  const row = { seq, at, actor, month, act, reason: event.text('reason') } as const;
  await parts.database.transaction((tx) => keepHold(tx, row));
}
