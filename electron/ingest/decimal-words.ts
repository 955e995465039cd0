/** A DECIMAL(38,12) as the engine keeps it: 128 bits, two's complement, in four 32-bit words, lowest first. */

const TWO_32 = 2 ** 32;
const MILLION = 1e6;
/** Digits that are read as one number; the fraction has two such groups. */
const GROUP = 6;
/** Whole digits that are a number together with six of the fraction. */
const NARROW = 9;

/** The number that digits are, at most nine of them. */
function numberAt(bytes: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + (bytes[at] ?? 0) - 0x30;
  return number;
}

/** Of a fraction, a group of digits; those that are not there are zero. */
function digitsAt(bytes: Uint8Array, from: number, count: number): number {
  const digits = Math.min(count, GROUP);
  return numberAt(bytes, from, from + digits) * (TENS[digits] ?? 1);
}

/** What makes a group of so many digits one of six. */
const TENS = [1e6, 1e5, 1e4, 1e3, 1e2, 10, 1] as const;

export class DecimalWords {
  /** Whole numbers below 2^32, lowest first. */
  private readonly limbs = new Float64Array(4);

  /**
   * Reads the digits of a decimal where they lie.
   * @param whole where the whole digits begin. @param wholeDigits at most 18. @param fractionDigits at most 12; a point lies before them.
   */
  read(bytes: Uint8Array, whole: number, wholeDigits: number, fractionDigits: number): void {
    const fraction = whole + wholeDigits + 1;
    const upper = digitsAt(bytes, fraction, fractionDigits);
    const lower = fractionDigits > GROUP ? digitsAt(bytes, fraction + GROUP, fractionDigits - GROUP) : 0;
    if (wholeDigits <= NARROW) {
      this.narrow(numberAt(bytes, whole, whole + wholeDigits) * MILLION + upper, lower);
      return;
    }
    this.limbs.fill(0);
    let at = whole;
    for (const end = whole + wholeDigits - GROUP; at < end; at += GROUP)
      this.shift(MILLION, numberAt(bytes, at, at + GROUP));
    this.shift(10 ** (whole + wholeDigits - at), numberAt(bytes, at, whole + wholeDigits));
    this.shift(MILLION, upper);
    this.shift(MILLION, lower);
  }

  /** @param millionths below 10^15. */
  private narrow(millionths: number, lower: number): void {
    const { limbs } = this;
    const high = Math.floor(millionths / TWO_32);
    const product = (millionths - high * TWO_32) * MILLION + lower;
    const carry = Math.floor(product / TWO_32);
    limbs[0] = product - carry * TWO_32;
    const second = high * MILLION + carry;
    const third = Math.floor(second / TWO_32);
    limbs[1] = second - third * TWO_32;
    limbs[2] = third;
    limbs[3] = 0;
  }

  /** Stores what was read last. @param base the first of four words. */
  store(words: Int32Array, base: number, negative: boolean): void {
    const { limbs } = this;
    let carry = negative ? 1 : 0;
    for (let at = 0; at < 4; at += 1) {
      const limb = limbs[at] ?? 0;
      const word = negative ? TWO_32 - 1 - limb + carry : limb;
      carry = word >= TWO_32 ? 1 : 0;
      words[base + at] = word;
    }
  }

  /** The limbs times a factor of at most 2^20, and a summand. */
  private shift(factor: number, summand: number): void {
    const { limbs } = this;
    let carry = summand;
    for (let at = 0; at < 4; at += 1) {
      const limb = limbs[at] ?? 0;
      if (limb === 0 && carry === 0) continue;
      const product = limb * factor + carry;
      const low = product % TWO_32;
      limbs[at] = low;
      carry = (product - low) / TWO_32;
    }
  }
}
