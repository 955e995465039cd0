/**
 * The market calendars, from their files. A market is added by a file beside this one and its line in the list here
 * (docs/delivery-windows.md).
 */
import { TieoutError } from '../../../shared/errors.ts';
import { MarketCalendar } from '../windows/market-calendar.ts';
import caiso from './caiso.json' with { type: 'json' };
import { readCalendar } from './calendar-file.ts';
import ercot from './ercot.json' with { type: 'json' };
import gasDay from './gas-day.json' with { type: 'json' };
import isoNe from './iso-ne.json' with { type: 'json' };
import miso from './miso.json' with { type: 'json' };
import nyiso from './nyiso.json' with { type: 'json' };
import pjm from './pjm.json' with { type: 'json' };
import spp from './spp.json' with { type: 'json' };

const FILES: Readonly<Record<string, unknown>> = {
  'pjm.json': pjm,
  'nyiso.json': nyiso,
  'iso-ne.json': isoNe,
  'miso.json': miso,
  'spp.json': spp,
  'ercot.json': ercot,
  'caiso.json': caiso,
  'gas-day.json': gasDay,
};

/** Read when a calendar is first asked for, and kept: they hold the days that were found. */
let calendars: ReadonlyMap<string, MarketCalendar> | null = null;

/**
 * A market's calendar.
 * @param id `PJM` reads every way in which PJM labels its hours; `PJM/5-minute` one label set of its file alone.
 * @returns null where no calendar has the id.
 */
export function marketCalendar(id: string): MarketCalendar | null {
  calendars ??= compiled(FILES);
  return calendars.get(id) ?? null;
}

/** In the order of the files; a calendar with several label sets is followed by each of them. */
export function calendarIds(): readonly string[] {
  calendars ??= compiled(FILES);
  return [...calendars.keys()];
}

/**
 * Calendars by id, from the documents of their files.
 * @throws {TieoutError} `calendar-invalid` where a file is wrong, or two have one id.
 */
export function compiled(files: Readonly<Record<string, unknown>>): ReadonlyMap<string, MarketCalendar> {
  const byId = new Map<string, MarketCalendar>();
  for (const [name, document] of Object.entries(files)) {
    const file = readCalendar(document, name);
    if (byId.has(file.id))
      throw new TieoutError(
        'calendar-invalid',
        `The market calendar ${name} has the id ${file.id} of another; rename one.`,
      );
    byId.set(file.id, new MarketCalendar(file, null));
    if (file.labels.length < 2) continue;
    for (const set of file.labels) byId.set(`${file.id}/${set.name}`, new MarketCalendar(file, set));
  }
  return byId;
}
