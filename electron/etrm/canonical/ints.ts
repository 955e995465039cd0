const SMALLEST = 4096;
const RETAINED = 1024 * 1024;

/** A stack of integers that grows. `ints` is replaced by growth: read it again after every `reserve`. */
export class IntStack {
  ints = new Int32Array(SMALLEST);
  top = 0;

  /** Makes room for `size` integers above `top`. */
  reserve(size: number): void {
    if (this.top + size <= this.ints.length) return;
    const larger = new Int32Array(Math.max(this.ints.length * 2, this.top + size));
    larger.set(this.ints.subarray(0, this.top));
    this.ints = larger;
  }

  /** Empties the stack, and gives back the memory of an unusually large document. */
  clear(): void {
    this.top = 0;
    if (this.ints.length > RETAINED) this.ints = new Int32Array(SMALLEST);
  }
}
