import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerSide } from '../../../electron/recon/sides.ts';
import { add, decimal, subtract, sum } from '../../../shared/decimal.ts';
import { BREAK_CATEGORIES, type BreakCategory } from '../../../shared/recon.ts';
import { SEED, sentDecimal } from '../shared/decimals.ts';
import { judged, posting, settlement, verdict } from './sample-sides.ts';

describe('a settlement and its posting', () => {
  it('match where every field agrees', () => {
    expect(verdict([settlement()], [posting()])).toBe('matched');
    expect(judged([settlement()], [posting()])).toMatchObject({
      difference: '0',
      etrmAmount: '-1025',
      ledgerAmount: '-1025',
      explained: { volume: '0', price: '0', rounding: '0' },
    });
  });

  it('match where the ledger lacks what the ETRM has', () => {
    const bare = posting({
      version: null,
      counterparty: null,
      legal_entity: null,
      agreement: null,
      direction: null,
      delivery_start: null,
      delivery_end: null,
      volume: null,
      volume_uom: null,
      price: null,
      price_uom: null,
    });
    expect(verdict([settlement()], [bare])).toBe('matched');
  });

  it('match where the ETRM lacks what the ledger has', () => {
    expect(verdict([settlement({ legal_entity: null, agreement: null })], [posting()])).toBe('matched');
  });

  it('match by value, not by digits', () => {
    const other = posting({ volume: decimal('50.000'), price: decimal('20.50'), amount: decimal('-1025.0') });
    expect(verdict([settlement()], [other])).toBe('matched');
  });

  it('match where only the case of the price unit differs', () => {
    expect(verdict([settlement()], [posting({ price_uom: 'usd/MWh' })])).toBe('matched');
  });

  it('differ where only the case of a name does', () => {
    expect(verdict([settlement()], [posting({ counterparty: 'Acme Energy' })])).toBe(
      'break COUNTERPARTY counterparty',
    );
  });
});

/** One change for each category that a single posting can differ in, in the rules' order. */
const CHANGES: readonly (readonly [BreakCategory, Partial<LedgerSide>, string])[] = [
  ['CURRENCY', { currency: 'EUR' }, 'currency'],
  ['UNIT', { volume_uom: 'MW' }, 'volume_uom'],
  ['DIRECTION', { direction: 'SELL' }, 'direction'],
  ['DELIVERY_WINDOW', { delivery_start: '2024-03-01T04:00:00Z' }, 'delivery_start'],
  ['COUNTERPARTY', { counterparty: 'ACME Gas' }, 'counterparty'],
  ['VERSION', { version: 2 }, 'version'],
  ['VOLUME', { volume: decimal('51') }, 'volume'],
  ['PRICE', { price: decimal('20.500001') }, 'price'],
  ['AMOUNT', { amount: decimal('-1025.02') }, 'amount'],
];

