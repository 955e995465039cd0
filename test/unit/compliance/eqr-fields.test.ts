/** Codes, units and local times as the data dictionary of the EQR writes them. */
import { describe, expect, it } from 'vitest';
import {
  increment,
  localTime,
  minutesBetween,
  rateType,
  rateUnits,
  zoneCode,
} from '../../../electron/compliance/eqr-fields.ts';

describe('the fields of an EQR', () => {
  it('has local times, also where the clocks are set', () => {
    expect(localTime('2024-03-01T05:00:00Z', 'America/New_York')).toBe('202403010000');
    expect(localTime('2024-03-10T07:00:00Z', 'America/New_York')).toBe('202403100300');
    expect(localTime('2024-11-03T05:00:00Z', 'America/New_York')).toBe('202411030100');
    expect(localTime('2024-11-03T06:00:00Z', 'America/New_York')).toBe('202411030100');
    expect(localTime('2024-07-01T05:00:00Z', 'Etc/GMT+5')).toBe('202407010000');
  });

  it('codes zones, and says NA where the dictionary has none', () => {
    expect(['America/New_York', 'America/Chicago', 'Etc/GMT+5', 'UTC'].map(zoneCode)).toEqual([
      'EP',
      'CP',
      'ES',
      'UT',
    ]);
    // Other names of the same clocks.
    expect(['US/Eastern', 'CST6CDT', 'America/Indiana/Indianapolis', 'US/Pacific'].map(zoneCode)).toEqual([
      'EP',
      'CP',
      'EP',
      'PP',
    ]);
    expect(zoneCode('Europe/Oslo')).toBe('NA');
  });

  it('writes units in dollars, and none that the dictionary lacks', () => {
    expect(['USD/MWH', 'usd/MWh', 'USD/KW-MO', 'USD/MMBTU', 'EUR/MWH'].map(rateUnits)).toEqual([
      '$/MWH',
      '$/MWH',
      '$/KW-MO',
      null,
      null,
    ]);
  });

  it('names how long a price held; a day of 23 or 25 hours is a day', () => {
    const of = (start: string, end: string) => increment(minutesBetween(start, end));
    expect(of('2024-03-01T05:00:00Z', '2024-03-01T06:00:00Z')).toBe('H');
    expect(of('2024-03-01T05:00:00Z', '2024-03-01T05:15:00Z')).toBe('15');
    expect(of('2024-03-10T05:00:00Z', '2024-03-11T04:00:00Z')).toBe('D');
    expect(of('2024-11-03T04:00:00Z', '2024-11-04T05:00:00Z')).toBe('D');
    expect(of('2024-03-01T05:00:00Z', '2024-04-01T04:00:00Z')).toBe('M');
    expect(of('2024-03-01T05:00:00Z', '2024-03-01T07:00:00Z')).toBeNull();
  });

  it('names the type of rate', () => {
    expect(['FIXED', 'INDEX', 'FORMULA', null].map(rateType)).toEqual([
      'Fixed',
      'Electric Index',
      'Formula',
      null,
    ]);
  });
});
