import { describe, expect, it } from 'vitest';
import { DueDates, invoiceDue, isBusinessDay } from '../../../electron/netting/business-days.ts';
import { calendarNamed, holidayCalendars } from '../../../electron/netting/calendars.ts';
import { DEFAULT_CLOSE_SETTINGS } from '../../../shared/close.ts';

function days(id: string): ReadonlySet<string> {
  return new Set(calendarNamed(id)?.holidays.map(({ date }) => date));
}
function inYear(id: string, year: number): readonly string[] {
  return (calendarNamed(id)?.holidays ?? [])
    .map(({ date }) => date)
    .filter((date) => date.startsWith(`${year}-`));
}

describe('a calendar of business days', () => {
  it('has the days that the Federal Reserve published', () => {
    expect(inYear('FED', 2024)).toEqual([
      ...['2024-01-01', '2024-01-15', '2024-02-19', '2024-05-27', '2024-06-19', '2024-07-04', '2024-09-02'],
      ...['2024-10-14', '2024-11-11', '2024-11-28', '2024-12-25'],
    ]);
    // 4 July and 19 June of 2020 and 2021: a Saturday is not made up for, and Juneteenth began in 2022.
    expect(inYear('FED', 2020)).not.toContain('2020-07-03');
    expect(inYear('FED', 2021)).toEqual([
      ...['2021-01-01', '2021-01-18', '2021-02-15', '2021-05-31', '2021-07-05', '2021-09-06', '2021-10-11'],
      ...['2021-11-11', '2021-11-25'],
    ]);
    expect(inYear('FED', 2022)).toContain('2022-06-20');
    expect(inYear('FED', 2022)).toContain('2022-12-26');
    expect(inYear('FED', 2023)).toContain('2023-01-02');
  });

  it('has the six days of NERC, Sundays moved and Saturdays kept', () => {
    expect(inYear('NERC', 2024)).toEqual([
      '2024-01-01',
      '2024-05-27',
      '2024-07-04',
      '2024-09-02',
      '2024-11-28',
      '2024-12-25',
    ]);
    expect(inYear('NERC', 2021)).toContain('2021-07-05');
    expect(inYear('NERC', 2020)).toContain('2020-07-04');
    expect(inYear('NERC', 2000)).toHaveLength(6);
    expect(inYear('NERC', 2040)).toHaveLength(6);
  });

  it('names its source', () => {
    for (const { source, from, to } of holidayCalendars())
      expect([source.length > 20, from, to]).toEqual([true, 2000, 2040]);
  });
});

describe('an invoice is due', () => {
  const eei = { day: 20, days_after_receipt: 10 };
  it.each([
    ['on the 20th of the month after', eei, '2024-02', null, '2024-03-20'],
    ['on the Monday after a week-end', eei, '2024-03', null, '2024-04-22'],
    ['after a holiday, not on it', eei, '2023-12', '2024-01-05', '2024-01-22'],
    ['ten days after it came, where that is later', eei, '2024-02', '2024-03-15', '2024-03-25'],
    ['ten days after it came, moved to a business day', eei, '2024-06', '2024-07-25', '2024-08-05'],
    ['in January, for December', eei, '2024-12', null, '2025-01-21'],
    [
      'on the 25th by NAESB, however it came',
      { day: 25, days_after_receipt: null },
      '2024-06',
      '2024-07-30',
      '2024-07-25',
    ],
    ['after Christmas by NAESB', { day: 25, days_after_receipt: null }, '2024-11', null, '2024-12-26'],
  ])('%s', (_, terms, month, received, due) => {
    expect(invoiceDue(terms, month, received, days('FED'))).toBe(due);
  });

  it('on a business day, whatever the month and the day of receipt', () => {
    for (let year = 2000; year < 2040; year += 1) {
      for (let month = 1; month <= 12; month += 1) {
        const of = `${year}-${String(month).padStart(2, '0')}`;
        expect(isBusinessDay(invoiceDue(eei, of, null, days('FED')), days('FED'))).toBe(true);
      }
    }
  });

  it('by the first agreement that fits, its receipt and its own days', () => {
    const due = new DueDates({
      ...DEFAULT_CLOSE_SETTINGS,
      due_rules: {
        ...DEFAULT_CLOSE_SETTINGS.due_rules,
        LATE: { day: 28, days_after_receipt: 3, calendar: 'HOUSE' },
      },
      agreements: [
        { agreement: 'ISDA-1', counterparty: null, commodity: null, rule: 'LATE' },
        ...DEFAULT_CLOSE_SETTINGS.agreements,
      ],
      invoices: [{ month: '2024-02', counterparty: 'ACME', agreement: null, received: '2024-03-18' }],
      holidays: { HOUSE: ['2024-03-28'] },
    });
    const invoice = { month: '2024-02', counterparty: 'ACME', agreement: 'ISDA-1', commodity: 'POWER' };
    expect(due.of(invoice)).toEqual({ date: '2024-03-29', by: 'LATE' });
    expect(due.of({ ...invoice, agreement: 'EEI-7' })).toEqual({ date: '2024-03-28', by: 'EEI' });
    expect(due.of({ ...invoice, agreement: null, commodity: 'NATURAL_GAS' })).toEqual({
      date: '2024-03-25',
      by: 'NAESB',
    });
    expect(due.of({ ...invoice, counterparty: 'Zeta', agreement: null })).toEqual({
      date: '2024-03-20',
      by: 'EEI',
    });
  });
});
