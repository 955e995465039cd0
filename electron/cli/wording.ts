/** Events in words, one line each, for a person at a terminal. */
import { grouped } from '../../shared/decimal.ts';
import { assertNever } from '../../shared/errors.ts';
import type { FindingEvent, TieoutEvent } from '../../shared/events.ts';
import type { Totals } from '../../shared/recon.ts';
import { many } from './count-words.ts';
import { changeInWords, diffInWords, recordsInWords } from './diff-words.ts';
import { importInWords } from './import-words.ts';
import { actInWords, lettersInWords } from './letter-words.ts';
import { rebuildInWords, rebuiltRunInWords } from './rebuild-words.ts';

export function totalsInWords(totals: Totals): string {
  const parts = Object.entries(totals).map(([currency, total]) => `${grouped(total)} ${currency}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** What a price is off by, and what it may be off by. */
function differenceInWords(detail: FindingEvent['detail']): string {
  if (detail.difference === undefined) return '';
  return `, off by ${detail.difference} (tolerance ${detail.absolute} or ${detail.percent} %)`;
}

/** @returns null for events that say nothing to a person. */
export function inWords(event: TieoutEvent): string | null {
  switch (event.type) {
    case 'token':
      return `token renewed, good for ${event.expires_in} s`;
    case 'retry':
      return `retry ${event.attempt} in ${(event.delay_ms / 1000).toFixed(1)} s (${event.status ?? event.error}, ${event.reason}) ${event.request_id}`;
    case 'page':
      return `page ${event.page}  ${many(event.records, 'record')}${event.rejected > 0 ? `, ${event.rejected} rejected` : ''}  ${event.page_sha256}  ${event.elapsed_ms} ms`;
    case 'drift':
      return `schema drift: ${event.severity === undefined ? '' : `${event.severity}, `}${event.field} ${event.kind} (expected ${event.expected}, seen ${event.seen}${event.count === undefined ? '' : ` in ${many(event.count, 'record')}`})`;
    case 'dead-letter':
      return `dead letter: page ${event.page} record ${event.index}${event.settlement_id === null ? '' : ` (${event.settlement_id})`}: ${event.reasons.map((reason) => reason.message).join('; ')}`;
    case 'warning':
      return `warning: ${event.message}`;
    case 'done':
      return `${event.month} synced: ${many(event.records, 'record')} on ${many(event.pages, 'page')}${event.rejected > 0 ? `, ${event.rejected} of them dead letters` : ''}; ${event.added} added, ${event.changed} changed, ${event.removed} removed${event.findings === undefined ? '' : `; ${many(event.findings, 'finding')} against trades and curves`}\nrun ${event.run_sha256}`;
    case 'import':
      return importInWords(event);
    case 'recon': {
      const categories = Object.entries(event.by_category).map(([category, count]) => `${category} ${count}`);
      return `${event.month} reconciled: ${grouped(String(event.matched))} matched, ${many(event.breaks, 'break')}${categories.length > 0 ? ` (${categories.join(', ')})` : ''}, ${grouped(String(event.pending))} pending${event.dead_letters > 0 ? `; ${many(event.dead_letters, 'dead letter')} of the run in neither total` : ''}\nETRM ${totalsInWords(event.etrm_total)}; ledger ${totalsInWords(event.ledger_total)}\nrecon ${event.recon_sha256}`;
    }
    case 'break':
      return `${event.category}  ${event.settlement_id ?? event.trade_id ?? event.break_id}  ETRM ${event.etrm_amount ?? '-'}  ledger ${event.ledger_amount ?? '-'}  difference ${event.difference} ${event.currency}`;
    case 'report':
      return `${event.path}  ${event.sha256}`;
    case 'verify':
      return event.differences === 0
        ? `verified: ${many(event.pages, 'page')}, ${many(event.records, 'record')}, ${many(event.audit_events, 'audit event')}${event.retried > 0 ? `, ${many(event.retried, 'retried dead letter')}` : ''}; everything agrees`
        : `verified: ${many(event.pages, 'page')}; ${many(event.differences, 'difference')}`;
    case 'rebuild-run':
      return rebuiltRunInWords(event);
    case 'rebuild':
      return rebuildInWords(event);
    case 'finding':
      return `${event.code}  ${event.settlement_id}  ${event.field}: expected ${event.expected}, found ${event.found}${differenceInWords(event.detail)}`;
    case 'curve-import':
      return `${event.file} imported: ${many(event.points, 'point')} of ${many(event.snapshots, 'curve snapshot')}`;
    case 'curve':
      return `${event.curve_id}  as of ${event.as_of}  ${many(event.points, 'point')}  ${event.origin} ${event.source}${event.pinned ? '  pinned' : ''}${event.chosen ? '' : '  replaced'}  ${event.sha256}`;
    case 'dead-letters':
      return lettersInWords(event);
    case 'dead-letter-act':
      return actInWords(event);
    case 'diff':
      return diffInWords(event);
    case 'change':
      return changeInWords(event);
    case 'records':
      return recordsInWords(event);
    case 'error':
      return event.message;
    default:
      return assertNever(event);
  }
}
