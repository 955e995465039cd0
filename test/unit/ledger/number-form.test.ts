import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marksOf, PLAIN_MARKS, readNumber } from '../../../electron/ledger/number-form.ts';
import type { NumberMarks } from '../../../shared/extracts.ts';
import { SEED } from '../shared/decimals.ts';

const WEST: NumberMarks = { decimal: ',', thousands: '.' };
const US: NumberMarks = { decimal: '.', thousands: ',' };

describe('a number', () => {
  it.each([
    ['1.234,56', WEST, '1234.56'],
    ['-1.234.567,8', WEST, '-1234567.8'],
    ['1234,50', WEST, '1234.50'],
    ['(1,234.50)', US, '-1234.50'],
    ['1,234.50-', US, '-1234.50'],
    ['\u22125', US, '-5'],
    ['$(5.00)', US, '-5.00'],
    ['-$5', US, '-5'],
    ['1.234,56 €', WEST, '1234.56'],
    ['1 234,5', { decimal: ',', thousands: ' ' }, '1234.5'],
    ['1\u202f234,5', { decimal: ',', thousands: ' ' }, '1234.5'],
    ["1'234.5", { decimal: '.', thousands: "'" }, '1234.5'],
    ['2.8348916e1', PLAIN_MARKS, '28.348916'],
  ] as const)('%s, by its marks, is %s', (text, marks, value) => {
    expect(readNumber(text, marks)).toBe(value);
  });

  it.each([
    ['1,23', US],
    ['12,34.5', US],
    ['1.23,4', WEST],
    ['(-5)', US],
    ['-5-', US],
    ['$5$', US],
    ['5 USD', US],
    ['1,234.50', PLAIN_MARKS],
    ['', US],
    ['()', US],
    ['1.5.2', US],
  ] as const)('%s is none', (text, marks) => {
    expect(readNumber(text, marks)).toBeNull();
  });

  it('written in any form is the number again', () => {
    const form = fc.constantFrom<NumberMarks>(
      WEST,
      US,
      { decimal: ',', thousands: ' ' },
      { decimal: '.', thousands: "'" },
    );
    const digits = fc.tuple(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.stringMatching(/^\d{0,6}$/),
      fc.boolean(),
    );
    fc.assert(
      fc.property(
        form,
        digits,
        fc.constantFrom('-x', '(x)', 'x-'),
        ({ decimal, thousands }, [whole, fraction, negative], sign) => {
          const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, thousands);
          const text = fraction === '' ? grouped : `${grouped}${decimal}${fraction}`;
          const plain = fraction === '' ? String(whole) : `${whole}.${fraction}`;
          const zero = !/[1-9]/.test(plain);
          expect(readNumber(negative ? sign.replace('x', text) : text, { decimal, thousands })).toBe(
            negative && !zero ? `-${plain}` : plain,
          );
        },
      ),
      { seed: SEED },
    );
  });
});

describe('the marks of a file', () => {
  it.each([
    [['1.234,56', '7'], WEST],
    [['12,5'], WEST],
    [['1.234.567'], WEST],
    [['1,234.5', '1,234'], US],
    [['12.50'], US],
    [["1'234.50"], { decimal: '.', thousands: "'" }],
    [['1 234,50'], { decimal: ',', thousands: ' ' }],
    [['(1.234,50)', '5,00-'], WEST],
  ] as const)('%j tell %j', (texts, marks) => {
    expect(marksOf(texts)).toEqual(marks);
  });

  it.each([[['1,234']], [['1.234']], [['1234']], [['12,5', '12.5']], [['abc', '']]])(
    '%j tell nothing, and nothing is assumed',
    (texts) => {
      expect(marksOf(texts)).toEqual(PLAIN_MARKS);
    },
  );
});
