/** What the judge said, as rows of the staged table `item`. */
import { BIGINT, type DuckDBType, type DuckDBValue, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { Break, BreakCategory } from '../../shared/recon.ts';
import { sha256 } from '../workspace/evidence.ts';
import { storedInstant } from '../workspace/stored-types.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Judgement, KeySides } from './judge.ts';
import type { EtrmSide } from './sides.ts';

/** Stable over runs and categories: the month and what the break is about. */
function breakId(month: string, key: string, settlement: EtrmSide | undefined): string {
  const identity = settlement ? `i${settlement.settlement_id}` : key;
  return `B-${sha256(`${month}\n${identity}`).slice(0, 16)}`;
}

function breakOf(month: string, sides: KeySides, judged: Judgement, category: BreakCategory): Break {
  const settlement = judged.settlements[0];
  const first = settlement ?? sides.ledger[0];
  return {
    break_id: breakId(month, sides.key, settlement),
    category,
    settlement_id: first?.settlement_id ?? null,
    trade_id: first?.trade_id ?? null,
    deal_leg: first?.deal_leg ?? null,
    charge_type: first?.charge_type ?? null,
    location: first?.location ?? null,
    counterparty: first?.counterparty ?? null,
    delivery_start: first?.delivery_start ?? null,
    delivery_end: first?.delivery_end ?? null,
    timezone: settlement?.timezone ?? first?.timezone ?? null,
    currency: judged.currency,
    etrm_amount: judged.etrmAmount,
    ledger_amount: judged.ledgerAmount,
    difference: judged.difference,
    explained: judged.explained,
    differences: judged.differences,
    ...(judged.evidence === null ? {} : { evidence: judged.evidence }),
    etrm_rows: sides.etrm.length,
    ledger_rows: sides.ledger.length,
  };
}

/** Of `temp.item`, in its order. */
const TYPES: readonly DuckDBType[] = [
  BIGINT,
  VARCHAR,
  TIMESTAMP,
  ...Array.from({ length: 4 }, () => VARCHAR),
  ...Array.from({ length: 3 }, () => BIGINT),
  ...Array.from({ length: 3 }, () => VARCHAR),
  ...Array.from({ length: 2 }, () => BIGINT),
  ...Array.from({ length: 11 }, () => VARCHAR),
];

/** What is hashed of an item. */
function said(values: readonly unknown[]): string {
  return JSON.stringify(values);
}

/** What the judge said, on its way into `temp.item`. */
export class ItemBatch {
  readonly #rows: DuckDBValue[][] = TYPES.map(() => []);
  readonly #first: number;

  /** @param first ordinal of the first item. */
  constructor(first: number) {
    this.#first = first;
  }

  get size(): number {
    return this.#rows[0]?.length ?? 0;
  }

  add(month: string, sides: KeySides, judged: Judgement): void {
    const settlement = judged.settlements[0];
    const posting = sides.ledger[0];
    const start = settlement?.delivery_start ?? posting?.delivery_start ?? null;
    const detail = judged.category === null ? null : breakOf(month, sides, judged, judged.category);
    const currency = judged.currency === '' ? null : judged.currency;
    const evidence = judged.evidence === null ? null : JSON.stringify(judged.evidence);
    const told = detail === null ? null : JSON.stringify(detail);
    const values: DuckDBValue[] = [
      BigInt(this.#first + this.size),
      sides.key,
      start === null ? null : storedInstant(BigInt(Date.parse(start)) * 1000n),
      judged.state,
      judged.category,
      detail?.break_id ?? null,
      settlement?.settlement_id ?? posting?.settlement_id ?? null,
      settlement ? BigInt(settlement.page) : null,
      settlement ? BigInt(settlement.index) : null,
      BigInt(sides.etrm.length),
      judged.etrmVolume,
      judged.etrmAmount,
      posting?.import_id ?? null,
      posting ? BigInt(posting.line) : null,
      BigInt(sides.ledger.length),
      judged.ledgerVolume,
      judged.ledgerAmount,
      currency,
      judged.difference,
      JSON.stringify(judged.differences.map(({ field }) => field)),
      judged.rule,
      judged.matchId,
      judged.reason,
      evidence,
      told,
      said([
        ...[
          sides.key,
          judged.state,
          judged.category,
          sides.etrm.length,
          judged.etrmAmount,
          judged.etrmVolume,
        ],
        ...[sides.ledger.length, judged.ledgerAmount, judged.ledgerVolume, currency, judged.difference],
        ...[judged.rule, judged.matchId, judged.reason, evidence, told],
      ]),
    ];
    values.forEach((value, at) => {
      this.#rows[at]?.push(value);
    });
  }

  async store(tx: Transaction): Promise<void> {
    await tx.append('item', TYPES, this.#rows);
  }
}
