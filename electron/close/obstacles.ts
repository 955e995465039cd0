/** What keeps a month from being signed, in words. */
import type { Reader } from '../workspace/transaction.ts';
import { bindingNow, newestRecon } from './binding.ts';
import { restatingSources } from './later-runs.ts';
import { currentSettings } from './settings.ts';

const WITH_A_REASON = ': sign with a reason';

/** Whether nothing but a reason is missing to a signature. @param obstacles where none is given. */
export function needsOnlyReason(obstacles: readonly string[]): boolean {
  return obstacles.length === 1 && obstacles[0]?.endsWith(WITH_A_REASON) === true;
}

/** Why the month cannot be signed, in words; empty where it can. @param reason where open breaks are to be signed. */
export async function signObstacles(
  reader: Reader,
  month: string,
  reason: string,
): Promise<readonly string[]> {
  const recon = await newestRecon(reader, month);
  if (!recon) return [`${month} was never reconciled`];
  const found: string[] = [];
  const run = await reader.row(
    `SELECT run_id, source FROM run_state WHERE month = ? AND resource = 'settlements' AND outcome = 'done'
       AND source = (SELECT source FROM run WHERE run_id = ?) ORDER BY seq DESC LIMIT 1`,
    [month, recon.text('run_id')],
  );
  if (run && run.text('run_id') !== recon.text('run_id'))
    found.push('a later sync is not reconciled yet: reconcile again');
  for (const source of await restatingSources(reader, month, recon.text('run_id'), recon.int('seq')))
    found.push(`a later sync of ${source} restates settlements of the month: reconcile again`);
  const extracts = await reader.row(
    `SELECT coalesce(string_agg(import_id, ',' ORDER BY import_id), '') AS now,
       (SELECT coalesce(string_agg(i, ',' ORDER BY i), '') FROM unnest(json_extract_string(?::JSON, '$[*]')) t(i)) AS read
     FROM ledger_import_current WHERE month = ?`,
    [recon.text('import_ids'), month],
  );
  if (extracts?.text('now') !== extracts?.text('read'))
    found.push('an extract was imported since the reconciliation: reconcile again');
  const retried = await reader.row(
    `SELECT 1 AS found FROM dead_letter_event WHERE run_id = ? AND act = 'retried' AND seq > ? LIMIT 1`,
    [recon.text('run_id'), recon.int('seq')],
  );
  if (retried) found.push('dead letters became records since the reconciliation: reconcile again');
  const matched = await reader.row(
    'SELECT 1 AS found FROM match_decision WHERE month = ? AND seq > ? LIMIT 1',
    [month, recon.int('seq')],
  );
  if (matched) found.push('matches were decided since the reconciliation: reconcile again');
  const now = await bindingNow(reader, month);
  const open = now?.breaks.open ?? 0;
  const lives = await reader.row(
    `SELECT (SELECT count(*) FROM break_life WHERE month = $1 AND presence.act <> 'closed') AS living,
       (SELECT count(DISTINCT break_id) FROM recon_break WHERE recon_id = $2) AS found`,
    [month, recon.text('recon_id')],
  );
  // What an earlier Tieout found has no life yet, and would be signed unseen.
  if (lives?.int('living') !== lives?.int('found'))
    found.push('its breaks were found by an earlier Tieout: reconcile again');
  if (open > 0) {
    const { settings } = await currentSettings(reader);
    const breaks = `${open} ${open === 1 ? 'break has' : 'breaks have'} no decision`;
    if (!settings.sign_with_open_breaks)
      found.push(
        `${breaks}: resolve, write off or suppress them (or allow it by the setting sign_with_open_breaks)`,
      );
    else if (reason.trim() === '') found.push(`${breaks}${WITH_A_REASON}`);
  }
  return found;
}
