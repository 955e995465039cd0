/**
 * The audit chain done again on a new database, event by event in its order: what is known at an event is what was known
 * when it happened. A kind of event that is not here cannot be made again; a test holds this list to docs/audit.md.
 */
import { ERROR_CODES, TieoutError } from '../../shared/errors.ts';
import { storeFindingsAgain } from '../findings/derive-findings.ts';
import { pinAgain } from '../findings/pins.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { CARRIED } from './old-tables.ts';
import {
  replayConnection,
  replayProfile,
  replayReport,
  replaySiem,
  replayTolerance,
  replayVerification,
} from './replay-acts.ts';
import {
  replayAdjustments,
  replayBreakAct,
  replayClose,
  replayFollow,
  replaySettings,
} from './replay-close.ts';
import { replayDrift } from './replay-drift.ts';
import { replayCurveImport, replayLedgerImport, replayMapping, replaySeal } from './replay-imports.ts';
import { replayLetterAct } from './replay-letters.ts';
import type { ReplayParts } from './replay-parts.ts';
import { reconAgain, replayMatchDecision, replayRecon, replayRules } from './replay-recons.ts';
import { replayRetention } from './replay-retention.ts';
import { ReplayedRuns } from './replay-runs.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

type Act = (parts: ReplayParts, event: ToldEvent, runs: ReplayedRuns) => Promise<void>;

/** Leaves nothing in a table that is made again. */
const nothing: Act = async () => {};

/** By the kind of event. */
export const ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['connection.save', replayConnection],
  ['connection.remove', replayConnection],
  ['profile.save', replayProfile],
  ['sync.start', (_, event, runs) => runs.start(event)],
  ['sync.resume', async (_, event, runs) => runs.resume(event)],
  ['sync.page', (_, event, runs) => runs.page(event)],
  ['sync.retry', nothing],
  ['token.renewed', nothing],
  ['sync.unstable', nothing],
  ['sync.warning', (_, event, runs) => runs.warning(event)],
  ['sync.done', (_, event, runs) => runs.stop(event, 'done')],
  ['sync.failed', (_, event, runs) => runs.stop(event, 'failed')],
  ['sync.cancelled', (_, event, runs) => runs.stop(event, 'cancelled')],
  ['drift.baseline', replayDrift],
  ['drift.found', replayDrift],
  ['drift.accept', replayDrift],
  ['drift.reject', replayDrift],
  ['dead-letter.retry', replayLetterAct],
  ['dead-letter.discard', replayLetterAct],
  ['dead-letter.reopen', replayLetterAct],
  ['curves.import', replayCurveImport],
  ['curves.seal', replaySeal],
  ['curves.tolerance', replayTolerance],
  ['findings.pin', replayPin],
  ['mapping.save', replayMapping],
  ['ledger.import', replayLedgerImport],
  ['rules.save', replayRules],
  ['match.confirm', replayMatchDecision],
  ['match.reject', replayMatchDecision],
  ['match.unmatch', replayMatchDecision],
  ['match.restore', replayMatchDecision],
  ['recon.done', replayRecon],
  ['break.follow', replayFollow],
  ['break.assign', replayBreakAct],
  ['break.comment', replayBreakAct],
  ['break.resolve', replayBreakAct],
  ['break.reopen', replayBreakAct],
  ['break.write-off', replayBreakAct],
  ['break.suppress', replayBreakAct],
  ['break.lift', replayBreakAct],
  ['break.suppress-future', replayBreakAct],
  ['break.lift-future', replayBreakAct],
  ['break.attach', replayBreakAct],
  ['break.import', replayBreakAct],
  ['close.settings', replaySettings],
  ['close.sign', replayClose],
  ['close.approve', replayClose],
  ['close.return', replayClose],
  ['close.reopen', replayClose],
  ['close.adjust', replayAdjustments],
  ['report.export', replayReport],
  ['eqr.export', nothing],
  ['retention.set', replayRetention],
  ['retention.hold', replayRetention],
  ['retention.release', replayRetention],
  ['retention.prune', replayRetention],
  ['verify.done', replayVerification],
  ['siem.save', replaySiem],
  ['siem.remove', replaySiem],
  ['rebuild', nothing],
]);

