import { SLACK } from './bytes.ts';

const RETAINED = 8 * 1024 * 1024;
const SMALLEST = 64 * 1024;

/**
 * The document being read: its bytes from index 0, then at least `SLACK` zero bytes, so that a scan stops at the
 * end without asking and a word may be read at any byte.
 */
export class Source {
  bytes = new Uint8Array(SMALLEST + SLACK);
  view = new DataView(this.bytes.buffer);
  /** Bytes of the document. */
  length = 0;

  /** Takes a copy of the document; whatever was held before is gone. */
  load(utf8: Uint8Array): void {
    if (this.bytes.length < utf8.length + SLACK) this.resize(Math.ceil(utf8.length * 1.25));
    this.bytes.set(utf8);
    this.bytes.fill(0, utf8.length, utf8.length + SLACK);
    this.length = utf8.length;
  }

  /** Gives back the memory of an unusually large document. */
  release(): void {
    this.length = 0;
    if (this.bytes.length > RETAINED) this.resize(SMALLEST);
  }

  private resize(size: number): void {
    this.bytes = new Uint8Array(size + SLACK);
    this.view = new DataView(this.bytes.buffer);
  }
}
