/**
 * The way from the ETRM total to the ledger total, by currency: every item is in one step, or its parts are in several,
 * and the steps add up to the last digit. Kept with the reconciliation.
 */
import { add, type Decimal, decimal, isZero, normalise, subtract, ZERO } from '../../shared/decimal.ts';
import {
  type Totals,
  WATERFALL_STEPS,
  type Waterfall,
  type WaterfallStep,
  type WaterfallStepName,
} from '../../shared/recon.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import type { Judgement } from './judge.ts';

/** Categories whose difference is a step as a whole. */
const WHOLE: readonly WaterfallStepName[] = [
  'MISSING_IN_LEDGER',
  'MISSING_IN_ETRM',
  'QUARANTINED',
  'DUPLICATE',
  'DELIVERY_WINDOW',
  'PERIOD',
];

function wholeStep({ state, category, reason }: Judgement): WaterfallStepName | null {
  if (state === 'matched') return 'MATCHED';
  if (state === 'suggested') return 'SUGGESTED';
  if (state === 'pending') return reason === 'void' ? 'VOID' : 'PENDING';
  return WHOLE.find((step) => step === category) ?? null;
}

export class WaterfallSums {
  readonly #sums = new Map<string, Map<WaterfallStepName, { amount: Decimal; items: number }>>();

  add(currency: string, step: WaterfallStepName, amount: Decimal, items = 1): void {
    let steps = this.#sums.get(currency);
    if (!steps) {
      steps = new Map();
      this.#sums.set(currency, steps);
    }
    const sum = steps.get(step) ?? { amount: ZERO, items: 0 };
    steps.set(step, { amount: add(sum.amount, amount), items: sum.items + items });
  }

  item(judged: Judgement): void {
    const { currency } = judged;
    const { currencies = [], fx = [] } = judged.evidence ?? {};
    const convertible = currencies.every(
      (each) =>
        each.currency === currency || fx.some(({ from, to }) => from === each.currency && to === currency),
    );
    for (const each of currencies) {
      // Each currency for itself: what the ETRM has there goes, what the ledger has there comes; but what a rate tells of
      // the difference is a step of its own.
      const told = convertible && each.currency === currency ? judged.difference : ZERO;
      this.add(each.currency, 'CURRENCY', subtract(subtract(each.ledger, each.etrm), told));
    }
    if (currencies.length === 0 || convertible) this.#moved(judged);
  }

  #moved(judged: Judgement): void {
    const { currency } = judged;
    const whole = wholeStep(judged);
    if (whole !== null) {
      this.add(currency, whole, judged.difference);
      return;
    }
    const { volume, price, rounding, fx } = judged.explained;
    for (const [step, part] of [
      ['VOLUME', volume],
      ['PRICE', price],
      ['FX', fx ?? ZERO],
      ['ROUNDING', rounding],
    ] as const) {
      if (!isZero(part)) this.add(currency, step, part);
    }
  }

  /** @param etrm without void settlements, as the total is. @param voided what these come to. */
  waterfall(etrm: Totals, ledger: Totals, voided: Totals): Waterfall {
    for (const [currency, amount] of Object.entries(voided)) this.add(currency, 'VOID', amount, 0);
    const currencies = new Set([...Object.keys(etrm), ...Object.keys(ledger), ...this.#sums.keys()]);
    return Object.fromEntries(
      [...currencies].sort().map((currency) => [currency, this.#steps(currency, etrm, ledger)]),
    );
  }

  #steps(currency: string, etrm: Totals, ledger: Totals): readonly WaterfallStep[] {
    const steps: WaterfallStep[] = [];
    for (const step of WATERFALL_STEPS) {
      if (step === 'ETRM') steps.push({ step, amount: normalise(etrm[currency] ?? ZERO), items: null });
      else if (step === 'LEDGER')
        steps.push({ step, amount: normalise(ledger[currency] ?? ZERO), items: null });
      else {
        const sum = this.#sums.get(currency)?.get(step);
        if (sum && !isZero(sum.amount)) steps.push({ step, ...sum });
      }
    }
    return steps;
  }
}

/** @returns true where the steps of every currency add up to its ledger total. */
export function addsUp(waterfall: Waterfall): boolean {
  return Object.values(waterfall).every((steps) => {
    const last = steps.at(-1);
    const reached = steps.slice(0, -1).reduce((sum, { amount }) => add(sum, amount), ZERO);
    return last !== undefined && isZero(subtract(last.amount, reached));
  });
}

export async function storeWaterfall(tx: Transaction, reconId: string, waterfall: Waterfall): Promise<void> {
  for (const [currency, steps] of Object.entries(waterfall)) {
    for (const [place, { step, amount, items }] of steps.entries())
      await tx.run('INSERT INTO recon_waterfall VALUES (?, ?, ?, ?, ?, ?)', [
        ...[reconId, currency, place, step, amount, items],
      ]);
  }
}

/** The waterfall of a reconciliation; null of one that was made before there was any. */
export async function monthWaterfall(reader: Reader, reconId: string): Promise<Waterfall | null> {
  const rows = await reader.rows(
    'SELECT * FROM recon_waterfall WHERE recon_id = ? ORDER BY currency, place',
    [reconId],
  );
  if (rows.length === 0) return null;
  const found: Record<string, WaterfallStep[]> = {};
  for (const row of rows) {
    const currency = row.text('currency');
    const step = WATERFALL_STEPS.find((name) => name === row.text('step'));
    const steps = found[currency] ?? [];
    found[currency] = steps;
    if (step) steps.push({ step, amount: decimal(row.text('amount')), items: row.intOrNull('items') });
  }
  return found;
}
