const RETAINED = 64 * 1024;
const SMALLEST = 32;

/** Pieces of this size are sorted by insertion before they are merged. */
const PIECE = 16;

/**
 * Sorts integers by a number that goes with each: stable, n log n in every case. Numbers and integers lie side by side
 * and are moved together, as reaching for the number through the integer would miss the processor's cache.
 */
export class PairSort {
  numbers = new Float64Array(SMALLEST);
  integers = new Int32Array(SMALLEST);
  private spareNumbers = new Float64Array(SMALLEST);
  private spareIntegers = new Int32Array(SMALLEST);

  /** Makes room for `count` pairs; what the arrays held is lost. */
  fit(count: number): void {
    if (this.numbers.length < count) this.resize(count);
  }

  /** Gives back the memory of an unusually large object. */
  release(): void {
    if (this.numbers.length > RETAINED) this.resize(SMALLEST);
  }

  /** Sorts the pairs from `start` to `end` by number. */
  sort(start: number, end: number): void {
    if (this.isSorted(start, end)) return;
    for (let at = start; at < end; at += PIECE) this.insertionSort(at, Math.min(at + PIECE, end));
    for (let width = PIECE; width < end - start; width *= 2) {
      for (let left = start; left + width < end; left += 2 * width) {
        this.merge(left, left + width, Math.min(left + 2 * width, end));
      }
    }
  }

  private isSorted(start: number, end: number): boolean {
    const { numbers } = this;
    for (let at = start + 1; at < end; at += 1) if ((numbers[at - 1] ?? 0) > (numbers[at] ?? 0)) return false;
    return true;
  }

  private insertionSort(start: number, end: number): void {
    const { numbers, integers } = this;
    for (let at = start + 1; at < end; at += 1) {
      const number = numbers[at] ?? 0;
      const integer = integers[at] ?? 0;
      let place = at;
      while (place > start && (numbers[place - 1] ?? 0) > number) {
        numbers[place] = numbers[place - 1] ?? 0;
        integers[place] = integers[place - 1] ?? 0;
        place -= 1;
      }
      numbers[place] = number;
      integers[place] = integer;
    }
  }

  /** Merges two neighbouring sorted runs: the left one is set aside, then both are taken in order. */
  private merge(start: number, middle: number, end: number): void {
    const { numbers, integers, spareNumbers, spareIntegers } = this;
    if ((numbers[middle - 1] ?? 0) <= (numbers[middle] ?? 0)) return;
    const size = middle - start;
    for (let at = 0; at < size; at += 1) {
      spareNumbers[at] = numbers[start + at] ?? 0;
      spareIntegers[at] = integers[start + at] ?? 0;
    }
    let left = 0;
    let right = middle;
    let to = start;
    while (left < size && right < end) {
      const leftNumber = spareNumbers[left] ?? 0;
      const rightNumber = numbers[right] ?? 0;
      if (leftNumber <= rightNumber) {
        numbers[to] = leftNumber;
        integers[to] = spareIntegers[left] ?? 0;
        left += 1;
      } else {
        numbers[to] = rightNumber;
        integers[to] = integers[right] ?? 0;
        right += 1;
      }
      to += 1;
    }
    for (; left < size; left += 1, to += 1) {
      numbers[to] = spareNumbers[left] ?? 0;
      integers[to] = spareIntegers[left] ?? 0;
    }
  }

  private resize(size: number): void {
    this.numbers = new Float64Array(size);
    this.integers = new Int32Array(size);
    this.spareNumbers = new Float64Array(size);
    this.spareIntegers = new Int32Array(size);
  }
}