describe('a break', () => {
  it.each(CHANGES)('is %s where %j differs', (category, change, field) => {
    const found = judged([settlement()], [posting(change)]);
    expect(found).toMatchObject({ state: 'break', category });
    expect(found.differences.map((difference) => difference.field)).toEqual([field]);
  });

  it.each([
    ['UNIT', { price_uom: 'EUR/MWH' }, 'price_uom'],
    ['DELIVERY_WINDOW', { delivery_end: '2024-03-01T07:00:00Z' }, 'delivery_end'],
    ['COUNTERPARTY', { legal_entity: 'Tie Gas LLC' }, 'legal_entity'],
    ['COUNTERPARTY', { agreement: 'NAESB-2' }, 'agreement'],
  ] as const)('is %s where %j differs, too', (category, change, field) => {
    expect(verdict([settlement()], [posting(change)])).toBe(`break ${category} ${field}`);
  });

  it('lists every differing field with both values and has the first category that applies', () => {
    const found = judged(
      [settlement()],
      [posting(Object.assign({}, ...CHANGES.map(([, change]) => change)))],
    );
    expect(found.category).toBe('CURRENCY');
    expect(found.differences).toEqual([
      { field: 'currency', etrm: 'USD', ledger: 'EUR' },
      { field: 'volume_uom', etrm: 'MWH', ledger: 'MW' },
      { field: 'direction', etrm: 'BUY', ledger: 'SELL' },
      { field: 'delivery_start', etrm: '2024-03-01T05:00:00Z', ledger: '2024-03-01T04:00:00Z' },
      { field: 'counterparty', etrm: 'ACME Energy', ledger: 'ACME Gas' },
      { field: 'version', etrm: '1', ledger: '2' },
      { field: 'volume', etrm: '50', ledger: '51' },
      { field: 'price', etrm: '20.5', ledger: '20.500001' },
      { field: 'amount', etrm: '-1025', ledger: '-1025.02' },
    ]);
  });

  it('has the first category of any two', () => {
    for (const [at, [first, one]] of CHANGES.entries()) {
      for (const [, other] of CHANGES.slice(at + 1)) {
        expect(judged([settlement()], [posting({ ...one, ...other })]).category).toBe(first);
      }
    }
    expect(CHANGES.map(([category]) => category)).toEqual(BREAK_CATEGORIES.slice(3));
  });

  it('is MISSING_IN_LEDGER without a posting', () => {
    expect(judged([settlement()], [])).toMatchObject({
      state: 'break',
      category: 'MISSING_IN_LEDGER',
      etrmAmount: '-1025',
      ledgerAmount: null,
      difference: '1025',
      explained: { volume: '1025', price: '0', rounding: '0' },
    });
  });

  it('is MISSING_IN_ETRM without a settlement', () => {
    expect(judged([], [posting()])).toMatchObject({
      state: 'break',
      category: 'MISSING_IN_ETRM',
      etrmAmount: null,
      ledgerAmount: '-1025',
      difference: '-1025',
      explained: { volume: '-1025', price: '0', rounding: '0' },
    });
  });
});

describe('rows of one side that are the same', () => {
  const half = { volume: decimal('25'), amount: decimal('-512.50') };

  it('are a DUPLICATE in the ledger, whatever they sum to', () => {
    const whole = posting({ print: 'one' });
    expect(verdict([settlement()], [whole, { ...whole, line: 99 }])).toMatch(/^break DUPLICATE rows/);
    const part = posting({ ...half, print: 'half' });
    expect(verdict([settlement()], [part, { ...part, line: 99 }])).toBe('break DUPLICATE rows');
  });

  it('are a DUPLICATE in the ETRM, counted once in the amount', () => {
    const found = judged([settlement(), settlement({ index: 1 })], [posting()]);
    expect(found).toMatchObject({ category: 'DUPLICATE', etrmAmount: '-1025', difference: '0' });
    expect(found.differences).toEqual([{ field: 'rows', etrm: '2', ledger: '1' }]);
  });

  it('are a DUPLICATE before they are missing on the other side', () => {
    expect(verdict([settlement(), settlement({ index: 1 })], [])).toBe('break DUPLICATE rows');
    const twice = posting({ print: 'one' });
    expect(verdict([], [twice, { ...twice, line: 99 }])).toBe('break DUPLICATE rows');
  });

  it('are a DUPLICATE where the settlement is pending', () => {
    const twice = posting({ print: 'one' });
    const estimated = settlement({ status: 'ESTIMATED' });
    expect(verdict([estimated], [twice, { ...twice, line: 99 }])).toMatch(/^break DUPLICATE/);
  });

  it('are none where a field tells them apart: a posting in two parts matches', () => {
    expect(verdict([settlement()], [posting(half), posting(half)])).toBe('matched');
    expect(judged([settlement()], [posting(half), posting(half)])).toMatchObject({
      ledgerVolume: '50',
      ledgerAmount: '-1025',
    });
  });
});

