/** What a rule set makes of one key beyond the default one: conversion, deltas, versions, windows, further categories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Judgement, judge, matchedBy } from '../../../electron/recon/judge.ts';
import { parseRules } from '../../../electron/recon/rule-file.ts';
import type { EtrmSide, LedgerSide } from '../../../electron/recon/sides.ts';
import { addsUp, WaterfallSums } from '../../../electron/recon/waterfall.ts';
import { add, type Decimal, decimal, multiply, sum, ZERO } from '../../../shared/decimal.ts';
import { ALL_BREAK_CATEGORIES, type BreakCategory, type Totals } from '../../../shared/recon.ts';
import type { RuleSet } from '../../../shared/rules.ts';
import { SEED, sentDecimal } from '../shared/decimals.ts';
import { posting, settlement } from './sample-sides.ts';

/** A rule set of one rule, as a file would have it. */
function rulesOf(change: object, rule: object = {}): RuleSet {
  const first = { name: 'settlement', key: 'identity', tolerance: { absolute: '0.01' }, ...rule };
  return parseRules(
    JSON.stringify({ format: 1, name: 'test', revision: 1, rules: [first], ...change }),
    'test',
  );
}

const key = 'iS-1';
const judgedBy = (
  rules: RuleSet,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  month = '2024-03',
) => judge({ key, etrm, ledger }, rules, month);

function said({ state, category, differences }: Judgement): string {
  return [state, category ?? '', ...differences.map(({ field }) => field)]
    .filter((word) => word !== '')
    .join(' ');
}

describe('a posting that does not say what its price is in', () => {
  const rules = rulesOf({
    units: [{ from: 'MWH', to: 'MMBTU', factor: '3.412142' }],
    fx: [{ from: 'EUR', to: 'USD', rate: '1.085', source: 'ECB', date: '2024-03-28' }],
  });
  const bare = { price_uom: null, volume_uom: null };

  it('has it in what that of its settlement is in, where both are paid in the same money', () => {
    const inEuro = settlement({ currency: 'EUR' });
    expect(said(judgedBy(rules, [inEuro], [posting({ ...bare, currency: 'EUR' })]))).toBe('matched');
    const inHeat = settlement({ price_uom: 'USD/MMBTU' });
    expect(said(judgedBy(rules, [inHeat], [posting({ price_uom: null })]))).toBe('matched');
  });

  it('has it in its own money where that is another', () => {
    const euros = posting({ ...bare, currency: 'EUR', price: decimal('18.894'), amount: decimal('-944.70') });
    expect(said(judgedBy(rules, [settlement()], [euros]))).toBe('matched');
  });
});

describe('postings in another unit', () => {
  const units = [{ from: 'MMBTU', to: 'MWH', factor: '0.293071' }];
  const rules = rulesOf({ units });
  const inGas = { volume_uom: 'MMBTU', price_uom: 'USD/MMBTU' };

  it('are compared in that of the settlement, and the factor is kept', () => {
    const found = judgedBy(
      rules,
      [settlement()],
      [posting({ ...inGas, volume: decimal('170.6071'), price: decimal('6.0079') })],
    );
    expect(said(found)).toBe('matched');
    expect(found.evidence).toEqual({ units });
    expect(found.ledgerVolume).toBe('50');
  });

  it('are no closer for it: a volume beyond the last digits is a break, whole ETRM volumes are exact', () => {
    const off = posting({ ...inGas, volume: decimal('170.7'), price: decimal('6.0079') });
    expect(said(judgedBy(rules, [settlement()], [off]))).toBe('break VOLUME volume');
    const one = settlement({ volume: decimal('1'), amount: decimal('-20.5') });
    const three = posting({
      ...inGas,
      volume: decimal('3.0'),
      price: decimal('6.0079'),
      amount: decimal('-20.5'),
    });
    expect(said(judgedBy(rules, [one], [three]))).toBe('break VOLUME volume');
  });

  it.each([
    ['a volume', '3', '6.0079', 'break VOLUME volume'],
    ['a volume', '3.412', '6.0079', 'matched'],
    ['a price', '3.412', '6', 'break PRICE price'],
    ['a price', '3.412', '6.01', 'matched'],
  ])('leave no more open where zeros behind %s were not sent: %s at %s', (_, volume, price, verdict) => {
    const one = settlement({ volume: decimal('1'), amount: decimal('-20.5') });
    const gas = { ...inGas, volume: decimal(volume), price: decimal(price), amount: decimal('-20.5') };
    expect(said(judgedBy(rules, [one], [posting(gas)]))).toBe(verdict);
  });

  it('are compared by their price per unit', () => {
    const dear = posting({ ...inGas, volume: decimal('170.6071'), price: decimal('6.02') });
    expect(said(judgedBy(rules, [settlement()], [dear]))).toMatch(/^break PRICE price/);
  });

  it('are a UNIT break without a factor', () => {
    const gas = posting({ ...inGas, volume: decimal('170.6071'), price: decimal('6.0079') });
    expect(said(judgedBy(rulesOf({}), [settlement()], [gas]))).toMatch(/^break UNIT volume_uom price_uom/);
  });

  it('stay what they were', () => {
    const gas = Object.freeze(posting({ ...inGas, volume: decimal('170.6071') }));
    judgedBy(rules, [Object.freeze(settlement())], [gas]);
    expect(gas).toMatchObject({ volume: '170.6071', volume_uom: 'MMBTU' });
  });
});

