/** What one member of a page's records has had so far: the sizes of its values, samples, and the codes of a closed set. */
import { intAt } from '../etrm/canonical/bytes.ts';
import {
  MOST_SIZES,
  OBSERVED_KINDS,
  type Occurrence,
  SAMPLE_LENGTH,
  type SizesObserved,
} from './schema-observed.ts';

export const KINDS = OBSERVED_KINDS.length;

/** As it is shown. */
export function shortened(text: string): string {
  return text.length > SAMPLE_LENGTH ? text.slice(0, SAMPLE_LENGTH) : text;
}

/** How many values had each size, and the first of the largest. */
class Sizes {
  private readonly counts = new Int32Array(MOST_SIZES);
  largest = -1;
  private index = 0;
  private sample = '';

  add(size: number): void {
    const at = size < MOST_SIZES ? size : MOST_SIZES - 1;
    this.counts[at] = intAt(this.counts, at) + 1;
  }

  widest(size: number, index: number, sample: string): void {
    this.largest = size;
    this.index = index;
    this.sample = shortened(sample);
  }

  told(page: number): SizesObserved | null {
    const { largest, index, sample } = this;
    if (largest < 0) return null;
    const counts = Array.from(this.counts.subarray(0, Math.min(largest, MOST_SIZES - 1) + 1));
    return { counts, largest, page, index, sample };
  }

  clear(): void {
    if (this.largest >= 0) this.counts.fill(0);
    this.largest = -1;
  }
}

/** One of the codes of an enumerated member, by its bytes. */
export interface Code {
  readonly token: Uint8Array;
  readonly text: string;
  count: number;
  index: number;
}

/** Of one member: what is needed only for some. */
export class Member {
  readonly name: string;
  readonly lengths = new Sizes();
  readonly integerDigits = new Sizes();
  readonly fractionDigits = new Sizes();
  readonly samples: (string | null)[] = new Array<string | null>(KINDS).fill(null);
  readonly codes: Code[] | null;
  last: Code | null = null;
  moreValues: Occurrence | null = null;
  numericStrings = 0;

  constructor(name: string, enumerated: boolean) {
    this.name = name;
    this.codes = enumerated ? [] : null;
  }

  clear(): void {
    this.lengths.clear();
    this.integerDigits.clear();
    this.fractionDigits.clear();
    this.moreValues = null;
    this.numericStrings = 0;
    for (const code of this.codes ?? []) code.count = 0;
  }
}
