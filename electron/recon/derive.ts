/** A reconciliation worked out into the staged tables, without storing it: the same basis gives the same hash. */
import { add, type Decimal, decimal, subtract, ZERO } from '../../shared/decimal.ts';
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import {
  ALL_BREAK_CATEGORIES,
  type BreakCategory,
  type ReconSummary,
  type Totals,
  type Waterfall,
} from '../../shared/recon.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { candidateKeys, numberKeys } from './candidates.ts';
import { ItemBatch } from './items.ts';
import { type Judgement, judge, type KeySides } from './judge.ts';
import { type Decisions, decisionsOf } from './match-decisions.ts';
import { pendingAmounts } from './pending-amounts.ts';
import { placeItems, reconSha256 } from './placing.ts';
import { ruleMatchId, runRules } from './rule-pass.ts';
import { type Currencies, enabledRules, type RuleSet, rulesSha256, type TriedRules } from './rules.ts';
import { stage } from './staging.ts';
import { totals, totalsApart } from './totals.ts';
import { addsUp, WaterfallSums } from './waterfall.ts';

/** What a reconciliation reads, and by what rules. */
export interface ReconBasis {
  readonly month: Month;
  readonly runId: string;
  readonly importIds: readonly string[];
  readonly rules: RuleSet;
  readonly currencies: Currencies;
  /** A place in the audit chain: the run is read as it was known there. Null: as it is known now. */
  readonly knownUntil: number | null;
}

export interface Derived {
  readonly outcome: Omit<ReconSummary, 'recon_id' | 'run_id' | 'month' | 'at' | 'dead_letters'>;
  readonly rulesHash: Sha256;
  readonly pendingTotal: Totals;
  readonly waterfall: Waterfall;
}

interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** What comes after the key in the key of what was taken from it: rows of a match that an analyst took apart. */
const APART = '\u001eledger';

/** Rows of a key that are no match: each side for itself. */
function partedSides({ key, etrm, ledger }: KeySides): readonly KeySides[] {
  const sides = [
    { key, etrm, ledger: [] },
    { key: `${key}${APART}`, etrm: [], ledger },
  ];
  return sides.filter((side) => side.etrm.length > 0 || side.ledger.length > 0);
}

/** What is added up while items are judged. */
class Sums {
  readonly #currencies: Currencies;
  readonly waterfall = new WaterfallSums();
  readonly pending = new Map<string, Decimal>();
  readonly superseded = new Map<string, Decimal>();

  constructor(currencies: Currencies) {
    this.#currencies = currencies;
  }

