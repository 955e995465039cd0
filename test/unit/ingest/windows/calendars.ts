/** The calendars as the tests ask for them. */
import { expect } from 'vitest';
import { marketCalendar } from '../../../../electron/ingest/calendars/calendars.ts';
import { type Refused, windowOfLabel } from '../../../../electron/ingest/windows/delivery-windows.ts';
import type { DeliveryWindow, MarketCalendar } from '../../../../electron/ingest/windows/market-calendar.ts';

export function calendar(id: string): MarketCalendar {
  const found = marketCalendar(id);
  if (found === null) throw new TypeError(`There is no calendar ${id}.`);
  return found;
}

/** UTC start of the window that a label names, `2024-03-10T05:00Z`, or why it is refused. */
export function read(id: string, date: string, label: string, flag: string | null = null): string {
  const window = windowOfLabel(calendar(id), date, label, flag);
  return 'refused' in window
    ? window.refused
    : new Date(window.startMs).toISOString().replace(':00.000Z', 'Z');
}

export function given(window: DeliveryWindow | Refused): DeliveryWindow {
  if ('refused' in window) expect.fail(window.refused);
  return window;
}
