/**
 * What the engine would refuse of a rule's keys: it knows fewer expressions than JavaScript, no offsets in the place of zones,
 * and days and hours of times alone. Told when a file is read, and not by a reconciliation that ends half-way.
 */
import { z } from 'zod';
import { KEY_FIELDS } from '../../shared/rules.ts';
import type { Fault } from '../profile/faults.ts';
import type { JsonPath } from '../profile/places.ts';

const TIMES: readonly string[] = ['delivery_start', 'delivery_end'];
/** The engine's limit of a repetition. */
const MOST_REPEATED = 1000;

const part = z.object({ field: z.string(), steps: z.array(z.unknown()).catch([]) });
const parts = z.array(z.unknown()).catch([]);
const legible = z
  .object({ rules: z.array(z.object({ key: z.unknown() }).catch({ key: null })).catch([]) })
  .catch({ rules: [] });
const ofSide = z.object({ etrm: parts, ledger: parts });
const withExpression = z.union([
  z.object({ capture: z.string() }).transform(({ capture }) => ['capture', capture] as const),
  z.object({ remove: z.string() }).transform(({ remove }) => ['remove', remove] as const),
]);
const withZone = z.union([
  z.object({ day: z.string() }).transform(({ day }) => ['day', day] as const),
  z.object({ hour: z.string() }).transform(({ hour }) => ['hour', hour] as const),
]);

const TOKEN =
  /\\[pP]\{(?<property>[^}]*)\}|\\(?<escaped>.)|\{(?<least>\d+)(?:,(?<most>\d*))?\}|\[\^?\]?|./gsu;
/** General categories by their letters; other properties of Unicode have other names in the engine, or none. */
const CATEGORY = /^(?:[CLMNPSZ]|L[ulmto]|M[nce]|N[dlo]|P[cdseifo]|S[mcko]|Z[slp]|C[cfos])$/u;

function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

/** @returns what the engine does not know in it; null: nothing. */
function unknownIn(expression: string): string | null {
  let inClass = false;
  // What is none at all has its fault already.
  if (!isExpression(expression)) return null;
  for (const token of expression.matchAll(TOKEN)) {
    const [text] = token;
    const { property, escaped, least, most } = token.groups ?? {};
    if (property !== undefined && !CATEGORY.test(property)) return text;
    // Code points by number, control letters, groups by name; \b is a place and no character.
    if (escaped !== undefined && (/[uck]/.test(escaped) || (inClass && escaped === 'b'))) return text;
    if (!inClass && [least, most].some((times) => Number(times ?? 0) > MOST_REPEATED)) return text;
    if (!inClass && (text === '[]' || text === '[^]')) return text;
    if (!inClass && text.startsWith('[')) inClass = true;
    else if (inClass && text === ']') inClass = false;
  }
  return null;
}

function stepFault(path: JsonPath, field: string, step: unknown): readonly Fault[] {
  const expression = withExpression.safeParse(step);
  if (expression.success) {
    const [name, text] = expression.data;
    const unknown = unknownIn(text);
    if (unknown === null) return [];
    const message = `has ${unknown}, which the engine's regular expressions do not know`;
    return [{ path: [...path, name], message, ofName: false }];
  }
  const zoned = withZone.safeParse(step);
  if (!zoned.success) return [];
  const [name, zone] = zoned.data;
  const of = (message: string): readonly Fault[] => [{ path: [...path, name], message, ofName: false }];
  if (!TIMES.includes(field) && KEY_FIELDS.some((known) => known === field))
    return of(`is of a time: ${TIMES.join(' or ')}, and ${field} is none`);
  return /^[+-]/.test(zone) ? of(`is an offset; name a zone, such as "Etc/GMT-5"`) : [];
}

function listFaults(path: JsonPath, list: readonly unknown[]): readonly Fault[] {
  return list.flatMap((one, at) => {
    const read = part.safeParse(one);
    if (!read.success) return [];
    const { field, steps } = read.data;
    return steps.flatMap((step, place) => stepFault([...path, at, 'steps', place], field, step));
  });
}

/** @returns in the order of the rules. Not looked at in rule sets that are kept: what an earlier version took stays readable. */
export function keyFaults(value: unknown): readonly Fault[] {
  return legible.parse(value).rules.flatMap(({ key }, at) => {
    const path = ['rules', at, 'key'];
    if (Array.isArray(key)) return listFaults(path, key);
    const sides = ofSide.safeParse(key);
    if (!sides.success) return [];
    return (['etrm', 'ledger'] as const).flatMap((side) => listFaults([...path, side], sides.data[side]));
  });
}
