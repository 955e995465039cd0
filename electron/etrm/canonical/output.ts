import * as octets from './bytes.ts';

const { copyWords, isShort, SLACK } = octets;

/** Takes the canonical form piece by piece; the bytes are valid only during the call. */
export type Sink = (piece: Uint8Array) => void;

const PIECE = 64 * 1024;
const RETAINED = 1024 * 1024;

/**
 * Where the canonical form is written: to a sink in pieces that stay in the processor's cache, or, without a sink,
 * gathered whole. Before writing, ask for `room`, then write at `length` and move it on.
 */
export class Output {
  bytes = new Uint8Array(PIECE + SLACK);
  view = new DataView(this.bytes.buffer);
  length = 0;
  private limit = PIECE;
  private sink: Sink | null = null;

  /** Starts anew. */
  open(sink: Sink | null): void {
    this.sink = sink;
    this.length = 0;
    this.limit = sink === null ? this.bytes.length - SLACK : PIECE;
  }

  /** Makes sure that `size` bytes, at most 32 KiB, can be written at `length`. */
  room(size: number): void {
    if (this.length + size > this.limit) this.drain(size);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  /** Writes the run of ASCII `from` to `to`, of any length. */
  copy(bytes: Uint8Array, view: DataView, from: number, to: number): void {
    const size = to - from;
    if (isShort(size)) {
      this.room(size);
      copyWords(view, from, size, this.view, this.length);
      this.length += size;
    } else {
      this.append(bytes.subarray(from, to));
    }
  }

  /** Hands what is left to the sink. */
  flush(): void {
    if (this.sink !== null && this.length > 0) this.drain(0);
  }

  /** A copy of everything that was written, where there is no sink. */
  taken(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Lets go of the sink, and of the memory of an unusually large document. */
  release(): void {
    this.sink = null;
    if (this.bytes.length > RETAINED + SLACK) {
      this.bytes = new Uint8Array(PIECE + SLACK);
      this.view = new DataView(this.bytes.buffer);
    }
  }

  private append(piece: Uint8Array): void {
    if (this.sink === null) {
      this.room(piece.length);
      this.bytes.set(piece, this.length);
      this.length += piece.length;
    } else {
      this.flush();
      this.sink(piece);
    }
  }

  private drain(size: number): void {
    if (this.sink !== null) {
      this.sink(this.bytes.subarray(0, this.length));
      this.length = 0;
      return;
    }
    const larger = new Uint8Array(Math.max(this.limit * 2, this.length + size) + SLACK);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
    this.limit = larger.length - SLACK;
  }
}
