/** What a counterparty's rounding makes of the ETRM side, and what is left of a difference then. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedAmount } from '../../../electron/recon/rounding.ts';
import { agrees, allowedAmount, allowedVolume } from '../../../electron/recon/tolerance.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  multiply,
  round,
  subtract,
  sum,
} from '../../../shared/decimal.ts';
import type { Derived } from '../../../shared/rules.ts';
import { SEED } from '../shared/decimals.ts';
import { posting, settlement } from './sample-sides.ts';

const derived = (stage: Derived['stage'], mode: Derived['mode'], decimals = 2): Derived => ({
  stage,
  mode,
  decimals,
});

/** Of 1 MWh each, so that the price is the amount. */
function sold(...prices: readonly string[]) {
  return prices.map((price, at) =>
    settlement({
      settlement_id: `S-${at}`,
      charge_type: at % 2 === 0 ? 'ENERGY' : 'LOSS',
      direction: 'SELL',
      volume: decimal('1'),
      price: decimal(price),
      amount: decimal(price),
    }),
  );
}

const paid = (amount: string) => posting({ volume: null, price: null, amount: decimal(amount) });

describe('rounding of a decimal', () => {
  it.each([
    ['2.5', 0, '2', '3'],
    ['-2.5', 0, '-2', '-3'],
    ['3.5', 0, '4', '4'],
    ['1.005', 2, '1', '1.01'],
    ['1.015', 2, '1.02', '1.02'],
    ['-0.005', 2, '0', '-0.01'],
    ['1.0049', 2, '1', '1'],
    ['7', 2, '7', '7'],
  ])('takes %s to %s places as %s half-even and %s half-up', (value, places, even, up) => {
    expect(round(decimal(value), places, 'half-even')).toBe(even);
    expect(round(decimal(value), places, 'half-up')).toBe(up);
  });
});

describe('the amount that is expected of the ledger', () => {
  const three = sold('1.005', '2.005', '3.005');

  it.each([
    ['interval', 'half-up', '6.03'],
    ['interval', 'half-even', '6'],
    // ENERGY 4.01, LOSS 2.005.
    ['charge', 'half-up', '6.02'],
    ['charge', 'half-even', '6.01'],
    ['invoice', 'half-up', '6.02'],
    ['invoice', 'half-even', '6.02'],
    ['line', 'half-up', '6.02'],
  ] as const)('is rounded at the stage %s, %s, to %s', (stage, mode, amount) => {
    expect(expectedAmount(derived(stage, mode), three, [paid('6')])).toBe(amount);
  });

  it('is rounded for each posting by its volume at the one price there is', () => {
    const one = settlement({
      direction: 'SELL',
      volume: decimal('2'),
      price: decimal('1.005'),
      amount: decimal('2.01'),
    });
    const parts = [posting({ volume: decimal('1') }), posting({ volume: decimal('1') })];
    expect(expectedAmount(derived('line', 'half-up'), [one], parts)).toBe('2.02');
    expect(expectedAmount(derived('line', 'half-even'), [one], parts)).toBe('2');
    const unclear = [posting({ volume: null }), posting({ volume: decimal('1') })];
    expect(expectedAmount(derived('line', 'half-up'), [one], unclear)).toBe('2.01');
  });

  it('is worked out again from volume and price where the ETRM had rounded its amount already', () => {
    const even = settlement({
      direction: 'SELL',
      volume: decimal('1'),
      price: decimal('1.005'),
      amount: decimal('1.00'),
    });
    expect(expectedAmount(derived('interval', 'half-up'), [even], [paid('1.01')])).toBe('1.01');
    const bought = settlement({ volume: decimal('1'), price: decimal('1.005'), amount: decimal('-1.00') });
    expect(expectedAmount(derived('interval', 'half-up'), [bought], [paid('-1.01')])).toBe('-1.01');
  });

  it('is what was stated where this is no product of volume and price', () => {
    const fee = settlement({
      direction: 'SELL',
      volume: decimal('31'),
      price: decimal('7'),
      amount: decimal('6510'),
    });
    expect(expectedAmount(derived('interval', 'half-up'), [fee], [paid('6510')])).toBe('6510');
  });
});

