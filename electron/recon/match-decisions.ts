/** What analysts said of matches: suggested ones confirmed or rejected, matches taken apart, either taken back. */
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { assertOpen } from '../close/lock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';

export const MATCH_ACTS = ['confirm', 'reject', 'unmatch', 'restore'] as const;
export type MatchAct = (typeof MATCH_ACTS)[number];

export interface Decisions {
  /** By match id; none that was taken back. */
  readonly acts: ReadonlyMap<string, MatchAct>;
  /** Keys by identity whose rows are no match. */
  readonly apart: readonly string[];
}

/** Stable over runs: the month and the key by which settlement and posting are known. */
function identityMatchId(month: string, key: string): string {
  return `M-${sha256(`${month}\n${key}`).slice(0, 16)}`;
}

/** @param knownUntil a place in the audit chain; null: all there are. */
export async function decisionsOf(
  reader: Reader,
  month: string,
  knownUntil: number | null,
): Promise<Decisions> {
  const rows = await reader.rows(
    `SELECT match_id, key, act FROM match_decision WHERE month = ? AND (?::BIGINT IS NULL OR seq <= ?)
     QUALIFY row_number() OVER (PARTITION BY match_id ORDER BY seq DESC) = 1 ORDER BY match_id`,
    [month, knownUntil, knownUntil],
  );
  const acts = new Map<string, MatchAct>();
  const apart: string[] = [];
  for (const row of rows) {
    const act = MATCH_ACTS.find((name) => name === row.text('act'));
    if (act === undefined || act === 'restore') continue;
    acts.set(row.text('match_id'), act);
    const key = row.textOrNull('key');
    if (act !== 'confirm' && key !== null) apart.push(key);
  }
  return { acts, apart };
}

export interface MatchDecision {
  readonly month: Month;
  readonly act: MatchAct;
  /** Match ids; of a match by identity, also the settlement id. */
  readonly matches: readonly string[];
  readonly reason: string;
}

interface Target {
  readonly matchId: string;
  readonly key: string | null;
}

/** States that an act may be said of. */
const OF_STATE: Readonly<Record<MatchAct, readonly string[]>> = {
  confirm: ['suggested'],
  reject: ['suggested'],
  unmatch: ['matched'],
  restore: [],
};

/** Of what a rule matched by identity, the key: it holds whatever rules the next reconciliation goes by. */
function identityOfRule(key: string, settlementId: string | null): string | null {
  const [, group, , more] = key.split('\u001f');
  return settlementId !== null && more === undefined && group === `i${settlementId}` ? group : null;
}

async function targetOf(tx: Transaction, decision: MatchDecision, wanted: string): Promise<Target> {
  const { month, act } = decision;
  const said = await tx.row(
    'SELECT match_id, key FROM match_decision WHERE month = ? AND (match_id = ? OR key = ?) LIMIT 1',
    [month, wanted, `i${wanted}`],
  );
  if (act === 'restore') {
    if (said) return { matchId: said.text('match_id'), key: said.textOrNull('key') };
    throw new TieoutError('nothing-to-do', `Nothing was decided about the match ${wanted} of ${month}.`, {
      wanted,
    });
  }
  const recon = await tx.row('SELECT recon_id FROM recon WHERE month = ? ORDER BY seq DESC LIMIT 1', [month]);
  const item = recon
    ? await tx.row(
        'SELECT key, state, match_id, settlement_id FROM recon_item WHERE recon_id = ? AND (match_id = ? OR settlement_id = ?) ORDER BY position LIMIT 1',
        [recon.text('recon_id'), wanted, wanted],
      )
    : null;
  if (!item || !OF_STATE[act].includes(item.text('state'))) {
    const what = OF_STATE[act].join(', ');
    throw new TieoutError(
      'nothing-to-do',
      `The newest reconciliation of ${month} has no ${what} match ${wanted}; see tieout matches list --month ${month}.`,
      { wanted },
    );
  }
  const matchId = item.textOrNull('match_id');
  if (matchId !== null) {
    return { matchId, key: identityOfRule(item.text('key'), item.textOrNull('settlement_id')) };
  }
  return { matchId: identityMatchId(month, item.text('key')), key: item.text('key') };
}

/** Keeps a decision, which the next reconciliation goes by. @throws TieoutError `usage`, `nothing-to-do`, `month-locked`. */
export async function decideMatches(
  parts: { readonly workspace: Workspace; readonly clock: Clock; readonly actor: string },
  decision: MatchDecision,
): Promise<number> {
  const reason = decision.reason.trim();
  if (reason === '') throw new TieoutError('usage', 'A decision about a match needs a reason; give one.');
  const at = isoTime(parts.clock.now());
  return parts.workspace.database.transaction(async (tx) => {
    await assertOpen(tx, decision.month);
    const targets: Target[] = [];
    for (const wanted of new Set(decision.matches)) targets.push(await targetOf(tx, decision, wanted));
    const document = JSON.stringify(targets.map(({ matchId, key }) => [matchId, key]));
    const kept = await parts.workspace.evidence.put(Buffer.from(document));
    const seq = await appendAudit(tx, {
      at,
      actor: parts.actor,
      type: `match.${decision.act}`,
      payload: { month: decision.month, matches: targets.length, matches_sha256: kept, reason },
    });
    await keepDecision(tx, { seq, at, actor: parts.actor }, decision.month, decision.act, reason, document);
    return targets.length;
  });
}

/** @param document a JSON list of match id and key. */
export async function keepDecision(
  tx: Transaction,
  event: { readonly seq: number; readonly at: string; readonly actor: string },
  month: string,
  act: string,
  reason: string,
  document: string,
): Promise<void> {
  await tx.run(
    `INSERT INTO match_decision (seq, month, match_id, key, act, reason, actor, occurred_at)
     SELECT ?, ?, t ->> 0, t ->> 1, ?, ?, ?, ? FROM (SELECT unnest(from_json(?::JSON, '["JSON"]')) AS t)`,
    [event.seq, month, act, reason, event.actor, event.at, document],
  );
}
