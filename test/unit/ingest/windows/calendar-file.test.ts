import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCalendar } from '../../../../electron/ingest/calendars/calendar-file.ts';
import { calendarIds, checked, marketCalendar } from '../../../../electron/ingest/calendars/calendars.ts';
import { dayWindows, windowOfLabel } from '../../../../electron/ingest/windows/delivery-windows.ts';
import { KnownCalendars } from '../../../../electron/ingest/windows/known-calendars.ts';
import { TieoutError } from '../../../../shared/errors.ts';
import { given } from './calendars.ts';

const FOLDER = join(import.meta.dirname, '../../../../electron/ingest/calendars');
const HOURS = {
  name: 'hours',
  minutes: 60,
  forms: [{ text: 'HE {hour:2}', counts: 'ending' }],
  source: 'Ours.',
};
const ALBERTA = {
  id: 'AESO',
  name: 'Alberta Electric System Operator',
  zone: 'America/Edmonton',
  day_starts: '00:00',
  clocks: { MST: '-07:00', MDT: '-06:00' },
  flags: {},
  labels: [{ ...HOURS, forms: [{ text: 'HE {hour:2}', counts: 'ending', second: 'HE {hour:2}*' }] }],
  notes: [],
};

function fault(document: unknown): TieoutError {
  try {
    readCalendar(document, 'aeso.json');
  } catch (error) {
    if (error instanceof TieoutError) return error;
    throw error;
  }
  return expect.fail('The calendar was taken.');
}

it('adds a market by a document alone', () => {
  const market = new KnownCalendars(checked({ 'aeso.json': ALBERTA })).of('AESO');
  if (market === null) expect.fail('There is no AESO.');
  const windows = dayWindows(market, '2024-11-03');
  expect(windows.map(({ label }) => label).slice(0, 4)).toEqual(['HE 01', 'HE 02', 'HE 02*', 'HE 03']);
  expect(given(windowOfLabel(market, '2024-11-03', 'he 2*', null)).startMs).toBe(Date.UTC(2024, 10, 3, 8));
});

it('finds calendars by id, the sets of one by its id and their name', () => {
  expect(calendarIds()).toEqual(expect.arrayContaining(['PJM', 'NYISO/bill', 'ERCOT/15-minute', 'GAS-DAY']));
  expect(marketCalendar('PJM')).toMatchObject({ id: 'PJM', zone: 'America/New_York' });
  expect(marketCalendar('PJM')).toBe(marketCalendar('PJM'));
  for (const id of ['pjm', '', 'PJM/', 'PJM/bill', 'GAS-DAY/days', '__proto__'])
    expect(marketCalendar(id)).toBeNull();
});

it('refuses two calendars of one id', () => {
  expect(() => checked({ 'a.json': ALBERTA, 'b.json': ALBERTA })).toThrow(
    /b\.json has the id AESO of another/,
  );
});

it('tells everything that is wrong with a file at once', () => {
  const error = fault({
    id: 'aeso',
    name: '',
    zone: 'America/Calgary',
    day_starts: '24:00',
    clocks: { MST: '-7' },
    flags: { MST: 'second', Y: 'maybe' },
    labels: [
      { ...HOURS, minutes: 7 },
      { ...HOURS, forms: [{ text: 'HE {hours}', counts: 'ending' }] },
    ],
    holidays: [],
  });
  expect(error.code).toBe('calendar-invalid');
  expect(error.message).toMatch(/^The market calendar aeso\.json cannot be used; correct it: /);
  const places = [
    'id ',
    'name ',
    'zone "America/Calgary" is not an IANA time zone',
    'day_starts is not a time HH:MM',
    'clocks.MST ',
    'flags.Y ',
    'labels[0].minutes ',
    'labels[1].forms[0].text "HE {hours}" holds a placeholder',
    'notes ',
    'holidays',
  ];
  for (const place of places) expect(error.message).toContain(place);
  expect(error.details).toMatchObject({ file: 'aeso.json' });
});

it('tells what does not fit together', () => {
  const form = (text: string) => [{ text, counts: 'ending' }];
  const error = fault({
    ...ALBERTA,
    clocks: {},
    labels: [
      HOURS,
      HOURS,
      { ...HOURS, name: 'a', forms: form('HE {hour} INT {interval}') },
      { ...HOURS, name: 'b', forms: form('PEAK') },
      { ...HOURS, name: 'c', minutes: 5, forms: form('HE {hour}') },
      { ...HOURS, name: 'd', minutes: 'day', forms: form('{date} {time}') },
      { ...HOURS, name: 'e', forms: form('HE {hour} {clock}') },
    ],
  });
  expect(error.details.faults).toEqual([
    'labels[2].forms[0].text has intervals within an hour, but the set has none',
    'labels[3].forms[0].text names no hour',
    'labels[4].forms[0].text does not tell the intervals of an hour apart',
    'labels[5].forms[0].text has an hour, but the set names whole days',
    'labels[1].name is there twice',
    'labels[6] uses {clock}, but "clocks" is empty',
  ]);
});

it('says where each label comes from', () => {
  for (const id of calendarIds().filter((each) => !each.includes('/'))) {
    const file = readCalendar(JSON.parse(readFileSync(join(FOLDER, `${id.toLowerCase()}.json`), 'utf8')), id);
    for (const { source } of file.labels) expect(source.length).toBeGreaterThan(20);
  }
});
