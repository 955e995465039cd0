import { describe, expect, it } from 'vitest';
import { contradiction, labelOfWindow } from '../../../../electron/ingest/windows/delivery-windows.ts';
import { calendar } from './calendars.ts';
import { HOUR_MS } from './us-clock.ts';

interface Row {
  readonly id?: string;
  readonly date?: string | null;
  readonly label?: string | null;
  readonly flag?: string | null;
  readonly start: string;
  readonly end: string;
}

function said({ id = 'PJM', date = null, label = null, flag = null, start, end }: Row): string | null {
  return contradiction(calendar(id), date, label, flag, Date.parse(start), Date.parse(end));
}

const HOUR = { start: '2024-03-09T07:00Z', end: '2024-03-09T08:00Z' };

describe('nothing is said', () => {
  it('of a window that is what its date, label and flag say', () => {
    expect(said(HOUR)).toBeNull();
    expect(said({ ...HOUR, date: '2024-03-09', label: 'HE 03', flag: 'N' })).toBeNull();
    expect(said({ ...HOUR, label: '3' })).toBeNull();
    expect(said({ ...HOUR, label: '02:00', flag: '' })).toBeNull();
  });

  it('of a label that could be another hour, too', () => {
    for (const start of [5, 6]) {
      const row = { start: `2024-11-03T0${start}:00Z`, end: `2024-11-03T0${start + 1}:00Z` };
      expect(said({ ...row, label: 'HE 02' })).toBeNull();
      expect(said({ ...row, label: '01:00' })).toBeNull();
    }
    expect(
      said({ id: 'NYISO', label: 'HB 02', start: '2024-11-03T06:00Z', end: '2024-11-03T07:00Z' }),
    ).toBeNull();
    expect(
      said({ id: 'NYISO', label: 'HB 02', start: '2024-11-03T07:00Z', end: '2024-11-03T08:00Z' }),
    ).toBeNull();
  });

  it('of blocks, days and months made of whole intervals', () => {
    expect(said({ label: 'HE 07-HE 22', start: '2024-03-09T11:00Z', end: '2024-03-10T03:00Z' })).toBeNull();
    expect(said({ label: 'HE 01..HE 24', start: '2024-03-10T05:00Z', end: '2024-03-11T04:00Z' })).toBeNull();
    expect(said({ start: '2024-03-01T05:00Z', end: '2024-04-01T04:00Z' })).toBeNull();
  });

  it('of five minutes labelled in the way of five minutes', () => {
    expect(said({ label: '02:05', start: '2024-03-09T07:05Z', end: '2024-03-09T07:10Z' })).toBeNull();
  });
});

