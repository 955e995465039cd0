/**
 * The ordered rules, one after the other, over the rows that no earlier one has matched. Rows that meet under a rule's key
 * are matched by its kind; where several could be, the lowest id is, so that a rerun gives the same answer.
 */
import type { Rule } from '../../shared/rules.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { newestPostings, subjectOf } from './balance.ts';
import { candidateKeys, numberKeys } from './candidates.ts';
import { withinWindow } from './date-window.ts';
import { ItemBatch } from './items.ts';
import { type Judgement, type KeySides, matchedBy } from './judge.ts';
import { keyExpression } from './key-expression.ts';
import type { Decisions } from './match-decisions.ts';
import type { RuleSet, TriedRules } from './rules.ts';
import { type EtrmSide, LEDGER_PRINT, type LedgerSide } from './sides.ts';

/** Pairs that are tried in one group: beyond, pairing one by one says nothing that an analyst could follow. */
const MOST_PAIRS = 1_000_000;

interface Match {
  readonly sides: KeySides;
  readonly judged: Judgement;
}

/** Whether the posting lies in the rule's window around the settlement; true where it has none. */
function isWithin({ window }: Rule, etrm: EtrmSide, ledger: LedgerSide): boolean {
  return window === undefined || withinWindow(window, etrm, ledger) === true;
}

/** Stable over runs, pages and files; another version of a settlement is another match. */
export function ruleMatchId(month: string, etrm: readonly EtrmSide[], ledger: readonly LedgerSide[]): string {
  const ours = etrm.map((row) => `${row.settlement_id}\n${row.version ?? ''}`).sort();
  const theirs = ledger.map((row) => row.print).sort();
  return `M-${sha256(JSON.stringify([month, ours, theirs])).slice(0, 16)}`;
}

interface Basis {
  readonly month: string;
  readonly rules: TriedRules;
  readonly decisions: Decisions;
}

/** The judgement of a match as analysts decided it; null where they said that it is none. */
function decided(
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  rule: Rule,
  { month, rules, decisions }: Basis,
): Judgement | null {
  const judged = matchedBy(etrm, ledger, rule, rules, month);
  if (judged === null) return null;
  const matchId = ruleMatchId(month, etrm, ledger);
  const act = decisions.acts.get(matchId);
  if (act === 'reject' || act === 'unmatch') return null;
  if (judged.state === 'break') return judged;
  const state = act === 'confirm' ? 'matched' : judged.state;
  return { ...judged, state, matchId };
}

/**
 * Gives each row what is near it and still free, where they match: all of it, or the first that does.
 * @param match keeps a match, or says that it is none.
 */
function takeNear<One, Other>(
  ones: readonly One[],
  others: readonly Other[],
  isNear: (one: One, other: Other) => boolean,
  singly: boolean,
  match: (one: One, near: readonly Other[]) => boolean,
): void {
  const free = new Set(others);
  for (const one of ones) {
    const near = [...free].filter((other) => isNear(one, other));
    const taken = (singly ? near.map((other) => [other]) : [near]).find((some) => match(one, some));
    for (const other of taken ?? []) free.delete(other);
  }
}

/** Of a posting, what it replaces: earlier versions in a cumulative ledger, which go where the newest one goes. */
type Replaced = (standing: readonly LedgerSide[]) => readonly LedgerSide[];

/** The postings of a group that may be matched. */
function standingOf(
  { ledger }: KeySides,
  { ledger: kind }: RuleSet,
): readonly [readonly LedgerSide[], Replaced] {
  const newest = kind === 'cumulative' ? newestPostings(ledger) : ledger;
  if (newest.length === ledger.length) return [ledger, (some) => some];
  const standing = new Set(newest);
  const withReplaced: Replaced = (some) => {
    const [chosen, subjects] = [new Set(some), new Set(some.map(subjectOf))];
    return ledger.filter((row) => chosen.has(row) || (!standing.has(row) && subjects.has(subjectOf(row))));
  };
  return [newest, withReplaced];
}

/** The matches of one group. */
function matchGroup(group: KeySides, rule: Rule, basis: Basis): readonly Match[] {
  const { etrm, key } = group;
  const [ledger, withReplaced] = standingOf(group, basis.rules);
  const [one, other] = rule.kind.split(':');
  const found: Match[] = [];
  const taken = new Set<LedgerSide>();
  const keep = (some: readonly EtrmSide[], standing: readonly LedgerSide[]): boolean => {
    if (some.length === 0 || standing.length === 0) return false;
    // What is replaced goes with the first of several that replace it.
    const posted = withReplaced(standing).filter((row) => !taken.has(row));
    const judged = decided(some, posted, rule, basis);
    if (judged === null) return false;
    const own = `m${rule.name}\u001f${key}\u001f${found.length}`;
    found.push({ sides: { key: own, etrm: some, ledger: posted }, judged });
    for (const row of posted) taken.add(row);
    return true;
  };
  const isOneToOne = one === '1' && other === '1';
  if ((rule.window || isOneToOne) && etrm.length * ledger.length > MOST_PAIRS) return [];
  if (isOneToOne || (rule.window && one === '1')) {
    const isNear = (row: EtrmSide, posting: LedgerSide): boolean => isWithin(rule, row, posting);
    takeNear(etrm, ledger, isNear, isOneToOne, (row, near) => keep([row], near));
    return found;
  }
  if (rule.window && other === '1') {
    const isNear = (posting: LedgerSide, row: EtrmSide): boolean => isWithin(rule, row, posting);
    takeNear(ledger, etrm, isNear, false, (posting, near) => keep(near, [posting]));
    return found;
  }
  if ((one === '1' && etrm.length > 1) || (other === '1' && ledger.length > 1)) return [];
  const near = ledger.filter((posting) => etrm.every((row) => isWithin(rule, row, posting)));
  keep(etrm, near);
  return found;
}