describe('postings in several parts', () => {
  const part = (volume: string, amount: string, more: Partial<LedgerSide> = {}) =>
    posting({ volume: decimal(volume), amount: decimal(amount), ...more });

  it('match by their sum', () => {
    expect(verdict([settlement()], [part('20', '-410'), part('30', '-615')])).toBe('matched');
    expect(verdict([settlement()], [part('80', '-1640'), part('-30', '615')])).toBe('matched');
  });

  it('break where their sum differs', () => {
    expect(verdict([settlement()], [part('20', '-410'), part('31', '-635.5')])).toBe(
      'break VOLUME volume amount',
    );
    expect(verdict([settlement()], [part('20', '-410'), part('30', '-615.02')])).toBe('break AMOUNT amount');
  });

  it('break where one part has another price, or another counterparty', () => {
    const dear = part('20', '-412', { price: decimal('20.6') });
    expect(verdict([settlement()], [dear, part('30', '-615')])).toBe('break PRICE price amount');
    const other = part('30', '-615', { counterparty: 'ACME Gas' });
    expect(verdict([settlement()], [part('20', '-410'), other])).toBe('break COUNTERPARTY counterparty');
  });

  it('are not compared by volume where one of them has none', () => {
    expect(
      verdict([settlement()], [part('20', '-410'), posting({ volume: null, amount: decimal('-615') })]),
    ).toBe('matched');
  });
});

describe('several settlements under a composite key', () => {
  const one = settlement({ settlement_id: 'S-1', volume: decimal('20'), amount: decimal('-410') });
  const two = settlement({ settlement_id: 'S-2', volume: decimal('30'), amount: decimal('-615') });

  it('match by their sum', () => {
    expect(verdict([one, two], [posting()])).toBe('matched');
    expect(judged([one, two], [posting()])).toMatchObject({ etrmAmount: '-1025', etrmVolume: '50' });
  });

  it('are not compared in a field in which they differ themselves', () => {
    const other = settlement({ ...two, counterparty: 'ACME Gas' });
    expect(verdict([one, other], [posting({ counterparty: 'Anyone' })])).toBe('matched');
  });

  it('are held against the ledger currency by currency where they have several', () => {
    const euros = { ...two, currency: 'EUR' };
    const posted = (currency: string, amount: string) =>
      posting({ volume: null, currency, amount: decimal(amount) });
    expect(verdict([one, euros], [posted('USD', '-1025')])).toBe('break CURRENCY currency');
    expect(verdict([one, euros], [posted('USD', '-410.01'), posted('EUR', '-615.01')])).toBe('matched');
    expect(verdict([one, euros], [posted('USD', '-410.02'), posted('EUR', '-614.98')])).toBe(
      'break CURRENCY currency',
    );
    expect(verdict([one, euros], [posted('USD', '-410'), posted('EUR', '-615'), posted('GBP', '-5')])).toBe(
      'break CURRENCY currency',
    );
    const pending = { status: 'DISPUTED' };
    const waiting = [
      { ...one, ...pending },
      { ...euros, ...pending },
    ];
    expect(verdict(waiting, [posted('USD', '-1025')])).toBe('break CURRENCY currency');
    expect(verdict(waiting, [posted('USD', '-410'), posted('EUR', '-615')])).toBe('pending');
  });

  it('are pending where all of them are, and due where one is', () => {
    const estimated = { status: 'ESTIMATED' };
    expect(
      verdict(
        [
          { ...one, ...estimated },
          { ...two, ...estimated },
        ],
        [],
      ),
    ).toBe('pending');
    expect(verdict([{ ...one, ...estimated }, two], [])).toBe('break MISSING_IN_LEDGER');
  });
});

describe('a settlement that is not due', () => {
  describe.each(['ESTIMATED', 'DISPUTED', 'VOID'])('because it is %s', (status) => {
    const pending = settlement({ status });

    it('is pending without a posting', () => {
      expect(verdict([pending], [])).toBe('pending');
    });

    it('is pending where the ledger holds the same amount, or one within the tolerance', () => {
      expect(verdict([pending], [posting()])).toBe('pending');
      expect(verdict([pending], [posting({ amount: decimal('-1025.01') })])).toBe('pending');
    });

    it('is pending where other fields differ, which are listed', () => {
      expect(verdict([pending], [posting({ counterparty: 'ACME Gas', price: decimal('21') })])).toBe(
        'pending counterparty price',
      );
    });

    it('is a break where the ledger holds another amount', () => {
      expect(verdict([pending], [posting({ amount: decimal('-1025.02') })])).toBe('break AMOUNT amount');
    });

    it('is a break where the ledger holds the same figure in another currency', () => {
      expect(verdict([pending], [posting({ currency: 'EUR' })])).toBe('break CURRENCY currency');
    });
  });

  it.each(['ACTUAL', 'FINAL'])('is no longer so when %s', (status) => {
    expect(verdict([settlement({ status })], [])).toBe('break MISSING_IN_LEDGER');
  });
});

