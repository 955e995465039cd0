/** UTF-8 that grows piece by piece in one block of memory: a string of its own for each cell would be work for the collector. */

const FIRST_BYTES = 192 * 1024;
/** Of a UTF-16 unit in UTF-8. */
const LONGEST_UNIT = 3;

export class Bytes {
  #block = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Makes room for so many bytes more: `ascii` and `slice` write into room that there is. */
  reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#block.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#block.length * 2));
    larger.set(this.#block.subarray(0, this.#length));
    this.#block = larger;
  }

  text(value: string): void {
    this.reserve(value.length * LONGEST_UNIT);
    this.#length += this.#block.write(value, this.#length, 'utf8');
  }

  /** @param value ASCII alone, for which there is room. */
  ascii(value: Uint8Array): void {
    const block = this.#block;
    let to = this.#length;
    for (let at = 0; at < value.length; at += 1) block[to++] = value[at] ?? 0;
    this.#length = to;
  }

  /** @param value in which the units from `from` to before `to` are ASCII, for which there is room. */
  slice(value: string, from: number, to: number): void {
    const block = this.#block;
    let end = this.#length;
    for (let at = from; at < to; at += 1) block[end++] = value.charCodeAt(at);
    this.#length = end;
  }

  /** All that was written since the last time. */
  take(): Buffer {
    const taken = this.#block.subarray(0, this.#length);
    this.#block = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#length = 0;
    return taken;
  }
}
