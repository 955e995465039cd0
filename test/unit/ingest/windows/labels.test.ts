import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayWindows,
  labelOfWindow,
  windowOfLabel,
} from '../../../../electron/ingest/windows/delivery-windows.ts';
import { calendar, given, read } from './calendars.ts';
import { everyDate, HOUR_MS } from './us-clock.ts';

/** Clocks went forward on 10 March and back on 3 November. */
const SHORT = '2024-03-10';
const LONG = '2024-11-03';
const PLAIN = '2024-11-02';

function labels(id: string, date: string): readonly string[] {
  return dayWindows(calendar(id), date).map(({ label }) => label);
}

describe('hours of an ordinary day', () => {
  it.each([
    'HE 03',
    'HE03',
    'he 3',
    ' HE  03 ',
    'HE 0300',
    '3',
    '03',
    'HE 03 EDT',
    'HB 02',
    '02:00',
    '2:00',
    '02:00:00',
  ])('PJM: %j is 02:00 to 03:00 Eastern', (label) =>
    expect(read('PJM', PLAIN, label)).toBe('2024-11-02T06:00Z'),
  );

  it.each([
    ['ERCOT', '03:00', '2024-11-02T07:00Z'],
    ['ERCOT', '24:00', '2024-11-03T04:00Z'],
    ['NYISO', 'HB 00', '2024-11-02T04:00Z'],
    ['NYISO', '0', '2024-11-02T04:00Z'],
    ['ISO-NE', '01', '2024-11-02T04:00Z'],
    ['MISO', 'HE 1', '2024-11-02T05:00Z'],
    ['MISO', '00:00', '2024-11-02T05:00Z'],
    ['SPP', '01:00', '2024-11-02T05:00Z'],
    ['CAISO', '24', '2024-11-03T06:00Z'],
  ])('%s: %s', (id, label, start) => expect(read(id, PLAIN, label)).toBe(start));

  it.each([
    ['', 'PJM'],
    ['HE', 'PJM'],
    ['HE 00', 'PJM'],
    ['HE 25', 'PJM'],
    ['HE 2 4', 'CAISO'],
    ['2 4', 'CAISO'],
    ['HB 24', 'NYISO'],
    ['00:00', 'ERCOT'],
    ['1.5', 'MISO'],
    ['HE ٣', 'PJM'],
    ['HE 02X', 'ISO-NE'],
    ['HE 02D', 'SPP'],
    ['HE 02*', 'PJM'],
    ['HE 02 EST', 'PJM'],
  ])('%j is no label of an ordinary day of July at %s', (label, id) =>
    expect(read(id, '2024-07-01', label)).toBe(
      `${JSON.stringify(label)} is no label of 2024-07-01 at ${id}, a day of 24 hours`,
    ),
  );

  it('refuses what is no date', () => {
    for (const date of ['2024-02-30', '2024-13-01', '24-01-01', '2024-1-1', '', '2024-03-10T00:00'])
      expect(read('PJM', date, 'HE 03')).toBe(`${JSON.stringify(date)} is no date`);
    expect(() => dayWindows(calendar('PJM'), '2024-02-30')).toThrow(
      '"2024-02-30" is no date; give it as YYYY-MM-DD.',
    );
  });
});

describe('the day on which clocks go forward', () => {
  it.each([
    ['PJM', 'HE 03'],
    ['PJM', '02:00'],
    ['NYISO', 'HB 02'],
    ['ISO-NE', '03'],
    ['ERCOT', '03:00'],
    ['SPP', 'HE 03'],
    ['CAISO', 'HE 03'],
  ])('%s has no %s', (id, label) =>
    expect(read(id, SHORT, label)).toBe(
      `${JSON.stringify(label)} is no label of 2024-03-10 at ${id}, a day of 23 hours, whose clock skips 02:00 to 03:00`,
    ),
  );

  it('goes on with HE 04 after HE 02', () => {
    expect(labels('CAISO', SHORT).slice(0, 4)).toEqual(['HE 01', 'HE 02', 'HE 04', 'HE 05']);
    expect(read('PJM', SHORT, 'HE 04')).toBe('2024-03-10T07:00Z');
  });

  it('is as long as any other at MISO, which keeps standard time', () => {
    expect(read('MISO', SHORT, 'HE 3')).toBe('2024-03-10T07:00Z');
    expect(labels('MISO', SHORT)).toHaveLength(24);
    expect(labels('MISO', LONG)).toHaveLength(24);
    expect(labels('MISO', LONG)).toEqual(labels('MISO', PLAIN));
  });
});