describe('postings in another currency', () => {
  const fx = [{ from: 'EUR', to: 'USD', rate: '1.0850', source: 'ECB', date: '2024-03-28' }];
  const rules = rulesOf({
    fx,
    categories: ALL_BREAK_CATEGORIES.filter((name) =>
      ['FX', 'AMOUNT', 'PRICE', 'VOLUME', 'CURRENCY', 'UNIT'].includes(name),
    ),
  });
  // 1025 / 1.085 = 944.7005 EUR, 20.5 / 1.085 = 18.894 EUR/MWH.
  const inEuro = { currency: 'EUR', price_uom: 'EUR/MWH', price: decimal('18.894') };

  it('are compared at the rate of the rule set, which is kept with its source and date', () => {
    const found = judgedBy(rules, [settlement()], [posting({ ...inEuro, amount: decimal('-944.70') })]);
    expect(said(found)).toBe('matched');
    expect(found.evidence).toMatchObject({
      fx,
      currencies: [
        { currency: 'EUR', etrm: '0', ledger: '-944.7' },
        { currency: 'USD', etrm: '-1025', ledger: '0' },
      ],
    });
  });

  it('differ by FX where the amount does and volume and price do not', () => {
    const found = judgedBy(rules, [settlement()], [posting({ ...inEuro, amount: decimal('-950') })]);
    expect(said(found)).toBe('break FX amount');
    // 950 x 1.085 = 1030.75.
    expect(found.difference).toBe('-5.75');
    expect(found.explained).toEqual({ volume: '0', price: '0', fx: '-5.75', rounding: '0' });
  });

  it('leave FX only what volume and price do not explain', () => {
    const found = judgedBy(
      rules,
      [settlement()],
      [posting({ ...inEuro, volume: decimal('52'), amount: decimal('-988') })],
    );
    expect(said(found)).toBe('break VOLUME volume amount');
    // 988 x 1.085 = 1071.98: 2 MWh at 20.5 are 41, the rest is the rate's.
    expect(found.explained).toEqual({ volume: '-41', price: '0', fx: '-5.98', rounding: '0' });
  });

  it('are a CURRENCY break without a rate', () => {
    expect(said(judgedBy(rulesOf({}), [settlement()], [posting({ ...inEuro })]))).toMatch(/^break CURRENCY/);
  });
});

