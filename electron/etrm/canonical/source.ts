import { SLACK } from './bytes.ts';

const RETAINED = 16 * 1024 * 1024;
const SMALLEST = 64 * 1024;

/** Documents above this are not turned into characters whole: V8's longest string is not much longer. */
const LONGEST_TEXT = 2 ** 28;

/**
 * The document being read: its bytes from index 0, then at least `SLACK` zero bytes, so that a scan stops at the
 * end without asking and a word may be read at any byte.
 */
export class Source {
  bytes = new Uint8Array(SMALLEST + SLACK);
  view = new DataView(this.bytes.buffer);
  /** Bytes of the document. */
  length = 0;
  private buffer = Buffer.from(this.bytes.buffer);
  /** The document, one character a byte, once it was asked for. */
  private characters: string | null = null;

  /** Takes a copy of the document; whatever was held before is gone. */
  load(utf8: Uint8Array): void {
    if (this.bytes.length < utf8.length + SLACK) this.resize(Math.ceil(utf8.length * 1.25));
    this.bytes.set(utf8);
    this.bytes.fill(0, utf8.length, utf8.length + SLACK);
    this.length = utf8.length;
    this.characters = null;
  }

  /** A run of ASCII as text, cut from the whole document as characters: a native call for each run takes longer. */
  ascii(from: number, to: number): string {
    if (this.length > LONGEST_TEXT) return this.text(from, to);
    this.characters ??= this.buffer.toString('latin1', 0, this.length);
    return this.characters.slice(from, to);
  }

  /** A run of UTF-8 as text. */
  text(from: number, to: number): string {
    return this.buffer.toString('utf8', from, to);
  }

  /** Gives back the memory of an unusually large document. */
  release(): void {
    this.length = 0;
    this.characters = null;
    if (this.bytes.length > RETAINED) this.resize(SMALLEST);
  }

  private resize(size: number): void {
    this.bytes = new Uint8Array(size + SLACK);
    this.view = new DataView(this.bytes.buffer);
    this.buffer = Buffer.from(this.bytes.buffer);
  }
}