describe('the day on which clocks go back', () => {
  const FIRST = '2024-11-03T05:00Z';
  const SECOND = '2024-11-03T06:00Z';
  const SECOND_CENTRAL = '2024-11-03T07:00Z';
  const EITHER = /can be .* or .*: a flag must say which/;

  it('has 25 hours, of which the second 01:00 alone is repeated', () => {
    const repeated = dayWindows(calendar('PJM'), LONG).map((window) => window.repeated);
    expect(repeated).toHaveLength(25);
    expect(repeated.flatMap((is, at) => (is ? [at] : []))).toEqual([2]);
  });

  it('NYISO labels the extra hour HB 25, HB 01 EST and HB 02', () => {
    expect(read('NYISO', LONG, 'HB 25')).toBe(SECOND);
    expect(read('NYISO', LONG, '25:00')).toBe(SECOND);
    expect(read('NYISO', LONG, 'HB 01 EST')).toBe(SECOND);
    expect(read('NYISO', LONG, 'HB 01:00 EST')).toBe(SECOND);
    expect(read('NYISO/bill', LONG, 'HB 02')).toBe(SECOND);
    expect(read('NYISO', LONG, 'HB 01 EDT')).toBe(FIRST);
    expect(labels('NYISO/bill', LONG).at(-1)).toBe('HB 24');
    expect(labels('NYISO/upload', LONG).slice(0, 4)).toEqual(['HB 00', 'HB 01', 'HB 25', 'HB 02']);
    expect(labels('NYISO/page', LONG).slice(0, 4)).toEqual(['HB 00', 'HB 01 EDT', 'HB 01 EST', 'HB 02']);
  });

  it('NYISO does not choose between its bill and its upload', () => {
    expect(read('NYISO', LONG, 'HB 02')).toMatch(EITHER);
    expect(read('NYISO', LONG, 'HB 02')).toContain('NYISO/upload, NYISO/bill');
    expect(read('NYISO/upload', LONG, 'HB 02')).toBe('2024-11-03T07:00Z');
  });

  it('ERCOT needs its DSTFlag for HE 02', () => {
    expect(read('ERCOT', LONG, '02:00')).toMatch(EITHER);
    expect(read('ERCOT', LONG, '02:00', ' ')).toMatch(EITHER);
    expect(read('ERCOT', LONG, '02:00', 'N')).toBe('2024-11-03T06:00Z');
    expect(read('ERCOT', LONG, '02:00', 'Y')).toBe(SECOND_CENTRAL);
    expect(read('ERCOT', LONG, '2', 'true')).toBe(SECOND_CENTRAL);
    expect(read('ERCOT', LONG, 'HE 02 CST')).toBe(SECOND_CENTRAL);
    expect(read('ERCOT', LONG, 'HE 02', 'CST')).toBe(SECOND_CENTRAL);
  });

  it('ISO-NE writes 02X, CAISO 25, PJM HE 02* in its reports', () => {
    expect([read('ISO-NE', LONG, '02'), read('ISO-NE', LONG, '02X')]).toEqual([FIRST, SECOND]);
    expect(read('CAISO', LONG, 'HE 02')).toBe('2024-11-03T08:00Z');
    expect(read('CAISO', LONG, '25')).toBe('2024-11-03T09:00Z');
    expect(read('PJM', LONG, 'HE 02*')).toBe(SECOND);
    expect(read('PJM/reports', LONG, 'HE 02')).toBe(FIRST);
  });

  it('PJM and SPP do not choose where a source writes both hours alike', () => {
    expect(read('PJM', LONG, 'HE 02')).toMatch(EITHER);
    expect(read('PJM', LONG, '01:00')).toMatch(EITHER);
    expect(read('PJM', LONG, 'HE 02', 'N')).toBe(FIRST);
    expect(read('PJM', LONG, 'HE 02', 'Y')).toBe(SECOND);
    expect(read('SPP', LONG, 'HE 02')).toMatch(EITHER);
    expect(read('SPP', LONG, '02:00D')).toBe(SECOND_CENTRAL);
  });
});

describe('a flag', () => {
  it('that marks an hour which is not repeated is refused', () => {
    expect(read('ERCOT', LONG, 'HE 03', 'Y')).toBe(
      'the flag "Y" marks the repeated hour, which "HE 03" of 2024-11-03 at ERCOT is not: ' +
        'it is a day of 25 hours, whose clock shows 01:00 to 02:00 twice',
    );
    expect(read('ERCOT', PLAIN, 'HE 02', 'Y')).toMatch(
      /^the flag "Y" marks the repeated hour, which .* is not/,
    );
    expect(read('MISO', LONG, 'HE 2', 'Y')).toMatch(/is not: it is a day of 24 hours$/);
  });

  it('that denies what the label says is refused', () => {
    expect(read('PJM', LONG, 'HE 02*', 'N')).toMatch(
      /^the flag "N" denies the repeated hour, which "HE 02\*" .* is/,
    );
    expect(read('NYISO', '2024-07-01', 'HB 05', 'EST')).toMatch(
      /^the flag "EST" puts the clock on EST, where it is not/,
    );
  });

  it('that says no hour is repeated is right on every other hour', () => {
    expect(read('ERCOT', PLAIN, 'HE 02', 'N')).toBe('2024-11-02T06:00Z');
    expect(read('NYISO', '2024-07-01', 'HB 05', 'EDT')).toBe('2024-07-01T09:00Z');
  });

  it('that the market does not use is refused', () => {
    expect(read('ERCOT', PLAIN, 'HE 02', 'PERHAPS')).toBe('the flag "PERHAPS" is none that ERCOT uses');
    expect(read('GAS-DAY', PLAIN, PLAIN, 'Y')).toBe('the flag "Y" is none that GAS-DAY uses');
  });
});

