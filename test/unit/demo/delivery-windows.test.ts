import { describe, expect, it } from 'vitest';
import { atOffset, gasDays, hourlyWindows, wholeMonth } from '../../../electron/demo/delivery-windows.ts';
import { type Month, parseMonth } from '../../../shared/month.ts';

function month(text: string): Month {
  const parsed = parseMonth(text);
  if (parsed === null) throw new TypeError(text);
  return parsed;
}

const starts = (text: string, zone: string) =>
  hourlyWindows(month(text), zone, 'offset').map(({ start }) => start);

describe('hourly delivery windows', () => {
  it('have 23 hours on 10 March 2024 in an Eastern market: 02:00 does not exist', () => {
    const day = starts('2024-03', 'America/New_York').filter((start) => start.startsWith('2024-03-10'));
    expect(day).toHaveLength(23);
    expect(day.slice(0, 3)).toEqual([
      '2024-03-10T00:00:00-05:00',
      '2024-03-10T01:00:00-05:00',
      '2024-03-10T03:00:00-04:00',
    ]);
    expect(starts('2024-03', 'America/New_York')).toHaveLength(743);
  });

  it('have 25 hours on 3 November 2024 in an Eastern market: 01:00 comes twice', () => {
    const day = starts('2024-11', 'America/New_York').filter((start) => start.startsWith('2024-11-03'));
    expect(day).toHaveLength(25);
    expect(day.slice(1, 3)).toEqual(['2024-11-03T01:00:00-04:00', '2024-11-03T01:00:00-05:00']);
    expect(starts('2024-11', 'America/New_York')).toHaveLength(721);
  });

  it('have 24 hours every day at MISO, which keeps standard time', () => {
    expect(starts('2024-03', 'America/Panama')).toHaveLength(744);
    expect(starts('2024-11', 'America/Panama')).toHaveLength(720);
    expect(starts('2024-07', 'America/Panama')[0]).toBe('2024-07-01T00:00:00-05:00');
  });

  it('follow each other without a gap and end where the next local month begins', () => {
    for (const zone of ['America/New_York', 'America/Chicago', 'America/Los_Angeles']) {
      const windows = hourlyWindows(month('2024-11'), zone, 'utc');
      for (const [at, { end, startMs }] of windows.entries()) {
        expect(Date.parse(end) - startMs).toBe(3_600_000);
        const next = windows[at + 1] ?? hourlyWindows(month('2024-12'), zone, 'utc')[0];
        expect(end).toBe(next?.start);
      }
    }
  });
});

describe('gas days', () => {
  it('run from 09:00 to 09:00 Central, one for each day of the month', () => {
    const days = gasDays(month('2024-03'));
    expect(days).toHaveLength(31);
    expect(days[0]).toMatchObject({ start: '2024-03-01T09:00:00-06:00', end: '2024-03-02T09:00:00-06:00' });
    expect(days.at(-1)?.end).toBe('2024-04-01T09:00:00-05:00');
  });

  it('have 23 or 25 hours where the clock changes within them', () => {
    const hours = (text: string) =>
      gasDays(month(text)).map(({ end, startMs }) => (Date.parse(end) - startMs) / 3_600_000);
    expect(hours('2024-03')[8]).toBe(23);
    expect(hours('2024-11')[1]).toBe(25);
  });
});

it('a monthly window covers the local month', () => {
  expect(wholeMonth(month('2024-03'), 'America/New_York')).toMatchObject([
    { start: '2024-03-01T00:00:00-05:00', end: '2024-04-01T00:00:00-04:00' },
  ]);
});

it('another offset writes the same instant', () => {
  expect(atOffset('2024-03-10T01:00:00-05:00', '+05:30')).toBe('2024-03-10T11:30:00+05:30');
});