describe('a derived tolerance', () => {
  it('is held against what the mode leaves: the same posting agrees in one mode and not in the other', () => {
    const [one] = sold('1.005');
    if (!one) throw new Error('none');
    const held = (mode: Derived['mode'], amount: string): boolean => {
      const ledger = [paid(amount)];
      const allowed = allowedAmount({ derived: derived('interval', mode) }, [one], ledger, one.amount);
      expect(allowed.value).toBe('0.0055');
      return agrees(allowed, one.amount, decimal(amount));
    };
    expect(held('half-up', '1.01')).toBe(true);
    expect(held('half-even', '1.01')).toBe(false);
    expect(held('half-even', '1')).toBe(true);
    expect(held('half-up', '1')).toBe(false);
    // What was never rounded agrees in both.
    expect(held('half-up', '1.005')).toBe(true);
    expect(held('half-even', '1.005')).toBe(true);
  });

  it('of volumes knows no price', () => {
    const rows = sold('1.005', '2.005');
    const used = allowedVolume(
      { derived: derived('interval', 'half-up', 1) },
      rows,
      [paid('3')],
      decimal('2'),
    );
    expect(used).toMatchObject({
      value: '0.1',
      derived: { roundings: 2, half_unit: '0.05', half_price_unit: '0' },
    });
  });

  const cents = fc
    .integer({ min: -5_000_000, max: 5_000_000 })
    .map((n) =>
      decimal(
        `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 1000)}.${String(Math.abs(n) % 1000).padStart(3, '0')}`,
      ),
    );

  it('takes whatever was rounded at its stage in its mode, and nothing a cent further for each rounding', () => {
    fc.assert(
      fc.property(
        fc.array(cents, { minLength: 1, maxLength: 12 }),
        fc.constantFrom<Derived['stage']>('interval', 'charge', 'invoice'),
        fc.constantFrom<Derived['mode']>('half-even', 'half-up'),
        (prices, stage, mode) => {
          const rows = sold(...prices);
          const total = sum(rows.map((row) => row.amount));
          // Rounded here apart from the code under test, as the stage says.
          const groups: readonly (readonly Decimal[])[] =
            stage === 'interval'
              ? prices.map((price) => [price])
              : stage === 'invoice'
                ? [prices]
                : [prices.filter((_, at) => at % 2 === 0), prices.filter((_, at) => at % 2 === 1)];
          const booked = sum(
            groups.filter((group) => group.length > 0).map((group) => round(sum(group), 2, mode)),
          );
          const rule = { derived: derived(stage, mode) };
          const used = allowedAmount(rule, rows, [paid(booked)], total);
          expect(agrees(used, total, booked)).toBe(true);
          expect(used.derived?.expected).toBe(booked);
          const beyond = add(booked, add(used.value, decimal('0.001')));
          const gross = compare(absolute(subtract(beyond, total)), decimal('0')) === 0;
          expect(agrees(used, total, beyond)).toBe(gross);
        },
      ),
      { seed: SEED, numRuns: 400 },
    );
  });

  it('covers the gap between what a price of so many digits was and what it was rounded from', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: -499_999, max: 499_999 }),
        (volume, off) => {
          const price = decimal('20.123456');
          const exact = add(
            price,
            decimal(`${off < 0 ? '-' : ''}0.000000${String(Math.abs(off)).padStart(6, '0')}`),
          );
          const row = settlement({
            direction: 'SELL',
            volume: decimal(String(volume)),
            price,
            amount: multiply(decimal(String(volume)), price),
          });
          const booked = round(multiply(row.volume, exact), 2, 'half-up');
          const used = allowedAmount(
            { derived: derived('interval', 'half-up') },
            [row],
            [paid(booked)],
            row.amount,
          );
          const expected = used.derived?.expected ?? decimal('0');
          // Both roundings of cents lie within a unit of each other beyond what the price leaves open.
          const gap = absolute(subtract(booked, expected));
          expect(compare(gap, add(used.value, decimal('0.005')))).toBeLessThanOrEqual(0);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});
