/** What people decided of breaks, and the close, once more: acts lie in the evidence under the hash that their event bears. */

import { linesOf, storeLines } from '../breaks/break-lines.ts';
import { followAgain } from '../breaks/follow.ts';
import { keepAdjustments } from '../close/adjustments.ts';
import { keepSettings } from '../close/settings.ts';
import { keepCloseAct } from '../close/sign-off.ts';
import { currenciesTold } from '../recon/rules.ts';
import { documentText, type ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

/** What a reconciliation did to the breaks of its month. */
export async function replayFollow(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const [month, reconId] = [event.text('month'), event.text('recon_id')];
  const kept = await parts.database.row('SELECT 1 AS found FROM recon WHERE recon_id = ?', [reconId]);
  if (!kept) throw new NotEnough('its reconciliation could not be made again');
  const currencies = currenciesTold(event.has('currencies') ? event.text('currencies') : null);
  const followed = await parts.database.transaction((tx) =>
    followAgain(tx, month, reconId, currencies, event),
  );
  const name = `breaks of ${month} at event ${event.seq}`;
  parts.findings.expect('recon', name, event.text('breaks_sha256'), followed.breaksSha256);
}

/** An act on breaks, or an edited sheet. */
export async function replayBreakAct(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const lines = linesOf(await documentText(parts, event.sha256('acts_sha256')));
  await parts.database.transaction((tx) => storeLines(tx, event, lines));
}

export async function replaySettings(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const digest = event.sha256('settings_sha256');
  const text = await documentText(parts, digest);
  await parts.database.transaction((tx) => keepSettings(tx, event, digest, text));
}

const ACTS = {
  'close.sign': 'signed',
  'close.approve': 'approved',
  'close.return': 'returned',
  'close.reopen': 'reopened',
} as const;

export async function replayClose(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const act = Object.entries(ACTS).find(([type]) => type === event.type)?.[1];
  if (act === undefined) throw new NotEnough('it is no act of a close');
  const digest = event.textOrNull('binding_sha256');
  const binding = digest === null ? null : await documentText(parts, event.sha256('binding_sha256'));
  await parts.database.transaction((tx) =>
    keepCloseAct(tx, {
      ...{ seq: event.seq, month: event.text('month'), act, at: event.at, actor: event.actor },
      ...{ login: event.text('login'), reason: event.textOrNull('reason'), bindingSha256: digest, binding },
    }),
  );
}

export async function replayAdjustments(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const text = await documentText(parts, event.sha256('adjustments_sha256'));
  const of = {
    month: event.text('month'),
    toMonth: event.text('to_month'),
    signedRunId: event.text('signed_run_id'),
    runId: event.text('run_id'),
  };
  await parts.database.transaction((tx) => keepAdjustments(tx, event, of, text));
}