describe('settlements of several currencies', () => {
  const [dollars, euros] = [
    settlement({ amount: decimal('-10') }),
    settlement({ settlement_id: 'S-2', amount: decimal('-20'), currency: 'EUR' }),
  ];
  const posted = (amount: string, currency: string) =>
    posting({ volume: null, price: null, price_uom: null, amount: decimal(amount), currency });
  const [rule] = rulesOf({}).rules;
  if (!rule) throw new Error('no rule');
  const matching = (ledger: readonly LedgerSide[]) =>
    matchedBy([dollars, euros], ledger, rule, rulesOf({}))?.state ?? null;

  it('are not matched by what they come to together', () => {
    for (const ledger of [
      [posted('-30', 'USD')],
      [posted('-20', 'USD'), posted('-10', 'EUR')],
      [posted('-30', 'CAD')],
    ]) {
      expect(said(judgedBy(rulesOf({}), [dollars, euros], ledger))).toMatch(/^break CURRENCY currency/);
      expect(matching(ledger)).toBeNull();
    }
    const { differences } = judgedBy(rulesOf({}), [dollars, euros], [posted('-30', 'USD')]);
    expect(differences).toEqual([{ field: 'currency', etrm: '-20 EUR, -10 USD', ledger: '0 EUR, -30 USD' }]);
  });

  it('are matched where each currency is', () => {
    const ledger = [posted('-10.01', 'USD'), posted('-20', 'EUR')];
    expect(said(judgedBy(rulesOf({}), [dollars, euros], ledger))).toBe('matched');
    expect(matching(ledger)).toBe('matched');
    expect(matching([posted('-10.02', 'USD'), posted('-20', 'EUR')])).toBeNull();
  });
});

describe('a ledger of deltas', () => {
  const rules = rulesOf({ ledger: 'delta' });
  const restated = settlement({ version: 2, price: decimal('21'), amount: decimal('-1050') });
  const booked = posting({ version: 1 });
  const delta = posting({ version: 2, volume: decimal('0'), price: decimal('21'), amount: decimal('-25') });

  it('adds up, with the version and the price of the newest posting', () => {
    expect(said(judgedBy(rules, [restated], [booked, delta]))).toBe('matched');
    expect(said(judgedBy(rulesOf({}), [restated], [booked, delta]))).toMatch(/^break VERSION/);
  });

  it('breaks where the delta is not booked yet, or another amount', () => {
    expect(said(judgedBy(rules, [restated], [booked]))).toBe('break VERSION version price amount');
    const wrong = posting({ ...delta, amount: decimal('-20') });
    const found = judgedBy(rules, [restated], [booked, wrong]);
    expect(said(found)).toBe('break AMOUNT amount');
    expect(found.explained).toEqual({ volume: '0', price: '0', rounding: '5' });
  });

  it('explains by the price that is booked now', () => {
    const dear = posting({ ...delta, price: decimal('22'), amount: decimal('-75') });
    const found = judgedBy(rules, [restated], [booked, dear]);
    expect(found.explained).toEqual({ volume: '0', price: '-50', rounding: '0' });
  });
});

describe('a cumulative ledger', () => {
  const rules = rulesOf({ ledger: 'cumulative' }, { kind: 'N:M' });
  const restated = settlement({ version: 2, price: decimal('21'), amount: decimal('-1050') });
  const booked = posting({ version: 1 });
  const whole = posting({ version: 2, price: decimal('21'), amount: decimal('-1050') });

  it('counts the newest version of a posting, and says what it left out', () => {
    const found = judgedBy(rules, [restated], [booked, whole]);
    expect(said(found)).toBe('matched');
    expect(found.evidence).toEqual({ superseded: { rows: 1, amounts: { USD: '-1025' } } });
    expect(said(judgedBy(rulesOf({}), [restated], [booked, whole]))).toMatch(/^break VERSION/);
  });

  it('counts several postings of the newest version', () => {
    const half = { version: 2, price: decimal('21'), volume: decimal('25'), amount: decimal('-525') };
    expect(said(judgedBy(rules, [restated], [booked, posting(half), posting(half)]))).toBe('matched');
  });

  it('knows a posting again that says its leg and charge type, or does not', () => {
    const described = { settlement_id: null, deal_leg: null, charge_type: null };
    expect(said(judgedBy(rules, [restated], [posting({ ...described, version: 1 }), whole]))).not.toBe(
      'matched',
    );
    const again = { ...whole, settlement_id: null };
    expect(said(judgedBy(rules, [restated], [posting({ ...described, version: 1 }), again]))).toBe('matched');
  });

  it('takes each settlement for itself where a rule matches several', () => {
    const other = settlement({ settlement_id: 'S-2' });
    const of = (id: string, row: LedgerSide): LedgerSide => ({ ...row, settlement_id: id });
    const [loose] = rulesOf({}, { ignore: ['price', 'version'] }).rules;
    if (!loose) throw new Error('no rule');
    const found = matchedBy(
      [restated, other],
      [of('S-1', booked), of('S-1', whole), of('S-2', posting({ version: 1 }))],
      loose,
      rules,
    );
    expect(found).toMatchObject({
      state: 'matched',
      ledgerAmount: '-2075',
      evidence: { superseded: { rows: 1 } },
    });
  });
});

