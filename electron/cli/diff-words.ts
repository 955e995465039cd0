/** What a run changed, and its records as of a time, in words. */
import { grouped } from '../../shared/decimal.ts';
import type { ChangeEvent, DiffEvent, RecordsEvent } from '../../shared/restatement.ts';
import { many } from './count-words.ts';
import { countsInWords } from './letter-words.ts';

function runInWords({ run_id, ended_at, source }: DiffEvent['from']): string {
  return `${run_id} (${source}, ${ended_at ?? 'not ended'})`;
}

export function diffInWords(event: DiffEvent): string {
  const { from, to } = event;
  const dead = event.removed_dead_letters;
  const retried = [from, to].filter((run) => run.retried > 0);
  return [
    `${event.month} from run ${runInWords(from)}`,
    `        to run ${runInWords(to)}`,
    `${many(event.added, 'settlement')} added, ${grouped(String(event.changed))} changed, ${grouped(String(event.removed))} removed${dead > 0 ? ` (${dead} of them dead letters of the later run)` : ''}`,
    `${grouped(String(event.reversioned))} re-versioned, ${grouped(String(event.repeated))} repeated otherwise, ${grouped(String(event.unchanged))} unchanged; ${grouped(String(event.identical_rows))} of ${many(to.rows, 'row')} identical`,
    ...retried.map((run) => `${many(run.retried, 'retried dead letter')} of ${run.run_id} counted in`),
  ].join('\n');
}

const KINDS = {
  added: '+',
  removed: '-',
  changed: '~',
  reversioned: 'v',
  repeated: 'x',
} as const;

export function changeInWords(event: ChangeEvent): string {
  const { kind, fields, from_amount, to_amount, currency } = event;
  const seen = fields.map(({ field, from, to }) => `${field} ${from ?? '-'} -> ${to ?? '-'}`);
  const said =
    kind === 'added'
      ? `amount ${to_amount} ${currency}`
      : kind === 'removed'
        ? `amount ${from_amount} ${currency}${event.dead_letter === null ? '' : `, a dead letter now: ${event.dead_letter}`}`
        : kind === 'repeated'
          ? `${event.from_occurrences} -> ${many(event.to_occurrences, 'identical row')}`
          : seen.join(', ');
  return `${KINDS[kind]} ${event.settlement_id}  ${event.delivery_start}  ${said}`;
}

export function recordsInWords(event: RecordsEvent): string {
  return [
    `${event.month}, run ${event.run_id} from ${event.source}, as of ${event.as_of ?? 'now'}`,
    countsInWords(event),
    `run ${event.run_sha256 ?? 'not finished'}`,
  ].join('\n');
}
