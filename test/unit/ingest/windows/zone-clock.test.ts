import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { repeatedHour, zoneClock } from '../../../../electron/ingest/windows/zone-clock.ts';

const MINUTE_MS = 60_000;
/**
 * The zones of the calendars and of the sample book, and the odd ones: half an hour of summer time, summer time but
 * for Ramadan, changes at midnight, a day left out, quarter hours, changes a week apart.
 */
const ZONES = [
  'America/New_York',
  'America/Chicago',
  'America/Los_Angeles',
  'America/Panama',
  'Asia/Jakarta',
  'UTC',
  'Europe/London',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/Sao_Paulo',
  'America/Havana',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'America/Caracas',
  'Asia/Gaza',
  'America/Recife',
];
const instants = fc.integer({
  min: Date.UTC(2000, 0, 1) / MINUTE_MS,
  max: Date.UTC(2041, 0, 1) / MINUTE_MS,
});

function zoned(ms: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
}

describe('the clock of a zone', () => {
  it('is off UTC as Temporal has it, at any instant from 2000 to 2040', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (zone, minute) => {
        const ms = minute * MINUTE_MS;
        expect(zoneClock(zone).offsetAt(ms)).toBe(zoned(ms, zone).offsetNanoseconds / 1e6);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(ZONES)('%s changes when Temporal says, and repeats what it showed before', (zone) => {
    const clock = zoneClock(zone);
    const [fromMs, toMs] = [Date.UTC(2000, 0, 1), Date.UTC(2041, 0, 1)];
    const expected: number[] = [];
    for (
      let at = zoned(fromMs, zone).getTimeZoneTransition('next');
      at;
      at = at.getTimeZoneTransition('next')
    ) {
      if (at.epochMilliseconds >= toMs) break;
      const offset = at.offsetNanoseconds;
      // A zone may change its name alone.
      if (zoned(at.epochMilliseconds - 1, zone).offsetNanoseconds !== offset)
        expected.push(at.epochMilliseconds);
    }
    const changes = clock.changesBetween(fromMs, toMs);
    expect(changes.map(({ atMs }) => atMs)).toEqual(expected);
    for (const { atMs, beforeMs, afterMs } of changes) {
      const back = beforeMs - afterMs;
      expect(clock.repeats(atMs - 1)).toBe(false);
      expect(clock.repeats(atMs)).toBe(back > 0);
      expect(clock.repeats(atMs + back - 1)).toBe(back > 0);
      expect(clock.repeats(atMs + Math.max(back, 0))).toBe(false);
    }
  });

  it('repeats an hour exactly where Temporal finds an earlier instant of the same local time', () => {
    const nearChanges = fc.constantFrom(...ZONES).chain((zone) => {
      const changes = zoneClock(zone).changesBetween(Date.UTC(2000, 0, 1), Date.UTC(2041, 0, 1));
      const around = changes.length === 0 ? [0] : changes.map(({ atMs }) => atMs);
      return fc.tuple(fc.constant(zone), fc.constantFrom(...around), fc.integer({ min: -200, max: 200 }));
    });
    fc.assert(
      fc.property(nearChanges, ([zone, atMs, minutes]) => {
        const ms = atMs + minutes * MINUTE_MS;
        const earlier = zoned(ms, zone)
          .toPlainDateTime()
          .toZonedDateTime(zone, { disambiguation: 'earlier' });
        expect(repeatedHour(zone, ms)).toBe(earlier.epochMilliseconds < ms);
      }),
      { numRuns: 1_000 },
    );
  });

  it('first shows a local time when Temporal says so', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (zone, minute) => {
        const local = new Date(minute * MINUTE_MS).toISOString().slice(0, 19);
        const found = zoned(zoneClock(zone).instantOf(minute * MINUTE_MS), zone).toPlainDateTime();
        const exists = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, {
          disambiguation: 'earlier',
        });
        const skipped = !exists.toPlainDateTime().equals(local);
        if (skipped) expect(Temporal.PlainDateTime.compare(found, local)).toBeGreaterThan(0);
        else expect(zoneClock(zone).instantOf(minute * MINUTE_MS)).toBe(exists.epochMilliseconds);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the repeated hour', () => {
  it('is the second 01:00 of 3 November 2024 in New York, to its last millisecond', () => {
    const second = Date.UTC(2024, 10, 3, 6);
    expect(repeatedHour('America/New_York', second - 1)).toBe(false);
    expect(repeatedHour('America/New_York', second)).toBe(true);
    expect(repeatedHour('America/New_York', second + 3_600_000 - 1)).toBe(true);
    expect(repeatedHour('America/New_York', second + 3_600_000)).toBe(false);
  });

  it('does not come in a zone that keeps its time', () => {
    expect(repeatedHour('America/Panama', Date.UTC(2024, 10, 3, 6))).toBe(false);
  });

  it('is found in years that nobody settles, too', () => {
    expect(repeatedHour('America/New_York', Date.UTC(1918, 9, 27, 6, 30))).toBe(true);
    expect(repeatedHour('America/New_York', Date.UTC(9998, 6, 1))).toBe(false);
    // A change at the very edge of the time that is asked about at once.
    expect(repeatedHour('Atlantic/Azores', Date.UTC(1942, 7, 16, 0, 30))).toBe(true);
  });
});
