import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readMembers } from '../../../electron/etrm/canonical/lexemes.ts';
import { calendarIds, marketCalendar } from '../../../electron/ingest/calendars/calendars.ts';
import { RECORD_SCHEMAS, type RecordField } from '../../../electron/ingest/record-schema.ts';
import { RecordTyping } from '../../../electron/ingest/record-typing.ts';
import { parseProfile } from '../../../electron/profile/parse-profile.ts';
import { profileSchemaText } from '../../../electron/profile/profile-schema.ts';
import { seedProfileText } from '../../../electron/profile/seed-profile.ts';
import { profileWith } from './sample-profile.ts';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');

/** The JSON examples of the page, a profile and a record in turn. */
const examples = [...readFileSync(join(DOCS, 'profiles.md'), 'utf8').matchAll(/```json\n(.*?)```/gs)].map(
  ([, text = '']) => text,
);

/** The example's record, typed as the example's profile says. */
function typed(profileText = '', recordText = ''): Readonly<Record<string, string | null>> {
  const mapping = parseProfile(profileText, 'the example', calendarIds()).mapping('settlements');
  const typing = new RecordTyping(RECORD_SCHEMAS.settlements, mapping, marketCalendar);
  const utf8 = Buffer.from(recordText);
  const drift: unknown[] = [];
  const record = typing.type(readMembers(utf8, 0, utf8.length), (seen) => drift.push(seen));
  expect(drift).toEqual([]);
  if (!record.ok) throw new Error(record.reasons.map(({ message }) => message).join('; '));
  return Object.fromEntries(typing.columns.map(({ field }, at) => [field.name, record.texts[at] ?? null]));
}

function micros(time: string): string {
  return `${Date.parse(time)}000`;
}

describe('docs/profile.schema.json', () => {
  const published = readFileSync(join(DOCS, 'profile.schema.json'), 'utf8');
  const schema = z.fromJSONSchema(JSON.parse(published));

  it('is what tieout profile schema prints', () => {
    expect(published).toBe(profileSchemaText());
  });

  it('takes the examples and the built-in profile', () => {
    for (const text of [seedProfileText(), examples[0], examples[2]]) {
      expect(schema.safeParse(JSON.parse(text ?? '')).error).toBeUndefined();
    }
  });

  it.each([
    ['an unknown member', (text: string) => text.replace('"results"', '"result"')],
    ['an unknown field', (text: string) => text.replace('"volume":', '"volumes":')],
    ['a value that is none of the enumeration', (text: string) => text.replace('"SELL"', '"SALE"')],
    ['a scale that is no decimal', (text: string) => text.replace('"0.001"', '"1/1000"')],
    [
      'a style of paging that there is not',
      (text: string) => text.replace('"cursor", "par', '"offset", "par'),
    ],
    ['a path without a slash', (text: string) => text.replace('"/settlement/', '"settlement/')],
    ['another version of the format', (text: string) => text.replace('"profile": 1', '"profile": 2')],
  ])('refuses %s', (_, broken) => {
    const [text = ''] = examples;
    expect(broken(text)).not.toBe(text);
    expect(schema.safeParse(JSON.parse(broken(text))).success).toBe(false);
  });

  it('tells an editor what each field of each resource is', () => {
    const described = (fields: readonly RecordField[]) =>
      Object.fromEntries(
        fields.map(({ name }) => [name, { title: name, description: expect.stringMatching(/; .+\.$/) }]),
      );
    const resources = Object.values(RECORD_SCHEMAS).map(
      ({ resource, fields }) =>
        [resource, { properties: { fields: { properties: described(fields) } } }] as const,
    );
    expect(JSON.parse(published)).toMatchObject({
      title: 'Tieout connection profile',
      properties: { resources: { properties: Object.fromEntries(resources) } },
    });
    expect(published).toContain('"description": "One of BUY, SELL; required."');
  });
});

describe('a constant', () => {
  it('feeds a field of every type, for a vendor that does not send it', () => {
    const constants = {
      settlement_id: 'S',
      version: 1,
      trade_id: 'T',
      deal_leg: '2',
      counterparty: 'C',
      commodity: 'POWER',
      direction: 'BUY',
      delivery_start: '2024-03-01T05:00:00Z',
      delivery_end: '2024-03-01T01:00:00-05:00',
      timezone: 'America/New_York',
      location: 'L',
      volume: '1.50',
      volume_uom: 'MWH',
      price: '2',
      price_uom: 'USD/MWH',
      amount: '-3.00',
      currency: 'USD',
      status: 'FINAL',
      due_date: '2024-04-20',
    };
    const fields = Object.fromEntries(
      Object.entries(constants).map(([name, constant]) => [name, { constant }]),
    );
    expect(typed(profileWith({ fields }), '{}')).toMatchObject({
      ...constants,
      version: '1',
      delivery_start: micros('2024-03-01T05:00Z'),
      delivery_end: micros('2024-03-01T06:00Z'),
    });
  });
});

describe('the examples of docs/profiles.md', () => {
  it('read a record of a vendor with a cursor, local times and codes', () => {
    expect(typed(examples[0], examples[1])).toMatchObject({
      settlement_id: 'L-1001',
      version: '2',
      trade_id: 'D-77',
      deal_leg: '1',
      counterparty: 'Lakeside Power',
      commodity: 'POWER',
      direction: 'BUY',
      delivery_start: micros('2024-03-01T06:00Z'),
      delivery_end: micros('2024-03-01T07:00Z'),
      timezone: 'America/Chicago',
      volume: '1.25',
      volume_uom: 'MWH',
      price: '31.20',
      amount: '-39',
      status: 'FINAL',
      due_date: '2024-04-19',
      updated_at: micros('2024-03-04T05:34:56.123Z'),
    });
  });

  it('read the hour that comes twice by its label and flag', () => {
    expect(typed(examples[2], examples[3])).toMatchObject({
      settlement_id: 'S-9',
      volume: '40',
      volume_uom: 'MWH',
      delivery_start: micros('2024-11-03T07:00Z'),
      delivery_end: micros('2024-11-03T08:00Z'),
      market: 'ERCOT',
      market_label: expect.stringContaining('02'),
    });
  });
});