describe('the tolerance', () => {
  it.each([
    ['0', 'matched'],
    ['0.01', 'matched'],
    ['-0.01', 'matched'],
    ['0.0100000', 'matched'],
    ['0.0100001', 'break AMOUNT amount'],
    ['-0.0100001', 'break AMOUNT amount'],
    ['0.010000000000000000000000000000000001', 'break AMOUNT amount'],
    ['0.02', 'break AMOUNT amount'],
  ])('takes a difference of %s for %s', (off, expected) => {
    const amount = add(decimal('-1025'), decimal(off));
    expect(verdict([settlement()], [posting({ amount })])).toBe(expected);
  });

  it('is not for prices and volumes', () => {
    expect(verdict([settlement()], [posting({ price: decimal('20.500000000000000001') })])).toBe(
      'break PRICE price',
    );
    expect(verdict([settlement()], [posting({ volume: decimal('50.000000000000000001') })])).toBe(
      'break VOLUME volume',
    );
  });

  it('is exact for amounts beyond any DECIMAL(38,12)', () => {
    const huge = '99999999999999999999999999999999999999';
    const fine = '0.00000000000000000000000000000000000001';
    expect(verdict([settlement({ amount: decimal(huge) })], [posting({ amount: decimal(huge) })])).toBe(
      'matched',
    );
    expect(
      verdict(
        [settlement({ amount: decimal(huge) })],
        [posting({ amount: subtract(decimal(huge), decimal('1')) })],
      ),
    ).toBe('break AMOUNT amount');
    const edge = add(decimal('-1025.01'), decimal(fine));
    expect(verdict([settlement()], [posting({ amount: edge })])).toBe('matched');
    const beyond = subtract(decimal('-1025.01'), decimal(fine));
    expect(verdict([settlement()], [posting({ amount: beyond })])).toBe('break AMOUNT amount');
    expect(judged([settlement()], [posting({ amount: beyond })]).difference).toBe(
      '-0.01000000000000000000000000000000000001',
    );
  });
});

const anySettlement = fc.record({
  settlement_id: fc.constantFrom('S-1', 'S-2', 'S-3'),
  volume: sentDecimal,
  price: sentDecimal,
  amount: sentDecimal,
  direction: fc.constantFrom('BUY', 'SELL'),
});
const anyPosting = fc.record({
  volume: fc.option(sentDecimal, { nil: null }),
  price: fc.option(sentDecimal, { nil: null }),
  amount: sentDecimal,
  direction: fc.option(fc.constantFrom('BUY', 'SELL'), { nil: null }),
});
const anySides = fc
  .tuple(fc.array(anySettlement, { maxLength: 3 }), fc.array(anyPosting, { maxLength: 4 }))
  .filter(([etrm, ledger]) => etrm.length + ledger.length > 0)
  .map(([etrm, ledger]) => ({
    etrm: etrm.map((row) => settlement(row)),
    ledger: ledger.map((row) => posting(row)),
  }));

describe('whatever the sides are', () => {
  it('the explained parts sum to the difference, to the last digit', () => {
    fc.assert(
      fc.property(anySides, ({ etrm, ledger }) => {
        const { explained, difference } = judged(etrm, ledger);
        expect(sum([explained.volume, explained.price, explained.rounding])).toBe(difference);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('the difference is the ledger’s amount less the ETRM’s', () => {
    fc.assert(
      fc.property(anySides, ({ etrm, ledger }) => {
        const { etrmAmount, ledgerAmount, difference } = judged(etrm, ledger);
        expect(add(difference, etrmAmount ?? decimal('0'))).toBe(sum([ledgerAmount ?? decimal('0')]));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('a break has a category, and nothing else has one', () => {
    fc.assert(
      fc.property(anySides, ({ etrm, ledger }) => {
        const { state, category } = judged(etrm, ledger);
        expect(category !== null).toBe(state === 'break');
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