describe('a date window', () => {
  const window = (field: string, before: number, after: number) => ({
    window: { field, days_before: before, days_after: after },
  });

  it.each([
    ['2024-02-27', 'break PERIOD posting_date'],
    ['2024-02-28', 'matched'],
    ['2024-03-06', 'matched'],
    ['2024-03-07', 'break PERIOD posting_date'],
  ])('from two days before to five after takes a posting of %s as %s', (day, verdict) => {
    const rules = rulesOf({}, window('posting_date', 2, 5));
    // Delivered on 1 March at midnight in New York, which is no due date.
    const found = judgedBy(rules, [settlement({ due_date: null })], [posting({ posting_date: day })]);
    expect(said(found)).toBe(verdict);
  });

  it('counts the days as the clocks of the settlement’s zone do', () => {
    const late = settlement({ delivery_start: '2024-04-01T03:00:00Z', due_date: null });
    const rules = rulesOf({}, window('posting_date', 0, 0));
    // 11 PM of 31 March in New York.
    const on = (day: string) =>
      said(judgedBy(rules, [late], [posting({ delivery_start: late.delivery_start, posting_date: day })]));
    expect(on('2024-03-31')).toBe('matched');
    expect(on('2024-04-01')).toBe('break PERIOD posting_date');
  });

  it('holds a posting date against the due date where there is one', () => {
    const due = settlement({ due_date: '2024-04-22' });
    const rules = rulesOf({}, window('posting_date', 0, 3));
    expect(said(judgedBy(rules, [due], [posting({ posting_date: '2024-04-25' })]))).toBe('matched');
    expect(said(judgedBy(rules, [due], [posting({ posting_date: '2024-04-21' })]))).toBe(
      'break PERIOD posting_date',
    );
  });

  it('of the delivery takes the place of its equality', () => {
    const rules = rulesOf({}, window('delivery_start', 1, 0));
    const at = (start: string) => said(judgedBy(rules, [settlement()], [posting({ delivery_start: start })]));
    expect(at('2024-02-29T05:00:00Z')).toBe('matched');
    expect(at('2024-02-28T05:00:00Z')).toBe('break DELIVERY_WINDOW delivery_start');
    expect(at('2024-03-02T05:00:00Z')).toBe('break DELIVERY_WINDOW delivery_start');
  });

  it('of the delivery is held to whatever a rule set lists', () => {
    const rules = rulesOf({ categories: ['AMOUNT'] }, window('delivery_start', 0, 0));
    const early = posting({ delivery_start: '2024-02-29T05:00:00Z' });
    expect(said(judgedBy(rules, [settlement()], [early]))).toBe('break DELIVERY_WINDOW delivery_start');
  });
});