describe('quarantined, because it contradicts itself:', () => {
  it('hour 25 of an ordinary day', () => {
    expect(said({ ...HOUR, id: 'CAISO', label: '25' })).toBe(
      '"25" is no label of 2024-03-08 at CAISO, a day of 24 hours',
    );
    expect(said({ ...HOUR, label: 'HE 25' })).toBe(
      '"HE 25" is no label of 2024-03-09 at PJM, a day of 24 hours',
    );
  });

  it('the hour that clocks skip', () => {
    expect(said({ label: 'HE 03', start: '2024-03-10T07:00Z', end: '2024-03-10T08:00Z' })).toBe(
      '"HE 03" is no label of 2024-03-10 at PJM, a day of 23 hours, whose clock skips 02:00 to 03:00',
    );
  });

  it('the second of two rows of 02:00, whose window is the repeated 01:00', () => {
    const rows = [7, 6].map((hour) =>
      said({ label: '02:00', start: `2024-11-03T0${hour}:00Z`, end: `2024-11-03T0${hour + 1}:00Z` }),
    );
    expect(rows).toEqual([
      null,
      '"02:00" of 2024-11-03 at PJM is 2024-11-03T07:00Z to 2024-11-03T08:00Z, ' +
        'but the window is 2024-11-03T06:00Z to 2024-11-03T07:00Z, which is "HE 02*"',
    ]);
  });

  it('the second of two rows of 02:00, flagged as the repeated hour', () => {
    expect(said({ label: '02:00', flag: 'Y', start: '2024-11-03T07:00Z', end: '2024-11-03T08:00Z' })).toMatch(
      /^the flag "Y" marks the repeated hour, which "02:00" of 2024-11-03 at PJM is not/,
    );
  });

  it('a row without length, or that ends before it starts', () => {
    expect(said({ start: HOUR.start, end: HOUR.start })).toBe(
      'the window has no length: it starts and ends at 2024-03-09T07:00Z',
    );
    expect(said({ label: 'HE 03', start: HOUR.end, end: HOUR.start })).toBe(
      'the window ends at 2024-03-09T07:00Z, before it starts at 2024-03-09T08:00Z',
    );
  });

  it('a window that is not what its label says', () => {
    expect(said({ ...HOUR, label: 'HE 04' })).toBe(
      '"HE 04" of 2024-03-09 at PJM is 2024-03-09T08:00Z to 2024-03-09T09:00Z, ' +
        'but the window is 2024-03-09T07:00Z to 2024-03-09T08:00Z, which is "HE 03"',
    );
    expect(said({ ...HOUR, id: 'MISO', label: 'HE 4' })).toMatch(/which is "HE 3"$/);
    expect(said({ label: 'HE 07-HE 22', start: '2024-03-09T12:00Z', end: '2024-03-10T04:00Z' })).toMatch(
      /but the window is .*, which is "HE 08..HE 23"$/,
    );
  });

  it('a quarter of an hour under the label of the hour', () => {
    expect(said({ id: 'ERCOT', label: 'HE 02', start: HOUR.start, end: '2024-03-09T07:15Z' })).toBe(
      '"HE 02" of 2024-03-09 at ERCOT is 2024-03-09T07:00Z to 2024-03-09T08:00Z, ' +
        'but the window is 2024-03-09T07:00Z to 2024-03-09T07:15Z, which is "HE 02 INT 1"',
    );
  });

  it('summer time at MISO: a row of July an hour early', () => {
    expect(
      said({
        id: 'MISO',
        label: 'HE 1',
        date: '2024-07-01',
        start: '2024-07-01T04:00Z',
        end: '2024-07-01T05:00Z',
      }),
    ).toBe('2024-07-01T04:00Z to 2024-07-01T05:00Z begins on 2024-06-30 at MISO, not on 2024-07-01');
  });

  it('a window of another day than its date, and what is no date', () => {
    expect(said({ ...HOUR, date: '2024-03-08', label: 'HE 03' })).toMatch(
      /begins on 2024-03-09 at PJM, not on 2024-03-08$/,
    );
    expect(said({ ...HOUR, date: '2024-02-30' })).toBe('"2024-02-30" is no date');
  });

  it('a flag that the window denies, with a label or without', () => {
    expect(said({ ...HOUR, flag: 'Y' })).toMatch(
      /^the flag "Y" marks the repeated hour, which "HE 03" .* is not/,
    );
    const second = { start: '2024-11-03T06:00Z', end: '2024-11-03T07:00Z' };
    expect(said({ ...second, flag: 'N' })).toMatch(/^the flag "N" denies the repeated hour/);
    expect(said({ ...second, flag: 'EDT' })).toMatch(/^the flag "EDT" puts the clock on EDT/);
    expect(said({ ...second, flag: 'Y' })).toBeNull();
    expect(said({ ...second, label: 'HE 02', flag: 'N' })).toMatch(
      /is 2024-11-03T05:00Z .* but the window is 2024-11-03T06:00Z/,
    );
    expect(said({ ...HOUR, flag: 'maybe' })).toBe('the flag "maybe" is none that PJM uses');
  });

  it('a window off the market’s grid, with the lengths that it has', () => {
    const startMs = Date.parse(HOUR.start);
    const refused = (id: string, from: number, to: number) =>
      labelOfWindow(calendar(id), startMs + from, startMs + to);
    expect(refused('PJM', 60_000, HOUR_MS)).toEqual({
      refused:
        '2024-03-09T07:01Z to 2024-03-09T08:00Z is not made of delivery intervals of PJM (60 minutes, 5 minutes)',
    });
    expect(refused('ERCOT', 0, HOUR_MS / 12)).toHaveProperty('refused');
    expect(refused('GAS-DAY', 0, HOUR_MS)).toEqual({
      refused:
        '2024-03-09T07:00Z to 2024-03-09T08:00Z is not made of delivery intervals of GAS-DAY (whole days)',
    });
    expect(said({ id: 'ERCOT', start: '2024-03-09T07:05Z', end: '2024-03-09T08:05Z' })).toMatch(
      /is not made of/,
    );
  });
});
