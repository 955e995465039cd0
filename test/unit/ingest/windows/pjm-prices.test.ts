/** Held against what PJM published: real-time prices of 2024 with the beginning of each hour in UTC and in Eastern. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  contradiction,
  dayWindows,
  windowOfLabel,
} from '../../../../electron/ingest/windows/delivery-windows.ts';
import { calendar, given } from './calendars.ts';
import { HOUR_MS } from './us-clock.ts';

const FILE = join(import.meta.dirname, '../../../../../shared/data/pjm_rt_hrl_lmps_2024.csv');

/** `3/10/2024 12:00:00 AM` as date and time. */
function clockTime(text: string): { readonly date: string; readonly time: string } {
  const [day = '', clock = '', half = ''] = text.split(' ');
  const [month = '', date = '', year = ''] = day.split('/');
  const [hour = '', minute = ''] = clock.split(':');
  const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  return {
    date: `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`,
    time: `${String(hours).padStart(2, '0')}:${minute}`,
  };
}

it.skipIf(!existsSync(FILE))(
  `agrees with every row that PJM published (skipped where ${FILE} is not)`,
  () => {
    const market = calendar('PJM');
    const starts = new Map<string, Set<number>>();
    const [, ...rows] = readFileSync(FILE, 'utf8').trim().split(/\r?\n/);
    for (const row of rows) {
      const [utc = '', eastern = ''] = row.split(',');
      const instant = clockTime(utc);
      const startMs = Date.parse(`${instant.date}T${instant.time}Z`);
      const { date, time } = clockTime(eastern);
      starts.set(date, (starts.get(date) ?? new Set()).add(startMs));
      expect(contradiction(market, date, time, null, startMs, startMs + HOUR_MS)).toBeNull();
      if (date === '2024-11-03' && time === '01:00') {
        const flag = startMs === Date.UTC(2024, 10, 3, 6) ? 'Y' : 'N';
        expect(windowOfLabel(market, date, time, null)).toHaveProperty('refused');
        expect(given(windowOfLabel(market, date, time, flag)).startMs).toBe(startMs);
      } else {
        expect(given(windowOfLabel(market, date, time, null)).startMs).toBe(startMs);
      }
    }
    expect(rows).toHaveLength(8_808);
    expect(starts.get('2024-03-10')?.size).toBe(23);
    expect(starts.get('2024-11-03')?.size).toBe(25);
    expect(starts.size).toBe(366);
    for (const [date, found] of starts)
      expect([...found].toSorted()).toEqual(dayWindows(market, date).map(({ startMs }) => startMs));
  },
);
