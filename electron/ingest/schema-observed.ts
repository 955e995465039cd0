/**
 * What a run's records looked like, member by member, over the whole run: counted while pages are typed, page by page
 * (page-observation.ts), and merged in any order. Plain data, so that it crosses from a worker thread. Of nested objects
 * only their presence is seen.
 */
import type { RecordMapping } from './mapping.ts';
import type { RecordSchema } from './record-schema.ts';

/** What JSON has; an `integer` is a number with neither fraction nor exponent, a `number` has one of them. */
export const OBSERVED_KINDS = ['null', 'string', 'integer', 'number', 'boolean', 'object', 'array'] as const;
export type ObservedKind = (typeof OBSERVED_KINDS)[number];

/** How many records, the first of them, and what it had (at most `SAMPLE_LENGTH` characters; null of a null). */
export interface Occurrence {
  count: number;
  page: number;
  /** Place in the page, from 0. */
  index: number;
  sample: string | null;
}

/** Sizes of a member's values: how many have each, and the first of the largest. */
export interface SizesObserved {
  /** By size; the last of `MOST_SIZES` places counts that size and all above it. */
  counts: number[];
  largest: number;
  page: number;
  index: number;
  sample: string;
}

export interface FieldObserved {
  readonly kinds: Record<ObservedKind, Occurrence | null>;
  /** Strings that are written, without escapes, as a decimal: what `parseDecimal` reads. Not counted of enumerated members. */
  numericStrings: number;
  /** UTF-16 units of strings. */
  lengths: SizesObserved | null;
  /** Of numbers and numeric strings in plain notation: digits before the point, without leading zeros. */
  integerDigits: SizesObserved | null;
  /** And behind it, as sent: `12.50` has two. */
  fractionDigits: SizesObserved | null;
  /** Of a member that an enumeration is made from: its strings, trimmed and in upper case; null of other members. */
  values: Map<string, Occurrence> | null;
  /** Values past `MOST_VALUES`, together. */
  moreValues: Occurrence | null;
}

/** Of one page, or of the run so far: all that is merged bears its own page. */
export interface SchemaObserved {
  /** Records that are objects: only those have members. */
  records: number;
  readonly fields: Map<string, FieldObserved>;
  /** Members past `MOST_MEMBERS`, or with a name past `MOST_NAME`, together: a hostile page must not fill the memory. */
  moreMembers: Occurrence | null;
}

export interface PageObserved extends SchemaObserved {
  readonly page: number;
}

export interface RunObserved extends SchemaObserved {
  pages: number;
}

export const SAMPLE_LENGTH = 60;
export const MOST_MEMBERS = 1000;
export const MOST_NAME = 200;
export const MOST_VALUES = 64;
export const MOST_SIZES = 1000;

export function emptyRun(): RunObserved {
  return { pages: 0, records: 0, fields: new Map(), moreMembers: null };
}

function emptyField(enumerated: boolean): FieldObserved {
  return {
    kinds: {
      null: null,
      string: null,
      integer: null,
      number: null,
      boolean: null,
      object: null,
      array: null,
    },
    numericStrings: 0,
    lengths: null,
    integerDigits: null,
    fractionDigits: null,
    values: enumerated ? new Map() : null,
    moreValues: null,
  };
}

/** The members that a closed set of codes is read from: enumerations, currencies and zones. */
export function enumeratedMembers(schema: RecordSchema, mapping: RecordMapping): ReadonlySet<string> {
  const members = new Set<string>();
  for (const { name, type } of schema.fields) {
    if (type.kind !== 'enumeration' && type.kind !== 'currency' && type.kind !== 'zone') continue;
    const from = mapping.fields.get(name)?.from ?? null;
    if (typeof from === 'string') members.add(from);
    else if (from?.length === 1 && from[0] !== undefined) members.add(from[0]);
  }
  return members;
}