/** Takes rows that are matched away from what is staged. */
async function takeAway(tx: Transaction, matches: readonly Match[]): Promise<void> {
  const etrm = matches.flatMap(({ sides }) => sides.etrm.map((row) => ({ p: row.page, i: row.index })));
  const ledger = matches.flatMap(({ sides }) =>
    sides.ledger.map((row) => ({ f: row.import_id, l: row.line })),
  );
  await tx.run(
    `DELETE FROM temp.etrm_current USING (
       SELECT unnest(from_json(?::JSON, '[{"p":"BIGINT","i":"BIGINT"}]'), recursive := true)) t
     WHERE etrm_current.page = t.p AND etrm_current.idx = t.i`,
    [JSON.stringify(etrm)],
  );
  await tx.run(
    `DELETE FROM temp.ledger_live USING (
       SELECT unnest(from_json(?::JSON, '[{"f":"VARCHAR","l":"BIGINT"}]'), recursive := true)) t
     WHERE ledger_live.import_id = t.f AND ledger_live.line = t.l`,
    [JSON.stringify(ledger)],
  );
}

/** Keys by identity with a posting that was made twice: a break, whatever its rows would go with. */
async function findDoubled(tx: Transaction): Promise<void> {
  await tx.run(
    `CREATE OR REPLACE TEMP TABLE doubled_key AS
     SELECT key FROM (
       SELECT key, ${LEDGER_PRINT} AS print FROM temp.ledger_live
       WHERE key IN (SELECT key FROM temp.ledger_live GROUP BY key HAVING count(*) > 1))
     GROUP BY key HAVING count(*) > count(DISTINCT print)`,
  );
}

/** Gives the rows that the rule may match its key; pending settlements, rows that came twice and those that
 * an analyst took apart have none. */
async function keyRows(tx: Transaction, rule: Rule, rules: RuleSet, apart: readonly string[]): Promise<void> {
  const parted = `list_contains(json_extract_string(?::JSON, '$[*]'), key)`;
  const keys = JSON.stringify(apart);
  const etrm = keyExpression(rule.key, 'etrm');
  const ledger = keyExpression(rule.key, 'ledger');
  await tx.run(
    `UPDATE temp.etrm_current SET rule_key = CASE
       WHEN ${parted} OR list_contains(json_extract_string(?::JSON, '$[*]'), status)
         OR settlement_id IN (SELECT settlement_id FROM temp.etrm_current WHERE placed > 1) THEN NULL
       ELSE ${etrm.sql} END`,
    [keys, JSON.stringify(rules.pending), ...etrm.parameters],
  );
  await tx.run(
    `UPDATE temp.ledger_live SET rule_key = CASE
       WHEN ${parted} OR key IN (SELECT key FROM temp.doubled_key) THEN NULL ELSE ${ledger.sql} END`,
    [keys, ...ledger.parameters],
  );
  if (rules.ledger !== 'cumulative' || rule.key === 'identity') return;
  // A posting that a newer version replaces goes where that one goes, whatever it says itself.
  await tx.run(
    `UPDATE temp.ledger_live SET rule_key = newest.rule_key
     FROM (
       SELECT l.key, n.version, min(l.rule_key) AS rule_key
       FROM temp.ledger_live l JOIN (
         SELECT key, max(coalesce(version, 0)) AS version FROM temp.ledger_live GROUP BY key HAVING count(*) > 1) n
       ON n.key = l.key AND coalesce(l.version, 0) = n.version GROUP BY ALL) newest
     WHERE newest.key = ledger_live.key AND coalesce(ledger_live.version, 0) < newest.version`,
  );
}

/**
 * Runs every rule; the items go into `item`, their rows out of what is staged.
 * @returns the judgement of each item, in their order.
 */
export async function runRules(
  tx: Transaction,
  basis: Basis,
  watch: {
    readonly signal: AbortSignal;
    readonly onProgress: (step: string, done: number, total: number | null) => void;
  },
): Promise<readonly Judgement[]> {
  const { rules, decisions } = basis;
  const kept: Judgement[] = [];
  await findDoubled(tx);
  for (const rule of rules.rules) {
    await keyRows(tx, rule, rules, decisions.apart);
    const groups = await numberKeys(tx, 'rule_key');
    let tried = 0;
    for await (const batch of candidateKeys(tx, groups, 'rule_key')) {
      watch.signal.throwIfAborted();
      const matches = batch.flatMap((group) => matchGroup(group, rule, basis));
      if (matches.length > 0) {
        const items = new ItemBatch(kept.length);
        for (const { sides, judged } of matches) {
          items.add(basis.month, sides, judged);
          kept.push(judged);
        }
        await items.store(tx);
        await takeAway(tx, matches);
      }
      tried += batch.length;
      watch.onProgress(`Matching by the rule "${rule.name}"`, tried, groups);
    }
  }
  await tx.run('DROP TABLE temp.doubled_key');
  return kept;
}
