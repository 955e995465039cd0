/** Where in a run something was first not as the accepted schema has it: known by page, so looked for page by page. */
import {
  emptyRun,
  type FieldObserved,
  mergePage,
  type PageObserved,
  presentIn,
  type RunObserved,
  type SizesObserved,
} from '../ingest/schema-observed.ts';
import type { SchemaBaseline } from './baseline.ts';

export const SIZES = ['length', 'integer-digits', 'fraction-digits'] as const;
export type Size = (typeof SIZES)[number];

export interface WiderPlace {
  readonly page: number;
  readonly index: number;
  readonly sample: string;
}

export interface FirstPlaces {
  /** Of the widest value in the first page that has a wider one than was accepted. */
  readonly wider: Readonly<Record<Size, WiderPlace | null>>;
  /** The first page with a record that lacks the member. */
  readonly absent: number | null;
}

export interface RunSeen {
  readonly run: RunObserved;
  readonly firstPage: number | null;
  readonly places: ReadonlyMap<string, FirstPlaces>;
}

export function sizesIn(field: FieldObserved, size: Size): SizesObserved | null {
  switch (size) {
    case 'length':
      return field.lengths;
    case 'integer-digits':
      return field.integerDigits;
    case 'fraction-digits':
      return field.fractionDigits;
  }
}

export function acceptedSize(
  member: {
    readonly longest: number | null;
    readonly integer_digits: number | null;
    readonly fraction_digits: number | null;
  },
  size: Size,
): number | null {
  switch (size) {
    case 'length':
      return member.longest;
    case 'integer-digits':
      return member.integer_digits;
    case 'fraction-digits':
      return member.fraction_digits;
  }
}

interface Places {
  wider: Record<Size, WiderPlace | null>;
  absent: number | null;
}

/** Merges the pages of a run, and notes on the way where it first left the accepted schema. */
export async function runAgainst(
  pages: AsyncIterable<PageObserved>,
  baseline: SchemaBaseline | null,
): Promise<RunSeen> {
  const run = emptyRun();
  let firstPage: number | null = null;
  const places = new Map<string, Places>();
  for await (const page of pages) {
    mergePage(run, page);
    if (page.records === 0) continue;
    firstPage ??= page.page;
    for (const member of baseline?.members ?? []) {
      let place = places.get(member.name);
      if (!place) {
        place = { wider: { length: null, 'integer-digits': null, 'fraction-digits': null }, absent: null };
        places.set(member.name, place);
      }
      const field = page.fields.get(member.name);
      if (place.absent === null && (!field || presentIn(field) < page.records)) place.absent = page.page;
      if (!field) continue;
      for (const size of SIZES) {
        const sizes = sizesIn(field, size);
        const accepted = acceptedSize(member, size);
        if (place.wider[size] !== null || sizes === null || accepted === null || sizes.largest <= accepted)
          continue;
        place.wider[size] = { page: page.page, index: sizes.index, sample: sizes.sample };
      }
    }
  }
  return { run, firstPage, places };
}
