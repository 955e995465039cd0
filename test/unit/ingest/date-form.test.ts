import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { compileDayForm, compileForm } from '../../../electron/ingest/date-form.ts';
import { SEED } from '../shared/decimals.ts';

const CHICAGO = 'America/Chicago';

/** The instant as RFC 3339 with microseconds, or why not. */
function outcome(form: string, zone: string | null, text: string): string {
  const read = compileForm(form, zone).read(text);
  if (typeof read !== 'bigint') return read.refused;
  const second = read / 1_000_000n - (read % 1_000_000n < 0n ? 1n : 0n);
  const fraction = String(read - second * 1_000_000n).padStart(6, '0');
  return `${new Date(Number(second) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

function day(form: string, text: string): string {
  const read = compileDayForm(form).read(text);
  return typeof read === 'string' ? read : read.refused;
}

describe('a time is read', () => {
  it.each([
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-03-01 00:00', '2024-03-01T06:00:00.000000Z'],
    ['yyyy-MM-dd HH:mm', CHICAGO, ' 2024-07-01 00:00\n', '2024-07-01T05:00:00.000000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", null, '2024-03-01T01:02:03-05:00', '2024-03-01T06:02:03.000000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", null, '2024-03-01T01:02:03Z', '2024-03-01T01:02:03.000000Z'],
    ['yyyyMMddHHmmXX', null, '202403010102+0530', '2024-02-29T19:32:00.000000Z'],
    ['yyyyMMddHHmmX', null, '202403010102-06', '2024-03-01T07:02:00.000000Z'],
    ['yyyyMMddHHmmx', null, '202403010102-0630', '2024-03-01T07:32:00.000000Z'],
    ['yyyyMMddHHmmxxx', null, '202403010102+00:00', '2024-03-01T01:02:00.000000Z'],
    ['yyyy-MM-dd HH:mm:ss Z', null, '2024-03-01 01:02:03 -0500', '2024-03-01T06:02:03.000000Z'],
    ['M/d/yyyy h:mm a', CHICAGO, '3/1/2024 12:05 AM', '2024-03-01T06:05:00.000000Z'],
    ['M/d/yyyy h:mm a', CHICAGO, '3/1/2024 12:05 pm', '2024-03-01T18:05:00.000000Z'],
    ['M/d/yyyy h:mm a', CHICAGO, '12/31/2024 1:05 PM', '2024-12-31T19:05:00.000000Z'],
    ['MM/dd/yyyy hh:mm:ss.SSS a', 'UTC', '02/29/2024 11:59:59.001 PM', '2024-02-29T23:59:59.001000Z'],
    ['dd-MMM-yy HH:mm', 'UTC', '01-MAR-24 10:00', '2024-03-01T10:00:00.000000Z'],
    ['d MMM yyyy H:mm', 'UTC', '1 Sep 1999 9:30', '1999-09-01T09:30:00.000000Z'],
    ['yyyy-MM-dd HH:mm:ss.SSSSSSSSS', 'UTC', '2024-03-01 00:00:00.123456000', '2024-03-01T00:00:00.123456Z'],
    ['yyyy-MM-dd HH:mm:ss.S', 'UTC', '2024-03-01 00:00:00.7', '2024-03-01T00:00:00.700000Z'],
    ["'at' HH''mm 'on' yyyy.MM.dd", 'UTC', "at 10'30 on 2024.03.01", '2024-03-01T10:30:00.000000Z'],
    ["yyyy-MM-dd HH 'o''clock'", 'UTC', "2024-03-01 10 o'clock", '2024-03-01T10:00:00.000000Z'],
    ['yyyy-MM-dd', CHICAGO, '2024-03-01', '2024-03-01T06:00:00.000000Z'],
    ['yyyy-MM-dd HH:mm', 'America/New_York', '0100-01-01 00:00', '0100-01-01T04:56:02.000000Z'],
    ['epoch-s', null, '1709251200', '2024-03-01T00:00:00.000000Z'],
    ['epoch-s', null, '1709251200.25', '2024-03-01T00:00:00.250000Z'],
    ['epoch-s', null, '1.7092512e9', '2024-03-01T00:00:00.000000Z'],
    ['epoch-s', null, '-1', '1969-12-31T23:59:59.000000Z'],
    ['epoch-ms', null, '1709251200123', '2024-03-01T00:00:00.123000Z'],
    ['epoch-ms', null, '1709251200123.456', '2024-03-01T00:00:00.123456Z'],
  ])('by %s in %s from %j', (form, zone, text, instant) => {
    expect(outcome(form, zone, text)).toBe(instant);
  });
});

describe('a time is refused', () => {
  const other = (form: string) => `not a time of the form ${form}`;
  it.each([
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-03-01 00:00:00', other('yyyy-MM-dd HH:mm')],
    ['yyyy-MM-dd HH:mm', CHICAGO, 'x2024-03-01 00:00', other('yyyy-MM-dd HH:mm')],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-3-01 00:00', other('yyyy-MM-dd HH:mm')],
    ['yyyy-MM-dd HH:mm', CHICAGO, '', other('yyyy-MM-dd HH:mm')],
    ['yyyy.MM.dd HH:mm', CHICAGO, '2024-03-01 00:00', other('yyyy.MM.dd HH:mm')],
    ['d-MMM-yyyy', 'UTC', '1-Mrz-2024', other('d-MMM-yyyy')],
    ["yyyy-MM-dd'T'HH:mmXXX", null, '2024-03-01t00:00Z', other("yyyy-MM-dd'T'HH:mmXXX")],
    ["yyyy-MM-dd'T'HH:mmxxx", null, '2024-03-01T00:00Z', other("yyyy-MM-dd'T'HH:mmxxx")],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-02-30 00:00', 'a time that does not exist'],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-13-01 00:00', 'a time that does not exist'],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-00-01 00:00', 'a time that does not exist'],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-03-01 24:00', 'a time that does not exist'],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-03-01 00:60', 'a time that does not exist'],
    ['yyyy-MM-dd HH:mm', CHICAGO, '0099-03-01 00:00', 'a time that does not exist'],
    ['yyyy-MM-dd HH:mm:ss', CHICAGO, '2016-12-31 18:59:60', 'a time that does not exist'],
    ['M/d/yyyy h a', CHICAGO, '3/1/2024 0 AM', 'a time that does not exist'],
    ['M/d/yyyy h a', CHICAGO, '3/1/2024 13 PM', 'a time that does not exist'],
    ['yyyy-MM-dd HHXX', null, '2024-03-01 00+2400', 'a time that does not exist'],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-03-10 02:30', `a time that the clock of ${CHICAGO} skips`],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-03-10 02:00', `a time that the clock of ${CHICAGO} skips`],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-11-03 01:00', `a time that the clock of ${CHICAGO} shows twice`],
    ['yyyy-MM-dd HH:mm', CHICAGO, '2024-11-03 01:59', `a time that the clock of ${CHICAGO} shows twice`],
    ['yyyy-MM-dd', 'Africa/Cairo', '2024-04-26', 'a time that the clock of Africa/Cairo skips'],
    ['yyyy-MM-dd HH:mm', 'Pacific/Apia', '2011-12-30 12:00', 'a time that the clock of Pacific/Apia skips'],
    ['yyyy-MM-dd HH:mm:ss.SSSSSSS', 'UTC', '2024-03-01 00:00:00.0000001', 'finer than a microsecond'],
    ['yyyy-MM-dd HHXXX', null, '9999-12-31 23-01:00', 'not a time of the years 100 to 9999 in UTC'],
    ['yyyy-MM-dd HHXXX', null, '0100-01-01 00+01:00', 'not a time of the years 100 to 9999 in UTC'],
    ['epoch-s', null, '2024-03-01', other('epoch-s')],
    ['epoch-s', null, '1709251200.0000001', 'finer than a microsecond'],
    ['epoch-ms', null, '1709251200000.0001', 'finer than a microsecond'],
    ['epoch-s', null, '1709251200000', 'not a time of the years 100 to 9999 in UTC'],
    ['epoch-ms', null, '-1e300', 'not a time of the years 100 to 9999 in UTC'],
  ])('by %s in %s from %j', (form, zone, text, refused) => {
    expect(outcome(form, zone, text)).toBe(refused);
  });

  it('only within the hour that is skipped or repeated', () => {
    const form = 'yyyy-MM-dd HH:mm:ss';
    expect(outcome(form, CHICAGO, '2024-03-10 01:59:59')).toBe('2024-03-10T07:59:59.000000Z');
    expect(outcome(form, CHICAGO, '2024-03-10 03:00:00')).toBe('2024-03-10T08:00:00.000000Z');
    expect(outcome(form, CHICAGO, '2024-11-03 00:59:59')).toBe('2024-11-03T05:59:59.000000Z');
    expect(outcome(form, CHICAGO, '2024-11-03 02:00:00')).toBe('2024-11-03T08:00:00.000000Z');
  });
});

describe('a day', () => {
  it.each([
    ['MM/dd/yyyy', '02/29/2024', '2024-02-29'],
    ['d.M.yyyy', '1.3.2024', '2024-03-01'],
    ['dd-MMM-yyyy', '19-apr-2024', '2024-04-19'],
    ['yyyyMMdd', '20240301', '2024-03-01'],
    ["yyyy-MM-dd'T00:00:00Z'", '2024-03-01T00:00:00Z', '2024-03-01'],
    ['MM/dd/yyyy', '02/29/2023', 'a day that does not exist'],
    ['MM/dd/yyyy', '2/29/2024', 'not a day of the form MM/dd/yyyy'],
    ["yyyy-MM-dd'T00:00:00Z'", '2024-03-01T01:00:00Z', "not a day of the form yyyy-MM-dd'T00:00:00Z'"],
  ])('by %s from %j', (form, text, expected) => {
    expect(day(form, text)).toBe(expected);
  });

  it.each(['yyyy-MM-dd HH:mm', 'yyyy-MM-ddXXX', 'epoch-s', 'yyyy-MM'])('has no form %s', (form) => {
    expect(() => compileDayForm(form)).toThrow(RangeError);
  });
});

describe('a form is refused', () => {
  it.each([
    ['', null, 'has no year'],
    ['MM/dd HH:mm', 'UTC', 'has no year'],
    ['yyyy HH:mm', 'UTC', 'has no month'],
    ['yyyy-MM HH:mm', 'UTC', 'has no day'],
    ['yyyy-MM-dd HH:mm', null, 'has no offset, so that it needs a zone'],
    ['yyyy-MM-dd HH:mmXXX', 'UTC', 'has an offset, so that a zone would say nothing'],
    ['epoch-s', 'UTC', 'counts from 1970 in UTC, so that a zone would say nothing'],
    ['YYYY-MM-DD', 'UTC', 'has "YYYY", which no date form knows; put words in single quotes'],
    ['yyyy-MM-dd mm', 'UTC', 'has the minute without the hour'],
    ['yyyy-MM-dd HH ss', 'UTC', 'has the second without the minute'],
    ['yyyy-MM-dd HH:mm.SSS', 'UTC', 'has the fraction without the second'],
    [
      'yyyy-MM-dd HH:mm:ss.SSSSSSSSSS',
      'UTC',
      'has "SSSSSSSSSS", which no date form knows; put words in single quotes',
    ],
    ['yyyy-MM-dd hh:mm', 'UTC', 'has hours of twelve, h, without a for AM and PM'],
    ['yyyy-MM-dd HH:mm a', 'UTC', 'has a for AM and PM without hours of twelve, h'],
    ['yyyy-MM-dd yy', 'UTC', 'has the year twice, "yyyy" and "yy"'],
    ['yyyyMdd', 'UTC', 'has "dd" next to "M", whose digits cannot be told apart'],
    ["yyyy-MM-d'0'", 'UTC', 'has digits next to "d", which may be one digit or two'],
    ["yyyy-MM-dd 'T", 'UTC', 'has a single quote that is not closed'],
  ])('%j in %s', (form, zone, message) => {
    expect(() => compileForm(form, zone)).toThrow(new RangeError(message));
  });
});

describe('whatever the zone', () => {
  const zones = [
    CHICAGO,
    'America/New_York',
    'America/Los_Angeles',
    'America/Sao_Paulo',
    'Europe/London',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Casablanca',
    'Pacific/Apia',
    'Etc/GMT+12',
    'UTC',
  ];
  const forms = new Map(zones.map((zone) => [zone, compileForm('yyyy-MM-dd HH:mm', zone)]));
  // Minutes of 1970 to 2049, half of them within two days of a change of clocks.
  const minute = fc.integer({ min: 0, max: 42_000_000 });

  function nearChange(zone: string, ms: number): number {
    const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
    return at.getTimeZoneTransition('next')?.epochMilliseconds ?? ms;
  }

  it('a local time is the instant, or refused, as the standard’s calendar says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        minute,
        fc.boolean(),
        fc.integer({ min: -2880, max: 2880 }),
        (zone, minutes, near, around) => {
          const ms = near ? nearChange(zone, minutes * 60_000) + around * 60_000 : minutes * 60_000;
          const local = Temporal.Instant.fromEpochMilliseconds(ms)
            .toZonedDateTimeISO('UTC')
            .toPlainDateTime();
          const early = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
          const late = local.toZonedDateTime(zone, { disambiguation: 'later' });
          const read = forms
            .get(zone)
            ?.read(`${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`);
          if (early.epochMilliseconds === late.epochMilliseconds) {
            expect(read).toBe(BigInt(early.epochMilliseconds) * 1000n);
          } else {
            // Where a time is skipped, "earlier" and "later" are other times than the one asked for.
            const skips = !early.toPlainDateTime().equals(local);
            expect(read).toEqual({
              refused: `a time that the clock of ${zone} ${skips ? 'skips' : 'shows twice'}`,
            });
          }
        },
      ),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('a time with an offset is the instant that RFC 3339 says', () => {
    const form = compileForm("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", null);
    const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(minute, offset, fc.integer({ min: 0, max: 59_999_999 }), (minutes, ahead, micros) => {
        const zone = `${ahead < 0 ? '-' : '+'}${String(Math.floor(Math.abs(ahead) / 60)).padStart(2, '0')}:${String(Math.abs(ahead) % 60).padStart(2, '0')}`;
        const instant = BigInt(minutes) * 60_000_000n + BigInt(micros);
        const text = new Temporal.Instant(instant * 1000n).toString({
          timeZone: zone,
          smallestUnit: 'microsecond',
        });
        expect(form.read(text)).toBe(instant);
      }),
      { seed: SEED },
    );
  });
});
