/** What a market calendar says: a JSON document, checked whole. docs/delivery-windows.md tells how to write one. */
import { z } from 'zod';
import { TieoutError } from '../../../shared/errors.ts';
import { placeholders } from '../windows/label-template.ts';

const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'hour',
  'hour:2',
  'time',
  'interval',
  'interval:2',
  'clock',
  'date',
  'date:MM/dd/yyyy',
]);
const MINUTES_OF_HOUR = 60;

const template = z
  .string()
  .min(1)
  .refine((text) => placeholders(text).every((name) => PLACEHOLDERS.has(name)), {
    error: ({ input }) =>
      `${JSON.stringify(input)} holds a placeholder that is none of ${[...PLACEHOLDERS].map((name) => `{${name}}`).join(' ')}`,
  });

const form = z.strictObject({
  /** How the market writes it: `HE {hour:2}`. */
  text: template,
  /** Whether hours and times are told by their end (HE 01 is the first hour) or by their beginning (HB 00 is). */
  counts: z.enum(['ending', 'beginning']),
  /** How the first of two equal local hours is written where not as `text`. */
  first: template.optional(),
  /** How the second is written. Without it both are written alike, and only a flag tells them apart. */
  second: template.optional(),
  /** On a day with a repeated hour the hours are counted through: 25 of them in a row, none repeated. */
  counts_through: z.boolean().default(false),
});

const labelSet = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'is not of small letters, digits and hyphens'),
    /** Length of the interval that a label names; `day` is the whole market day. */
    minutes: z.union([z.literal([60, 30, 15, 10, 5]), z.literal('day')]),
    /** In order of preference. */
    forms: z.array(form).min(1),
    /** Where the forms are published, or that they are common knowledge and to be checked. */
    source: z.string().min(1),
  })
  .superRefine((set, context) => {
    for (const [at, { text, first, second }] of set.forms.entries()) {
      for (const [field, value] of Object.entries({ text, first, second })) {
        if (value === undefined) continue;
        const has = new Set(placeholders(value));
        const path = ['forms', at, field];
        const hasInterval = has.has('interval') || has.has('interval:2');
        const hasHour = has.has('hour') || has.has('hour:2') || has.has('time');
        if (hasInterval && (set.minutes === 'day' || set.minutes === MINUTES_OF_HOUR))
          context.addIssue({
            code: 'custom',
            path,
            message: `has intervals within an hour, but the set has none`,
          });
        if (set.minutes === 'day' && hasHour)
          context.addIssue({ code: 'custom', path, message: `has an hour, but the set names whole days` });
        if (field !== 'second' && set.minutes !== 'day' && !hasHour)
          context.addIssue({ code: 'custom', path, message: `names no hour` });
        if (
          field !== 'second' &&
          set.minutes !== 'day' &&
          set.minutes < MINUTES_OF_HOUR &&
          !hasInterval &&
          !has.has('time')
        )
          context.addIssue({ code: 'custom', path, message: `does not tell the intervals of an hour apart` });
      }
    }
  });

const calendarFile = z
  .strictObject({
    id: z.string().regex(/^[A-Z0-9][A-Z0-9-]*$/, 'is not of capitals, digits and hyphens'),
    name: z.string().min(1),
    zone: z
      .string()
      .refine(zoneExists, { error: ({ input }) => `${JSON.stringify(input)} is not an IANA time zone` }),
    /** Local time at which a market day begins. */
    day_starts: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time HH:MM'),
    /** What the market calls its clock at an offset, for `{clock}` and as a flag: `"EST": "-05:00"`. */
    clocks: z.record(z.string().min(1), z.string().regex(/^[+-]\d{2}:\d{2}$/, 'is not an offset ±HH:MM')),
    /** What a flag says about the two equal hours. Any other hour is neither repeated nor the second. */
    flags: z.record(z.string().min(1), z.enum(['first', 'second'])),
    /** The plain id reads the labels of every set whose interval is the first one's; `ID/name` reads one set alone. */
    labels: z.array(labelSet).min(1),
    notes: z.array(z.string().min(1)),
  })
  .superRefine((calendar, context) => {
    const seen = new Set<string>();
    for (const [at, { name, forms }] of calendar.labels.entries()) {
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: ['labels', at, 'name'], message: `is there twice` });
      seen.add(name);
      const usesClock = forms.some((each) =>
        [each.text, each.first, each.second].some(
          (text) => text !== undefined && placeholders(text).includes('clock'),
        ),
      );
      if (usesClock && Object.keys(calendar.clocks).length === 0)
        context.addIssue({
          code: 'custom',
          path: ['labels', at],
          message: `uses {clock}, but "clocks" is empty`,
        });
    }
    for (const flag of Object.keys(calendar.flags)) {
      if (Object.hasOwn(calendar.clocks, flag))
        context.addIssue({ code: 'custom', path: ['flags', flag], message: `is the name of a clock, too` });
    }
  });

export type CalendarFile = z.infer<typeof calendarFile>;
export type LabelSet = CalendarFile['labels'][number];
export type LabelForm = LabelSet['forms'][number];
export type IntervalMinutes = LabelSet['minutes'];

function zoneExists(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks a calendar.
 * @param document what its JSON holds. @param from the file's name, for the message.
 * @throws {TieoutError} `calendar-invalid`, with everything that is wrong.
 */
export function readCalendar(document: unknown, from: string): CalendarFile {
  const { success, data, error } = calendarFile.safeParse(document);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `${place(path)} ${message}`);
  throw new TieoutError(
    'calendar-invalid',
    `The market calendar ${from} cannot be used; correct it: ${faults.join('; ')}.`,
    {
      file: from,
      faults,
    },
  );
}

/** `labels[0].forms[1].text` */
function place(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'the document' : text.replace(/^\./, '');
}
