/** What the parts of a rule set are called, and a rule in one line. */
import { type Json, type JsonObject, listAt, textAt, valueAt } from './rule-document.ts';

export type Options = readonly (readonly [value: string, words: string])[];

export const KINDS: Options = [
  ['1:1', '1:1, one of each'],
  ['1:N', '1:N, several postings'],
  ['N:1', 'N:1, several settlements'],
  ['N:M', 'N:M, several of each'],
];

export const OUTCOMES: Options = [
  ['automatic', 'Matched at once'],
  ['suggested', 'Suggested to an analyst'],
];

export const STAGES: Options = [
  ['interval', 'Each settlement'],
  ['line', 'Each posting'],
  ['charge', 'Once a charge type'],
  ['invoice', 'Once, on the invoice'],
];

export const MODES: Options = [
  ['half-even', 'Half to even'],
  ['half-up', 'Half up'],
];

export const WINDOW_FIELDS: Options = [
  ['delivery_start', 'Delivery'],
  ['due_date', 'Due date'],
  ['posting_date', 'Posting date'],
];

export const LEDGERS: Options = [
  ['postings', 'Every posting counts'],
  ['delta', 'Delta: later postings add up'],
  ['cumulative', 'Cumulative: the newest replaces'],
];

export const STEPS: Options = [
  ['upper', 'in capitals'],
  ['lower', 'in small letters'],
  ['trim', 'without blanks around'],
  ['substring', 'a part, by place'],
  ['capture', 'what an expression finds'],
  ['remove', 'without what an expression finds'],
  ['day', 'the day in a zone'],
  ['hour', 'the hour in a zone'],
];

function toleranceWords(tolerance: Json): string {
  const absolute = textAt(tolerance, ['absolute']);
  const percent = textAt(tolerance, ['percent']);
  const parts = [
    ...(absolute === '' ? [] : [absolute]),
    ...(percent === '' ? [] : [`${percent} %`]),
    ...(valueAt(tolerance, ['derived']) === undefined ? [] : ['rounding']),
  ];
  return parts.length === 0 ? 'exact' : `within ${parts.join(' or ')}`;
}

function partName(part: Json): string {
  if (typeof part === 'string') return part;
  const field = textAt(part, ['field']);
  if (field === '') return JSON.stringify(textAt(part, ['text']));
  return listAt(part, ['steps']).length > 0 ? `${field}…` : field;
}

function keyWords(key: Json): string {
  if (Array.isArray(key)) return `by ${key.map(partName).join(' + ')}`;
  if (typeof key === 'object' && key !== null) return 'by a key of each side';
  return 'by identity';
}

/** What a rule does, in one line: `by identity, within 0.01, N:M`. */
export function ruleWords(rule: Json): string {
  const outcome = textAt(rule, ['outcome']) === 'suggested' ? ['suggested'] : [];
  const window = valueAt(rule, ['window']) === undefined ? [] : ['in a date window'];
  return [
    keyWords(valueAt(rule, ['key']) ?? 'identity'),
    toleranceWords(valueAt(rule, ['tolerance']) ?? {}),
    textAt(rule, ['kind']) || 'N:M',
    ...window,
    ...outcome,
  ].join(', ');
}

/** A rule to begin with: its name is none that the set has. */
export function newRule(document: JsonObject): JsonObject {
  const taken = new Set(listAt(document, ['rules']).map((rule) => textAt(rule, ['name'])));
  let at = taken.size + 1;
  while (taken.has(`rule ${at}`)) at += 1;
  return {
    name: `rule ${at}`,
    key: 'identity',
    kind: 'N:M',
    ignore: [],
    tolerance: { absolute: '0.01' },
    volume_tolerance: {},
    outcome: 'automatic',
  };
}
