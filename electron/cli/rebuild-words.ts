/** A rebuild in words: what was made anew, and what is left to do. */
import type { RebuildEvent, RebuiltRunEvent } from '../../shared/events.ts';
import { many } from './count-words.ts';

export function rebuiltRunInWords(run: RebuiltRunEvent): string {
  const dead = run.rejected > 0 ? `, ${run.rejected} of them received as dead letters` : '';
  const hash = run.run_sha256 === null ? `run ${run.outcome ?? 'not ended'}` : `run ${run.run_sha256}`;
  return `${run.month} ${run.resource} of ${run.source}: ${many(run.pages, 'page')}, ${many(run.records, 'record')}${dead}\n${hash}`;
}

export function rebuildInWords(event: RebuildEvent): string {
  const from = event.from === 'database' ? 'of the old database' : 'of audit.ndjson';
  const compared = {
    read: 'compared with the old database',
    damaged: 'the old database is damaged and could not be compared',
    absent: 'there was no old database',
  }[event.old];
  return [
    `rebuilt from ${many(event.audit_events - 1, 'event')} ${from} and the evidence: ${many(event.runs, 'run')}, ${many(event.pages, 'page')}, ${many(event.records, 'record')}, ${many(event.dead_letters, 'dead letter')} (${event.retried} retried), ${many(event.ledger_rows, 'ledger row')}, ${many(event.curve_points, 'curve point')}, ${many(event.recons, 'reconciliation')}; ${compared}`,
    ...event.again.map((what) => `to be run again: ${what}`),
    ...event.lost.map((what) => `not restored: ${what}`),
    ...(event.set_aside === null ? [] : [`the old database lies in ${event.set_aside}`]),
    event.differences === 0 ? 'everything agrees' : many(event.differences, 'difference'),
  ].join('\n');
}
