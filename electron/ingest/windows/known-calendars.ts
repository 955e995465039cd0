/**
 * Market calendars by id, from files that were checked (`calendars/calendars.ts`). What checks them is not loaded here: a
 * thread that reads pages is handed the files.
 */
import type { CalendarFile } from '../calendars/calendar-file.ts';
import { MarketCalendar } from './market-calendar.ts';

/** @returns null where no calendar has the id. */
export type CalendarOf = (id: string) => MarketCalendar | null;

export class KnownCalendars {
  readonly #files: readonly CalendarFile[];
  /** Made when one is first asked for, and kept: they hold the days that were found. */
  #byId: ReadonlyMap<string, MarketCalendar> | null = null;

  /** @param files each with an id of its own. */
  constructor(files: readonly CalendarFile[]) {
    this.#files = files;
  }

  /**
   * A market's calendar.
   * @param id `PJM` reads every way in which PJM labels its hours; `PJM/5-minute` one label set of its file alone.
   */
  readonly of: CalendarOf = (id) => this.#calendars().get(id) ?? null;

  /** In the order of the files; a calendar with several label sets is followed by each of them. */
  ids(): readonly string[] {
    return [...this.#calendars().keys()];
  }

  #calendars(): ReadonlyMap<string, MarketCalendar> {
    this.#byId ??= new Map(
      this.#files.flatMap((file) => {
        const whole = new MarketCalendar(file, null);
        const sets = file.labels.length < 2 ? [] : file.labels.map((set) => new MarketCalendar(file, set));
        return [whole, ...sets].map((calendar) => [calendar.id, calendar] as const);
      }),
    );
    return this.#byId;
  }
}