describe('the further categories', () => {
  const all = rulesOf({ categories: ALL_BREAK_CATEGORIES }, { tolerance: {} });
  const CASES: readonly (readonly [BreakCategory, Partial<EtrmSide>, Partial<LedgerSide>, string])[] = [
    ['PERIOD', {}, { period: '2024-04' }, 'period'],
    ['ACCOUNT', { gl_account: '4000' }, { gl_account: '4010' }, 'gl_account'],
    ['STATUS', {}, { status: 'ACTUAL' }, 'status'],
    ['ROUNDING', {}, { amount: decimal('-1025.004') }, 'amount'],
    ['CURVE_DEVIATION', { deviates: true }, {}, 'curve'],
  ];

  it.each(CASES)(
    '%s is found where the rule set lists it, and else is none',
    (category, etrm, ledger, field) => {
      const sides = [[settlement(etrm)], [posting(ledger)]] as const;
      expect(said(judgedBy(all, ...sides))).toBe(`break ${category} ${field}`);
      expect(said(judgedBy(rulesOf({}), ...sides))).toBe('matched');
    },
  );

  it('QUARANTINED is a posting whose settlement was refused', () => {
    expect(judgedBy(all, [], [posting({ refused: true })])).toMatchObject({
      category: 'QUARANTINED',
      difference: '-1025',
    });
    expect(judgedBy(rulesOf({}), [], [posting({ refused: true })])).toMatchObject({
      category: 'MISSING_IN_ETRM',
    });
  });

  it('ROUNDING is what the stage could explain, but not this mode', () => {
    const mode = rulesOf(
      { categories: ALL_BREAK_CATEGORIES },
      { tolerance: { derived: { stage: 'interval', mode: 'half-even' } } },
    );
    const row = settlement({ volume: decimal('1'), price: decimal('20.505'), amount: decimal('-20.505') });
    const of = (amount: string) =>
      posting({ volume: decimal('1'), price: decimal('20.505'), amount: decimal(amount) });
    expect(said(judgedBy(mode, [row], [of('-20.50')]))).toBe('matched');
    expect(said(judgedBy(mode, [row], [of('-20.51')]))).toBe('break ROUNDING amount');
  });

  it('one that is left out keeps no rows apart that a rule brings together', () => {
    const other = posting({ counterparty: 'Other', volume: decimal('49') });
    const few = rulesOf({ categories: ['AMOUNT'] });
    const [rule] = few.rules;
    if (!rule) throw new Error('no rule');
    expect(said(judgedBy(few, [settlement()], [other]))).toBe('matched');
    expect(matchedBy([settlement()], [other], rule, few)).toMatchObject({
      state: 'matched',
      differences: [],
    });
    expect(matchedBy([settlement()], [other], rule, rulesOf({}))).toBeNull();
    const dear = posting({ counterparty: 'Other', amount: decimal('-1026') });
    expect(matchedBy([settlement()], [dear], rule, few)).toBeNull();
  });

  it('an amount beyond the tolerance is a break whatever a rule set lists', () => {
    const few = rulesOf({ categories: ['PRICE'] });
    expect(said(judgedBy(few, [settlement()], [posting({ amount: decimal('-1026') })]))).toBe(
      'break AMOUNT amount',
    );
    expect(said(judgedBy(few, [settlement()], [posting({ currency: 'EUR' })]))).toBe(
      'break CURRENCY currency',
    );
    expect(said(judgedBy(few, [settlement()], [posting({ counterparty: 'Other' })]))).toBe('matched');
  });
});

describe('what is pending', () => {
  const rules = rulesOf({ not_yet_due_after: '2024-04-20' });
  it.each([
    [{ status: 'ESTIMATED' }, 'not-final'],
    [{ status: 'DISPUTED' }, 'disputed'],
    [{ status: 'VOID' }, 'void'],
    [{ due_date: '2024-04-22' }, 'not-yet-due'],
  ])('%j says why: %s', (change, reason) => {
    expect(judgedBy(rules, [settlement(change)], [])).toMatchObject({
      state: 'pending',
      category: null,
      reason,
    });
  });

  it('is due where its day is reached', () => {
    expect(said(judgedBy(rules, [settlement({ due_date: '2024-04-20' })], []))).toBe(
      'break MISSING_IN_LEDGER',
    );
  });
});