  take(judged: Judgement): void {
    this.waterfall.item(judged);
    const { state, currency: own, etrmAmount, evidence } = judged;
    if (state === 'pending' && etrmAmount !== null) {
      const item = { currency: own, etrmAmount, evidence };
      for (const [currency, amount] of pendingAmounts(item, this.#currencies))
        this.pending.set(currency, add(this.pending.get(currency) ?? ZERO, amount));
    }
    for (const [of, amount] of Object.entries(evidence?.superseded?.amounts ?? {}))
      this.superseded.set(of, add(this.superseded.get(of) ?? ZERO, amount));
  }
}

/** By rules beyond the first by identity: anything but the one plain rule. */
function needsPasses({ rules }: RuleSet): boolean {
  return rules.length > 1 || rules[0]?.key !== 'identity' || rules[0].outcome !== 'automatic';
}

async function judgeRest(
  tx: Transaction,
  { month, rules }: { readonly month: Month; readonly rules: TriedRules },
  decisions: Decisions,
  sums: Sums,
  first: number,
  { signal, onProgress }: Watch,
): Promise<void> {
  const apart = new Set(decisions.apart);
  // What an analyst took apart as the match of a rule is none by identity either.
  const isApart = ({ key, etrm, ledger }: KeySides): boolean => {
    if (apart.has(key)) return true;
    if (decisions.acts.size === 0 || etrm.length === 0 || ledger.length === 0) return false;
    const act = decisions.acts.get(ruleMatchId(month, etrm, ledger));
    return act === 'reject' || act === 'unmatch';
  };
  const keys = await numberKeys(tx, 'key');
  let done = 0;
  let ordinal = first;
  for await (const batch of candidateKeys(tx, keys, 'key')) {
    signal.throwIfAborted();
    const items = new ItemBatch(ordinal);
    for (const key of batch) {
      for (const sides of isApart(key) ? partedSides(key) : [key]) {
        const judged = judge(sides, rules, month);
        items.add(month, sides, judged);
        sums.take(judged);
      }
    }
    ordinal += items.size;
    await items.store(tx);
    done += batch.length;
    onProgress('Judging what differs', done, keys);
  }
}

/** Differences within the tolerance, of what the engine matched. */
async function takePlain(tx: Transaction, sums: Sums): Promise<void> {
  const rows = await tx.rows(
    'SELECT currency, sum(moved)::VARCHAR AS moved, count(moved) AS n FROM temp.plain WHERE moved IS NOT NULL GROUP BY currency',
  );
  for (const row of rows)
    sums.waterfall.add(row.text('currency'), 'MATCHED', decimal(row.text('moved')), row.int('n'));
}

/** A settlement that came twice and meets postings under two keys is in two items, and in the total once. */
async function takeTwiceMet(tx: Transaction, sums: Sums): Promise<void> {
  const met = await totals(tx, {
    sql: `SELECT * REPLACE (NULL::DECIMAL AS amount) FROM temp.etrm_current
     QUALIFY placed > 1 AND placed = min(placed) OVER (PARTITION BY settlement_id, key)`,
    parameters: [],
  });
  for (const [currency, amount] of Object.entries(met)) sums.waterfall.add(currency, 'DUPLICATE', amount, 0);
}

function less(totalsOf: Totals, taken: ReadonlyMap<string, Decimal>): Totals {
  return Object.fromEntries(
    Object.entries(totalsOf).map(([currency, amount]) => {
      const gone = taken.get(currency);
      return [currency, gone === undefined ? amount : subtract(amount, gone)];
    }),
  );
}

export async function derive(tx: Transaction, asked: ReconBasis, watch: Watch): Promise<Derived> {
  const { currencies } = asked;
  const basis = { ...asked, rules: { ...enabledRules(asked.rules), currencies } };
  const { month, rules } = basis;
  watch.onProgress('Matching', 0, null);
  const decisions = await decisionsOf(tx, month, basis.knownUntil);
  const staged = await stage(tx, { ...basis, apart: decisions.apart });
  const sums = new Sums(currencies);
  const matched = needsPasses(rules) ? await runRules(tx, { month, rules, decisions }, watch) : [];
  for (const judged of matched) sums.take(judged);
  await judgeRest(tx, basis, decisions, sums, matched.length, watch);
  watch.signal.throwIfAborted();
  watch.onProgress('Adding up', 0, null);
  await takePlain(tx, sums);
  await takeTwiceMet(tx, sums);
  await placeItems(tx);
  const [etrmTotal, voidTotal] = await totalsApart(tx, staged.etrm, `status = 'VOID'`);
  const ledgerTotal = less(await totals(tx, staged.ledger), sums.superseded);
  const waterfall = sums.waterfall.waterfall(etrmTotal, ledgerTotal, voidTotal);
  if (!addsUp(waterfall))
    throw new TieoutError('internal', `The steps of ${month} do not add up to its ledger total.`, { month });
  const counts = await tx.rows(
    'SELECT state, category, count(*) AS n FROM temp.item GROUP BY state, category',
  );
  const plain = await tx.row('SELECT count(*) AS n FROM temp.plain');
  const count = (state: string): number =>
    counts.filter((row) => row.text('state') === state).reduce((n, row) => n + row.int('n'), 0);
  const byCategory: Partial<Record<BreakCategory, number>> = {};
  for (const category of ALL_BREAK_CATEGORIES) {
    const n = counts.find((row) => row.textOrNull('category') === category)?.int('n') ?? 0;
    if (n > 0) byCategory[category] = n;
  }
  const rulesHash = rulesSha256(asked.rules);
  const header = { month, rules_sha256: rulesHash, etrm_total: etrmTotal, ledger_total: ledgerTotal };
  return {
    outcome: {
      matched: count('matched') + (plain?.int('n') ?? 0),
      breaks: count('break'),
      pending: count('pending'),
      suggested: count('suggested'),
      rules: { name: rules.name, revision: rules.revision, sha256: rulesHash },
      by_category: byCategory,
      etrm_total: etrmTotal,
      ledger_total: ledgerTotal,
      recon_sha256: await reconSha256(tx, header),
    },
    rulesHash,
    pendingTotal: Object.fromEntries([...sums.pending].sort(([a], [b]) => (a < b ? -1 : 1))),
    waterfall,
  };
}
