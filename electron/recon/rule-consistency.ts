/**
 * What the members of a rule set must be to each other, and dates that no calendar has. It reads the document as far as it
 * can be read, so that these faults are told beside those of the schema and not after them.
 */
import { z } from 'zod';
import { isNoCalendarDay } from '../../shared/calendar-day.ts';
import type { Fault } from '../profile/faults.ts';
import type { JsonPath } from '../profile/places.ts';

const text = z.string().optional().catch(undefined);

function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).catch([]);
}

const conversion = z.object({ from: text, to: text, date: text }).catch({});

/** What can be read of a document that may be no rule set. */
const legible = z
  .object({
    rules: list(z.object({ name: text, enabled: z.unknown().optional() }).catch({})),
    fx: list(conversion),
    units: list(conversion),
    categories: list(text),
    not_yet_due_after: text,
  })
  .catch({ rules: [], fx: [], units: [], categories: [] });

type Legible = z.output<typeof legible>;

function fault(path: JsonPath, message: string): Fault {
  return { path, message, ofName: false };
}

function ruleFaults({ rules }: Legible): readonly Fault[] {
  const names = rules.map(({ name }) => name?.trim() ?? '');
  const faults = names.flatMap((name, at) =>
    name !== '' && names.indexOf(name) < at
      ? [fault(['rules', at, 'name'], `is ${JSON.stringify(name)}, as an earlier rule is named`)]
      : [],
  );
  const none = rules.length > 0 && rules.every(({ enabled }) => enabled === false);
  return none ? [...faults, fault(['rules'], 'has no rule that is enabled; enable at least one')] : faults;
}

function conversionFaults(member: 'fx' | 'units', document: Legible): readonly Fault[] {
  const seen = new Set<string>();
  return document[member].flatMap(({ from = '', to = '' }, at) => {
    if (from === '' || to === '') return [];
    const pair = `${from} to ${to}`;
    const faults = from === to ? [fault([member, at, 'to'], 'is what it is converted from')] : [];
    if (seen.has(pair)) faults.push(fault([member, at], `gives ${pair} a second time`));
    seen.add(pair);
    return faults;
  });
}

function categoryFaults({ categories }: Legible): readonly Fault[] {
  return categories.flatMap((category, at) =>
    category !== undefined && categories.indexOf(category) < at
      ? [fault(['categories', at], `is ${category} a second time`)]
      : [],
  );
}

/** @returns the faults that a document has beside those of its schema, in no order. */
export function consistencyFaults(value: unknown): readonly Fault[] {
  const document = legible.parse(value);
  return [
    ...ruleFaults(document),
    ...conversionFaults('fx', document),
    ...conversionFaults('units', document),
    ...categoryFaults(document),
  ];
}

/** Not looked at in rule sets that are kept: earlier versions took such dates, and what they said stays readable. */
export function dateFaults(value: unknown): readonly Fault[] {
  const { fx, not_yet_due_after: due = '' } = legible.parse(value);
  const said = (day: string): string => `is ${JSON.stringify(day)}, a day that does not exist`;
  return [
    ...fx.flatMap(({ date = '' }, at) =>
      isNoCalendarDay(date) ? [fault(['fx', at, 'date'], said(date))] : [],
    ),
    ...(isNoCalendarDay(due) ? [fault(['not_yet_due_after'], said(due))] : []),
  ];
}