/** Records of the page that had the member. */
export function presentIn(field: FieldObserved): number {
  let count = 0;
  for (const kind of OBSERVED_KINDS) count += field.kinds[kind]?.count ?? 0;
  return count;
}

/** The first record that had the member. */
export function firstOf(field: FieldObserved): Occurrence | null {
  let first: Occurrence | null = null;
  for (const kind of OBSERVED_KINDS) {
    const seen = field.kinds[kind];
    if (seen && (first === null || earlier(seen, first))) first = seen;
  }
  return first;
}

/** How many values are larger than `size`; from `MOST_SIZES` on they are not told apart. */
export function countAbove(sizes: SizesObserved, size: number): number {
  let count = 0;
  for (let at = Math.min(size + 1, MOST_SIZES - 1); at < sizes.counts.length; at += 1) {
    count += sizes.counts[at] ?? 0;
  }
  return count;
}

function countSize(counts: number[], size: number, count: number): void {
  const at = size < MOST_SIZES ? size : MOST_SIZES - 1;
  while (counts.length <= at) counts.push(0);
  counts[at] = (counts[at] ?? 0) + count;
}

function earlier(a: { page: number; index: number }, b: { page: number; index: number }): boolean {
  return a.page < b.page || (a.page === b.page && a.index < b.index);
}

/** Adds what one page saw to what the run has seen. The page's own counts are not changed, nor kept. */
export function mergePage(run: RunObserved, page: PageObserved): void {
  run.pages += 1;
  run.records += page.records;
  run.moreMembers = bothOf(run.moreMembers, page.moreMembers);
  for (const [name, seen] of page.fields) {
    const known = run.fields.get(name);
    if (known) mergeField(known, seen);
    else if (run.fields.size < MOST_MEMBERS) {
      const field = emptyField(seen.values !== null);
      mergeField(field, seen);
      run.fields.set(name, field);
    } else {
      const first = firstOf(seen);
      run.moreMembers = bothOf(run.moreMembers, first && { ...first, count: presentIn(seen), sample: name });
    }
  }
}

function mergeField(into: FieldObserved, seen: FieldObserved): void {
  for (const kind of OBSERVED_KINDS) into.kinds[kind] = bothOf(into.kinds[kind], seen.kinds[kind]);
  into.numericStrings += seen.numericStrings;
  into.lengths = bothSizes(into.lengths, seen.lengths);
  into.integerDigits = bothSizes(into.integerDigits, seen.integerDigits);
  into.fractionDigits = bothSizes(into.fractionDigits, seen.fractionDigits);
  into.moreValues = bothOf(into.moreValues, seen.moreValues);
  if (seen.values === null) return;
  into.values ??= new Map();
  for (const [value, occurrence] of seen.values) {
    const known = into.values.get(value) ?? null;
    if (known !== null || into.values.size < MOST_VALUES) {
      const both = bothOf(known, occurrence);
      if (both) into.values.set(value, both);
    } else into.moreValues = bothOf(into.moreValues, occurrence);
  }
}

function bothOf(a: Occurrence | null, b: Occurrence | null): Occurrence | null {
  if (b === null) return a;
  if (a === null) return { ...b };
  const first = earlier(b, a) ? b : a;
  return { count: a.count + b.count, page: first.page, index: first.index, sample: first.sample };
}

function bothSizes(a: SizesObserved | null, b: SizesObserved | null): SizesObserved | null {
  if (b === null) return a;
  if (a === null) return { ...b, counts: [...b.counts] };
  const counts = [...a.counts];
  for (let size = 0; size < b.counts.length; size += 1) {
    const count = b.counts[size] ?? 0;
    if (count > 0) countSize(counts, size, count);
  }
  const widest = b.largest > a.largest || (b.largest === a.largest && earlier(b, a)) ? b : a;
  return { counts, largest: widest.largest, page: widest.page, index: widest.index, sample: widest.sample };
}
