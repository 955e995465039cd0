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

  add(size: number, times: number): void {
    const at = size < MOST_SIZES ? size : MOST_SIZES - 1;
    this.counts[at] = intAt(this.counts, at) + times;
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

/** What no value has. */
const NONE = -1;

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
  /** How often the value that came last has come again since it was counted. */
  private repeats = 0;
  /** What that value is: its kind, `NONE` where it must be looked at each time; its sizes, or `NONE`; its code. */
  private kind = NONE;
  private length = NONE;
  private whole = NONE;
  private fraction = NONE;
  private numeric = 0;
  private code: Code | null = null;

  constructor(name: string, enumerated: boolean) {
    this.name = name;
    this.codes = enumerated ? [] : null;
  }

  /** Another value is to be counted. @param counts of the member, by kind from `base`. */
  next(counts: Int32Array, base: number): void {
    this.settle(counts, base);
    this.kind = NONE;
    this.length = NONE;
    this.whole = NONE;
    this.fraction = NONE;
    this.numeric = 0;
    this.code = null;
  }

  /** The value that came last, once more. @returns false where it must be looked at. */
  again(): boolean {
    if (this.kind === NONE) return false;
    this.repeats += 1;
    return true;
  }

  /** Counts what came again. */
  settle(counts: Int32Array, base: number): void {
    const { repeats } = this;
    if (repeats === 0) return;
    this.repeats = 0;
    counts[base + this.kind] = intAt(counts, base + this.kind) + repeats;
    if (this.length !== NONE) this.lengths.add(this.length, repeats);
    if (this.whole !== NONE) this.integerDigits.add(this.whole, repeats);
    if (this.fraction !== NONE) this.fractionDigits.add(this.fraction, repeats);
    this.numericStrings += this.numeric * repeats;
    if (this.code !== null) this.code.count += repeats;
  }

  /** The value is of this kind, and nothing else is to be said of it but what is counted next. */
  isOf(kind: number): void {
    this.kind = kind;
  }

  /** It must be looked at again, should it come again. */
  isSpecial(): void {
    this.kind = NONE;
  }

  countLength(length: number): void {
    this.length = length;
    this.lengths.add(length, 1);
  }

  countDigits(whole: number, fraction: number): void {
    this.whole = whole;
    this.fraction = fraction;
    this.integerDigits.add(whole, 1);
    this.fractionDigits.add(fraction, 1);
  }

  countNumeric(): void {
    this.numeric = 1;
    this.numericStrings += 1;
  }

  countCode(code: Code): void {
    this.code = code;
    this.last = code;
    code.count += 1;
  }

  clear(): void {
    this.repeats = 0;
    this.kind = NONE;
    this.lengths.clear();
    this.integerDigits.clear();
    this.fractionDigits.clear();
    this.moreValues = null;
    this.numericStrings = 0;
    for (const code of this.codes ?? []) code.count = 0;
  }
}
