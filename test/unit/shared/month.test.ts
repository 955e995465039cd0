import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { monthDays, parseMonth, quarterOf } from '../../../shared/month.ts';

describe('a settlement month', () => {
  it('is asked for from its first to its last day, leap years included', () => {
    for (let year = 1900; year <= 2999; year += 1) {
      for (let number = 1; number <= 12; number += 1) {
        const text = `${year}-${String(number).padStart(2, '0')}`;
        const month = parseMonth(text);
        expect(month).toBe(text);
        if (month === null) continue;
        const { daysInMonth } = Temporal.PlainYearMonth.from(text);
        expect(monthDays(month)).toEqual({ start: `${text}-01`, end: `${text}-${daysInMonth}` });
      }
    }
  });

  it.each([
    '',
    '2024',
    '2024-3',
    '2024-00',
    '2024-13',
    '2024-03-01',
    ' 2024-03',
    '2024-03 ',
    '2024-03\n',
    '2024/03',
    '24-03',
    '1899-12',
    '3000-01',
    '0000-01',
    'March 2024',
    '２０２４-03',
  ])('is not %j', (text) => {
    expect(parseMonth(text)).toBeNull();
  });
});

it.each([
  ['2024-01', '2024-Q1', ['2024-01', '2024-02', '2024-03']],
  ['2024-06', '2024-Q2', ['2024-04', '2024-05', '2024-06']],
  ['2023-12', '2023-Q4', ['2023-10', '2023-11', '2023-12']],
])('%s is in the quarter %s', (text, name, months) => {
  const month = parseMonth(text);
  if (month === null) throw new Error(text);
  expect(quarterOf(month)).toEqual({ name, months });
});
