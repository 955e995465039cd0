/** A rule set while it is edited: one JSON text, which the form reads and changes by paths, so that both views are one. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
export type JsonObject = { readonly [member: string]: Json };
/** Names of members and indices of elements, from the outermost. */
export type Path = readonly (string | number)[];

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The set that a text holds; null where it is no JSON object, which no form can show. */
export function readDocument(text: string): JsonObject | null {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isObject(value) ? value : null;
}

/** As a file has it. */
export function documentText(document: JsonObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function valueAt(document: Json, path: Path): Json | undefined {
  let value: Json | undefined = document;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isObject(value) && typeof step === 'string' && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** Empty where there is none. */
export function textAt(document: Json, path: Path): string {
  const value = valueAt(document, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function listAt(document: Json, path: Path): readonly Json[] {
  const value = valueAt(document, path);
  return Array.isArray(value) ? value : [];
}

/** The document with another value at a path; `undefined` takes the member or element out. What is on the way is made. */
export function withValue(document: JsonObject, path: Path, value: Json | undefined): JsonObject {
  const changed = put(document, path, value);
  return isObject(changed) ? changed : document;
}

function put(at: Json | undefined, path: Path, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list: readonly Json[] = Array.isArray(at) ? at : [];
    const inner = put(list[step], rest, value);
    if (inner === undefined) return list.filter((_, index) => index !== step);
    return step < list.length ? list.with(step, inner) : [...list, inner];
  }
  const members = isObject(at) ? at : {};
  const inner = put(members[step], rest, value);
  if (inner !== undefined) return { ...members, [step]: inner };
  return Object.fromEntries(Object.entries(members).filter(([name]) => name !== step));
}

/** The document with an element of a list at another place. */
export function withMoved(document: JsonObject, list: Path, from: number, to: number): JsonObject {
  const before = listAt(document, list);
  const moved = before[from];
  if (moved === undefined || to < 0 || to >= before.length) return document;
  return withValue(document, list, before.toSpliced(from, 1).toSpliced(to, 0, moved));
}

const STEP = /\.?([A-Za-z_$][\w$]*)|\[(\d+|"(?:[^"\\]|\\.)*")\]/y;

/** The steps of a path as faults write it: `rules[0].key.etrm[1]`; none of a fault of the whole. */
export function pathOf(text: string): Path {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const found = STEP.exec(text);
    if (!found) return [];
    const [, name, inner] = found;
    steps.push(name ?? JSON.parse(inner ?? '""'));
  }
  return steps;
}

/** Whether a path is another one or lies within it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((step, at) => path[at] === step);
}

/** How a control is found again by its path. */
export function pathName(path: Path): string {
  return path.join('/');
}
