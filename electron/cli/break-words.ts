/** Breaks, acts on them and the close in words, and as events. */
import type { BreakActResult, BreakSummary, WorkedBreak, WorkedBreakDetail } from '../../shared/breaks.ts';
import { grouped } from '../../shared/decimal.ts';
import { evidenceInWords } from '../../shared/evidence-words.ts';
import { many } from './count-words.ts';

/** As the `--json` events of breaks have it. */
export function breakFields(row: WorkedBreak) {
  return {
    break_id: row.breakId,
    month: row.month,
    state: row.state,
    category: row.category,
    settlement_id: row.settlementId,
    trade_id: row.tradeId,
    counterparty: row.counterparty,
    location: row.location,
    delivery_start: row.deliveryStart,
    currency: row.currency,
    etrm_amount: row.etrmAmount,
    ledger_amount: row.ledgerAmount,
    difference: row.difference,
    opened_at: row.openedAt,
    age_days: row.ageDays,
    assignee: row.assignee,
    reason: row.reason,
    note: row.note,
    decided_by: row.decidedBy,
    decided_at: row.decidedAt,
    reopenings: row.reopenings,
    comments: row.comments,
    attachments: row.attachments,
  };
}

export function breakInWords(row: WorkedBreak): string {
  const about = row.settlementId ?? row.tradeId ?? '-';
  const who = row.assignee === null ? '' : `  ${row.assignee}`;
  const why = row.reason === null ? '' : `  ${row.reason}`;
  return `${row.breakId}  ${row.state.padEnd(11)}  ${row.category}  ${about}  difference ${grouped(row.difference)} ${row.currency}  ${many(row.ageDays, 'day')}${who}${why}`;
}

export function breaksInWords(summary: BreakSummary): string {
  const { states } = summary;
  const money = Object.entries(summary.openDifference).map(
    ([currency, total]) => `${grouped(total)} ${currency}`,
  );
  return `${many(summary.total, 'break')}: ${states.open} open${money.length > 0 ? ` (${money.join(', ')})` : ''}, ${states.resolved} resolved, ${states['written-off']} written off, ${states.suppressed} suppressed, ${states.closed} closed`;
}

export function detailInWords({ row, standing, found, history }: WorkedBreakDetail): string {
  const { volume, price, rounding, fx } = found.explained;
  const told = history.map((event) => {
    const what = [
      event.reason,
      event.assignee === '' ? 'nobody' : event.assignee,
      event.fileName === null ? null : `${event.fileName} ${event.fileSha256}`,
      event.note,
    ].filter((text) => text !== null);
    return `  ${event.at}  ${event.actor}  ${event.act}${what.length > 0 ? `  ${what.join('  ')}` : ''}`;
  });
  return [
    breakInWords(row),
    ...(standing ? ['suppressed in the months to come too'] : []),
    `ETRM ${row.etrmAmount ?? '-'}  ledger ${row.ledgerAmount ?? '-'}  ${row.counterparty ?? '-'}  ${row.location ?? '-'}  ${row.deliveryStart ?? '-'}`,
    `explained: volume ${volume}, price ${price}${fx === undefined ? '' : `, FX ${fx}`}, rounding ${rounding}`,
    ...evidenceInWords(found.evidence).map((line) => `  ${line}`),
    ...found.differences.map((one) => `  ${one.field}: ETRM ${one.etrm ?? '-'}, ledger ${one.ledger ?? '-'}`),
    'history:',
    ...told,
  ].join('\n');
}

const DONE: Readonly<Record<BreakActResult['act'], string>> = {
  assign: 'assigned',
  comment: 'commented',
  resolve: 'resolved',
  reopen: 'reopened',
  'write-off': 'written off',
  suppress: 'suppressed',
  lift: 'lifted',
  'suppress-future': 'suppressed, and so will be those of months to come',
  'lift-future': 'lifted, and those of months to come will count',
  attach: 'given a file',
};

export function breakActInWords({ act, breaks, months }: BreakActResult): string {
  return `${many(breaks, 'break')} of ${months.join(', ')} ${DONE[act]}`;
}
