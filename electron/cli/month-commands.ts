/** reconcile and verify: a month's work after the sync. */
import { TieoutError } from '../../shared/errors.ts';
import type { BreakEvent, ReconEvent, VerifyEvent } from '../../shared/events.ts';
import type { VerifyResult } from '../../shared/jobs.ts';
import type { Break, ReconSummary } from '../../shared/recon.ts';
import { pendingReasons } from '../recon/pending-reasons.ts';
import { monthWaterfall } from '../recon/waterfall.ts';
import { breaksOf } from '../views/breaks.ts';
import { rulesNamed } from './rules.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

const nothing = (): void => {};

export function reconEvent(recon: ReconSummary): ReconEvent {
  return {
    type: 'recon',
    month: recon.month,
    matched: recon.matched,
    breaks: recon.breaks,
    pending: recon.pending,
    dead_letters: recon.dead_letters,
    by_category: recon.by_category,
    etrm_total: recon.etrm_total,
    ledger_total: recon.ledger_total,
    recon_sha256: recon.recon_sha256,
    ...(recon.suggested === undefined ? {} : { suggested: recon.suggested }),
    ...(recon.rules === undefined ? {} : { rules: recon.rules }),
  };
}

export function breakEvent(found: Break): BreakEvent {
  return {
    type: 'break',
    break_id: found.break_id,
    category: found.category,
    settlement_id: found.settlement_id,
    trade_id: found.trade_id,
    delivery_start: found.delivery_start,
    currency: found.currency,
    etrm_amount: found.etrm_amount,
    ledger_amount: found.ledger_amount,
    difference: found.difference,
    explained: found.explained,
    ...(found.evidence === undefined ? {} : { evidence: found.evidence }),
  };
}

export interface ReconcileOptions extends CommonOptions {
  readonly month: string;
  readonly rules?: string;
  readonly failOnBreaks?: boolean;
}

export async function reconcileCommand(session: Session, options: ReconcileOptions): Promise<number> {
  const month = monthOption(options.month);
  const app = await session.app();
  const given = options.rules === undefined ? {} : { rules: await rulesNamed(session, options.rules) };
  const recon = await app.reconcile({
    ...{ month, source: null, ...given, signal: session.signal },
    onProgress: nothing,
  });
  const waterfall = await monthWaterfall(app.workspace.database, recon.recon_id);
  const pending = await pendingReasons(app.workspace.database, recon.recon_id);
  const event: ReconEvent = {
    ...reconEvent(recon),
    ...(recon.pending === 0 ? {} : { pending_by_reason: pending }),
    ...(waterfall === null ? {} : { waterfall }),
  };
  session.out.event(event, inWords(event));
  for await (const found of breaksOf(app.workspace.database, recon.recon_id)) {
    const told = breakEvent(found);
    session.out.event(told, inWords(told));
  }
  return options.failOnBreaks && recon.breaks > 0 ? 1 : 0;
}

export interface VerifyOptions extends CommonOptions {
  readonly month?: string;
}

export function verifyEvent(result: VerifyResult): VerifyEvent {
  return {
    type: 'verify',
    month: result.month,
    pages: result.pages,
    records: result.records,
    retried: result.retried,
    audit_events: result.auditEvents,
    differences: result.differences.length,
  };
}

export async function verifyCommand(session: Session, options: VerifyOptions): Promise<number> {
  const month = options.month === undefined ? null : monthOption(options.month);
  const app = await session.appAsItIs();
  const result = await app.verify({ month, signal: session.signal, onProgress: nothing });
  for (const { subject, name, expected, found } of result.differences) {
    session.out.event(
      { type: 'difference', subject, name, expected, found },
      `differs: ${subject} ${name}: expected ${expected}, found ${found}`,
    );
  }
  const event = verifyEvent(result);
  session.out.event(event, inWords(event));
  if (result.differences.length === 0) return 0;
  const first = result.differences[0];
  throw new TieoutError(
    'check-failed',
    `${result.differences.length} of the checks found a difference, the first in ${first?.subject} ${first?.name}; restore the workspace from a backup or sync the month again.`,
  );
}
