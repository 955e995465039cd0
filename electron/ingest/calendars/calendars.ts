/**
 * The market calendars, from their files. A market is added by a file beside this one and its line in the list here
 * (docs/delivery-windows.md).
 */
import { TieoutError } from '../../../shared/errors.ts';
import { type CalendarOf, KnownCalendars } from '../windows/known-calendars.ts';
import caiso from './caiso.json' with { type: 'json' };
import { type CalendarFile, readCalendar } from './calendar-file.ts';
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

let files: readonly CalendarFile[] | null = null;
let calendars: KnownCalendars | null = null;

/** What all of them say, checked once. */
export function calendarFiles(): readonly CalendarFile[] {
  files ??= checked(FILES);
  return files;
}

function known(): KnownCalendars {
  calendars ??= new KnownCalendars(calendarFiles());
  return calendars;
}

/** The calendars of this thread. */
export const marketCalendar: CalendarOf = (id) => known().of(id);

/** In the order of the files; a calendar with several label sets is followed by each of them. */
export function calendarIds(): readonly string[] {
  return known().ids();
}

/**
 * The documents of calendar files, by their names.
 * @throws {TieoutError} `calendar-invalid` where a file is wrong, or two have one id.
 */
export function checked(documents: Readonly<Record<string, unknown>>): readonly CalendarFile[] {
  const ids = new Set<string>();
  return Object.entries(documents).map(([name, document]) => {
    const file = readCalendar(document, name);
    if (ids.has(file.id))
      throw new TieoutError(
        'calendar-invalid',
        `The market calendar ${name} has the id ${file.id} of another; rename one.`,
      );
    ids.add(file.id);
    return file;
  });
}
