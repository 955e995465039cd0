/** What lies between two rule sets, member by member; rules are told apart by their names. */
import { type Json, type JsonObject, listAt, textAt, valueAt } from './rule-document.ts';

export interface RuleDifference {
  /** `rule "near": tolerance.percent`. */
  readonly what: string;
  /** Null where there was none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Which save a set is says nothing about what it does. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['format', 'name', 'revision', 'rules']);

function shown(value: Json | undefined): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.join(', ') || 'none';
  return JSON.stringify(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function differing(
  what: string,
  before: Json | undefined,
  after: Json | undefined,
): readonly RuleDifference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if ((isObject(before) || before === undefined) && (isObject(after) || after === undefined)) {
    const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    if (names.size > 0)
      return [...names].flatMap((name) => differing(`${what}.${name}`, before?.[name], after?.[name]));
  }
  return [{ what, before: shown(before), after: shown(after) }];
}

function byName(document: JsonObject): ReadonlyMap<string, Json> {
  return new Map(listAt(document, ['rules']).map((rule) => [textAt(rule, ['name']), rule]));
}

/** Rules that both sets have, where their order is another one. */
function order(
  before: ReadonlyMap<string, Json>,
  after: ReadonlyMap<string, Json>,
): readonly RuleDifference[] {
  const was = [...before.keys()].filter((name) => after.has(name));
  const is = [...after.keys()].filter((name) => before.has(name));
  return was.join('\n') === is.join('\n')
    ? []
    : [{ what: 'order of the rules', before: was.join(', '), after: is.join(', ') }];
}

/** In the order of the newer set; empty where both do the same. */
export function ruleDifferences(before: JsonObject, after: JsonObject): readonly RuleDifference[] {
  const [was, is] = [byName(before), byName(after)];
  const rules = [...new Set([...is.keys(), ...was.keys()])].flatMap((name): readonly RuleDifference[] => {
    const [old, now] = [was.get(name), is.get(name)];
    const what = `rule "${name}"`;
    if (old === undefined) return [{ what, before: null, after: 'added' }];
    if (now === undefined) return [{ what, before: 'was there', after: null }];
    return differing(what, old, now).map((one) => ({
      ...one,
      what: one.what.replace(`${what}.`, `${what}: `),
    }));
  });
  const others = new Set(
    [...Object.keys(after), ...Object.keys(before)].filter((name) => !NOT_COMPARED.has(name)),
  );
  const rest = [...others].flatMap((name) =>
    differing(name, valueAt(before, [name]), valueAt(after, [name])),
  );
  return [...rules, ...order(was, is), ...rest];
}