const anySettlement = fc.record({
  settlement_id: fc.constantFrom('S-1', 'S-2', 'S-3'),
  version: fc.constantFrom(1, 2),
  volume: sentDecimal,
  price: sentDecimal,
  amount: sentDecimal,
  direction: fc.constantFrom('BUY', 'SELL'),
  currency: fc.constantFrom('USD', 'USD', 'EUR'),
  status: fc.constantFrom('FINAL', 'FINAL', 'ESTIMATED', 'VOID'),
});
const anyPosting = fc.record({
  settlement_id: fc.constantFrom('S-1', 'S-2', null),
  version: fc.constantFrom(1, 2, null),
  volume: fc.option(sentDecimal, { nil: null }),
  volume_uom: fc.constantFrom('MWH', 'MMBTU', 'GJ', null),
  price: fc.option(sentDecimal, { nil: null }),
  price_uom: fc.constantFrom('USD/MWH', 'EUR/MWH', 'EUR/MMBTU', null),
  amount: sentDecimal,
  currency: fc.constantFrom('USD', 'EUR', 'GBP'),
  direction: fc.option(fc.constantFrom('BUY', 'SELL'), { nil: null }),
  posting_date: fc.constantFrom('2024-03-01', '2024-03-09', null),
});
const anyRules = fc
  .record({
    ledger: fc.constantFrom('postings', 'delta', 'cumulative'),
    derived: fc.option(
      fc.record({
        stage: fc.constantFrom('interval', 'line', 'charge', 'invoice'),
        mode: fc.constantFrom('half-even', 'half-up'),
        decimals: fc.constantFrom(0, 2),
      }),
      { nil: undefined },
    ),
    percent: fc.constantFrom(undefined, '0', '50'),
    converts: fc.boolean(),
    windowed: fc.boolean(),
    categories: fc.shuffledSubarray([...ALL_BREAK_CATEGORIES]),
  })
  .map(({ derived, percent, converts, windowed, ...rest }) =>
    rulesOf(
      {
        ...rest,
        ...(converts
          ? {
              units: [{ from: 'MMBTU', to: 'MWH', factor: '0.293071' }],
              fx: [{ from: 'EUR', to: 'USD', rate: '1.085', source: 'x', date: '2024-03-28' }],
            }
          : {}),
      },
      {
        tolerance: {
          ...(derived === undefined ? {} : { derived }),
          ...(percent === undefined ? {} : { percent }),
        },
        ...(windowed ? { window: { field: 'posting_date', days_before: 0, days_after: 2 } } : {}),
      },
    ),
  );

function byCurrency(rows: readonly { readonly currency: string; readonly amount: Decimal }[]): Totals {
  const totals: Record<string, Decimal> = {};
  for (const { currency, amount } of rows) totals[currency] = add(totals[currency] ?? ZERO, amount);
  return totals;
}

describe('whatever the rules and the sides are', () => {
  it('the effects sum to the difference, and the steps lead from the one total to the other, to the last digit', () => {
    fc.assert(
      fc.property(
        anyRules,
        fc.array(anySettlement, { maxLength: 3 }),
        fc.array(anyPosting, { maxLength: 4 }),
        (rules, drawn, posted) => {
          fc.pre(drawn.length + posted.length > 0);
          const etrm = drawn.map((row) => settlement(row));
          const ledger = posted.map((row) => posting(row));
          const judged = judgedBy(rules, etrm, ledger);
          const { volume, price, rounding, fx } = judged.explained;
          expect(sum([volume, price, rounding, fx ?? ZERO])).toBe(judged.difference);
          expect(judged.category !== null).toBe(judged.state === 'break');

          const { settlements, evidence } = judged;
          const gone = evidence?.superseded?.amounts ?? {};
          const ledgerTotal = byCurrency([
            ...ledger,
            ...Object.entries(gone).map(([currency, amount]) => ({
              currency,
              amount: multiply(amount, decimal('-1')),
            })),
          ]);
          const sums = new WaterfallSums();
          sums.item(judged);
          const voided = settlements.filter(({ status }) => status === 'VOID');
          const counted = settlements.filter(({ status }) => status !== 'VOID');
          expect(addsUp(sums.waterfall(byCurrency(counted), ledgerTotal, byCurrency(voided)))).toBe(true);
        },
      ),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('FX is a step of the month where a rate tells of it, and what is booked elsewhere another', () => {
    const rules = rulesOf({ fx: [{ from: 'EUR', to: 'USD', rate: '1.1', source: 'x', date: '2024-03-28' }] });
    const judged = judgedBy(
      rules,
      [settlement()],
      [posting({ currency: 'EUR', price: null, price_uom: null, amount: decimal('-940') })],
    );
    const sums = new WaterfallSums();
    sums.item(judged);
    expect(sums.waterfall({ USD: decimal('-1025') }, { EUR: decimal('-940') }, {})).toEqual({
      EUR: [
        { step: 'ETRM', amount: '0', items: null },
        { step: 'CURRENCY', amount: '-940', items: 1 },
        { step: 'LEDGER', amount: '-940', items: null },
      ],
      USD: [
        { step: 'ETRM', amount: '-1025', items: null },
        { step: 'CURRENCY', amount: '1034', items: 1 },
        { step: 'FX', amount: '-9', items: 1 },
        { step: 'LEDGER', amount: '0', items: null },
      ],
    });
  });
});