/** Tables without a number of their own, by the key that they bear of another one's. */
const UNDER = [
  ['ledger_row', 'import_id', 'ledger_import'],
  ['curve_point', 'run_id', 'curve_import'],
  ['recon_match', 'recon_id', 'recon'],
  ['recon_judged', 'recon_id', 'recon'],
  ['recon_waterfall', 'recon_id', 'recon'],
  ['recon_break', 'recon_id', 'recon'],
] as const;

/** Those between which pages may go on waiting. */
const BESIDE_PAGES: ReadonlySet<string> = new Set([
  'sync.page',
  'sync.retry',
  'sync.warning',
  'token.renewed',
]);

async function replayPin(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const runId = event.text('run_id');
  const run = await parts.database.row('SELECT source, month FROM run WHERE run_id = ?', [runId]);
  if (!run) throw new NotEnough('its run could not be made again');
  const of = { runId, source: run.text('source'), month: run.text('month') };
  const said = await parts.database.transaction((tx) => pinAgain(tx, of, event.seq));
  parts.findings.expect('finding', `pins of run ${runId}`, event.text('pins_sha256'), said.pins_sha256);
}

export class Replay {
  readonly #parts: ReplayParts;
  readonly runs: ReplayedRuns;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.runs = new ReplayedRuns(parts);
  }

  /** @throws TieoutError `workspace-*`; the signal's reason. */
  async event(event: ToldEvent): Promise<void> {
    this.#parts.signal.throwIfAborted();
    if (!BESIDE_PAGES.has(event.type)) await this.runs.flush();
    const act = ACTS.get(event.type);
    try {
      if (!act) throw new NotEnough('this Tieout does not know what it records');
      await act(this.#parts, event, this.runs);
    } catch (error) {
      await this.#takeOver(event, whyNot(error));
    }
  }

  /** What an event recorded, as the old database has it, where it cannot be made again. */
  async #takeOver(event: ToldEvent, why: string): Promise<void> {
    const { remains, database, findings } = this.#parts;
    const taken = remains === null ? 0 : await database.transaction((tx) => this.#take(tx, event.seq));
    if (taken === 0 && event.type === 'recon.done') this.#parts.again(reconAgain(event));
    const found = taken > 0 ? 'as the old database had it' : 'nothing';
    findings.expect(
      'audit',
      `event ${event.seq} (${event.type})`,
      'what it recorded',
      `${found}, because ${why}`,
    );
  }

  async #take(tx: Transaction, seq: number): Promise<number> {
    const { remains } = this.#parts;
    if (!remains) return 0;
    let taken = 0;
    for (const [name, columns] of remains.tables) {
      if (name !== 'audit_event' && !CARRIED.has(name) && columns.includes('seq'))
        taken += await remains.take(tx, name, 'seq = ?', [seq]);
    }
    const of = (table: string, key: string): string =>
      `IN (SELECT ${key} FROM ${remains.table(table)} WHERE seq = ?)`;
    for (const [name, key, table] of UNDER) {
      if (remains.tables.has(table))
        await remains.take(tx, name, `${key} ${of(table, key === 'run_id' ? 'import_id' : key)}`, [seq]);
    }
    return taken;
  }

  /** What is worked out when everything else is there. */
  async finish(): Promise<void> {
    await this.runs.flush();
    const { database, signal } = this.#parts;
    const pinned = await database.rows('SELECT DISTINCT run_id FROM run_pin ORDER BY run_id');
    for (const row of pinned) {
      signal.throwIfAborted();
      await database.transaction((tx) => storeFindingsAgain(tx, row.text('run_id')));
    }
  }

  close(): void {
    this.runs.close();
  }
}

/** A fault of what was recorded, in words. @throws whatever else went wrong. */
function whyNot(error: unknown): string {
  if (error instanceof NotEnough) return error.message;
  // What was good input once and is none today.
  if (error instanceof TieoutError && ERROR_CODES[error.code] === 2) return error.message;
  throw error;
}