describe('shorter intervals', () => {
  it('have labels of their own, which the hours do not read', () => {
    expect(read('ERCOT/15-minute', PLAIN, 'HE 03 INT 2')).toBe('2024-11-02T07:15Z');
    expect(read('ERCOT/15-minute', LONG, '01:15', 'Y')).toBe('2024-11-03T07:00Z');
    expect(read('ERCOT', PLAIN, 'HE 03 INT 2')).toMatch(/; it is read by ERCOT\/15-minute$/);
    expect(read('PJM/5-minute', PLAIN, '02:05')).toBe('2024-11-02T06:05Z');
    expect(read('SPP/5-minute', PLAIN, '24:00')).toBe('2024-11-03T04:55Z');
    expect(read('CAISO/5-minute', LONG, 'HE 25 INT 01')).toBe('2024-11-03T09:00Z');
  });

  it('are labelled by the market’s plain calendar where a window has their length', () => {
    const startMs = Date.UTC(2024, 10, 2, 7, 15);
    expect(given(labelOfWindow(calendar('ERCOT'), startMs, startMs + HOUR_MS / 4)).label).toBe('HE 03 INT 2');
    expect(given(labelOfWindow(calendar('CAISO'), startMs, startMs + HOUR_MS / 12)).label).toBe(
      'HE 01 INT 04',
    );
  });
});

describe('several intervals in a row', () => {
  const startMs = Date.UTC(2024, 10, 2, 4);

  it('are labelled by the first and the last of them', () => {
    const block = given(labelOfWindow(calendar('PJM'), startMs + 6 * HOUR_MS, startMs + 22 * HOUR_MS));
    expect(block).toMatchObject({ label: 'HE 07..HE 22', date: PLAIN, repeated: false });
    const days = given(labelOfWindow(calendar('PJM'), startMs, startMs + 49 * HOUR_MS));
    expect(days.label).toBe('HE 01..2024-11-03 HE 24');
    const quarters = given(labelOfWindow(calendar('ERCOT'), startMs, startMs + HOUR_MS / 2));
    expect(quarters.label).toBe('HE 24 INT 1..HE 24 INT 2');
    const month = given(
      labelOfWindow(calendar('GAS-DAY'), Date.UTC(2024, 2, 1, 15), Date.UTC(2024, 3, 1, 14)),
    );
    expect(month.label).toBe('2024-03-01..2024-03-31');
  });

  it('are read in the ways in which blocks are written', () => {
    for (const label of ['HE 07..HE 22', 'HE07-HE22', 'HE 07-22', 'he 7 - he 22'])
      expect(given(windowOfLabel(calendar('PJM'), PLAIN, label, null))).toMatchObject({
        startMs: startMs + 6 * HOUR_MS,
        endMs: startMs + 22 * HOUR_MS,
      });
    expect(read('PJM', PLAIN, 'HE 22-HE 07')).toMatch(/is no label/);
    expect(read('PJM', SHORT, 'HE 03-HE 07')).toMatch(/is no label/);
    expect(read('PJM', LONG, 'HE 02-HE 07')).toMatch(/a flag must say which/);
  });

  it('come back from their label, whatever hours they span', () => {
    const dates = everyDate().slice(0, -40);
    const spans = fc.tuple(
      fc.constantFrom('PJM', 'NYISO', 'ISO-NE', 'MISO', 'SPP', 'ERCOT', 'CAISO', 'GAS-DAY'),
      fc.constantFrom(...dates, SHORT, LONG),
      fc.nat(24),
      fc.nat(24 * 35),
    );
    fc.assert(
      fc.property(spans, ([id, date, skipped, more]) => {
        const market = calendar(id);
        const first = dayWindows(market, date)[skipped];
        if (first === undefined) return;
        const endMs =
          id === 'GAS-DAY'
            ? calendar(id).dayAt(first.startMs + more * HOUR_MS).endMs
            : first.endMs + more * HOUR_MS;
        const window = given(labelOfWindow(market, first.startMs, endMs));
        expect(window).toMatchObject({ startMs: first.startMs, endMs });
        expect(windowOfLabel(market, window.date, window.label, null)).toEqual(window);
      }),
      { numRuns: 2_000 },
    );
  });
});
