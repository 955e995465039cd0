import { expect, it } from 'vitest';
import { WriteOffLimits } from '../../../electron/breaks/write-off-limits.ts';
import { DEFAULT_CLOSE_SETTINGS } from '../../../shared/close.ts';
import { decimal } from '../../../shared/decimal.ts';

const off = (difference: string) => ({
  month: '2024-03',
  difference: decimal(difference),
  currency: 'USD',
});

it('takes a limit however its number is written, to the last digit', () => {
  const settings = {
    ...DEFAULT_CLOSE_SETTINGS,
    write_off_limits: { '*': '1e1' },
    write_off_month_limits: { USD: '1.5E+1' },
  };
  const limits = new WriteOffLimits(settings, new Map());
  expect(limits.refusal(off('-10.000000000000000001'))).toMatch(/above the write-off limit of 10 USD$/);
  expect(limits.refusal(off('-10'))).toBe(null);
  expect(limits.refusal(off('5.01'))).toMatch(/to 15.01 USD, above the limit of a month of 15 USD$/);
  expect(limits.refusal(off('5'))).toBe(null);
});
