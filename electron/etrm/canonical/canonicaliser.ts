import { TieoutError } from '../../../shared/errors.ts';
import { BYTE, byteAt } from './bytes.ts';
import type { IntStack } from './ints.ts';
import { NO_KEY } from './keys.ts';
import type { Sink } from './output.ts';
import type { RecordSink } from './record-sink.ts';
import { skipSpace } from './scan.ts';
import { afterColon, keyEnd, nextElement, nextKey } from './skip.ts';
import type { Source } from './source.ts';
import { syntaxError } from './syntax.ts';
import { requireUtf8 } from './utf8.ts';
import { ValueReader } from './value-reader.ts';

const { CLOSE_BRACE, CLOSE_BRACKET, OPEN_BRACE, OPEN_BRACKET } = BYTE;

/** Indexes into the document and its tape must fit 31 bits. */
const LARGEST_DOCUMENT = 2 ** 30;

/**
 * Takes one JSON document at a time and writes values of it in Python's canonical form, as they are read: of an array
 * element by element, of an object when it closes, as only then the order of its members is known.
 *
 * It keeps its buffers from document to document, and is not re-entrant.
 */
export class Canonicaliser {
  private readonly reader = new ValueReader();

  get source(): Source {
    return this.reader.source;
  }

  /**
   * Runs `read` on a document, then lets go of it.
   * @throws TieoutError json-syntax where it is not UTF-8; vendor-body-too-large above 1 GiB
   */
  on<Result>(utf8: Uint8Array, read: () => Result): Result {
    if (utf8.length > LARGEST_DOCUMENT) {
      throw new TieoutError(
        'vendor-body-too-large',
        `A JSON document of ${utf8.length} bytes is too large; ask for smaller pages (at most ${LARGEST_DOCUMENT} bytes).`,
        { bytes: utf8.length },
      );
    }
    this.reader.load(utf8);
    try {
      requireUtf8(this.source);
      return read();
    } finally {
      this.reader.release();
      this.reader.writer.output.release();
    }
  }

  /** From here on values are written to the sink, or without one gathered for `written`. */
  open(sink: Sink | null): void {
    this.reader.writer.open(sink);
  }

  /** Hands what is left to the sink. */
  flush(): void {
    this.reader.writer.output.flush();
  }

  /** A copy of what was gathered. */
  written(): Uint8Array {
    return this.reader.writer.output.taken();
  }

  /** The index of the document's value. */
  start(): number {
    return skipSpace(this.source.bytes, 0);
  }

  /** @throws TieoutError json-syntax where more than white space follows the document's value. */
  end(at: number): void {
    const end = skipSpace(this.source.bytes, at);
    if (end < this.source.length) throw syntaxError(this.source, end, 'the end of the document');
  }

  /**
   * Writes the value at `at` and returns the index after it. Where it is an array and `spans` is given, start and end
   * of each element are pushed there, and `sink` is told of each.
   * @throws TieoutError json-syntax, json-digits, json-nesting
   */
  write(at: number, spans: IntStack | null = null, sink: RecordSink | null = null): number {
    switch (byteAt(this.source.bytes, at)) {
      case OPEN_BRACKET:
        return this.writeArray(at, spans, sink);
      case OPEN_BRACE:
        return this.reader.object(at, NO_KEY, true);
      default: {
        const next = this.reader.value(at, NO_KEY);
        this.reader.writer.value(this.reader.last.from, this.reader.last.to);
        return next;
      }
    }
  }

  /**
   * Reads the object at `at` and returns the index after it. `member` is told where a key's token starts and ends and
   * where the value starts, and returns the index after the value.
   */
  eachMember(at: number, member: (keyFrom: number, keyTo: number, valueAt: number) => number): number {
    const { source } = this;
    const { bytes } = source;
    this.reader.descend(at);
    let next = skipSpace(bytes, at + 1);
    if (byteAt(bytes, next) !== CLOSE_BRACE) {
      for (;;) {
        const keyFrom = next;
        const keyTo = keyEnd(source, keyFrom);
        next = skipSpace(bytes, afterColon(source, keyTo));
        next = skipSpace(bytes, member(keyFrom, keyTo, next));
        if (byteAt(bytes, next) === CLOSE_BRACE) break;
        next = nextKey(source, next);
      }
    }
    this.reader.ascend();
    return next + 1;
  }

  private writeArray(start: number, spans: IntStack | null, sink: RecordSink | null): number {
    const { bytes } = this.source;
    const { output } = this.reader.writer;
    const outer = this.reader.sink;
    sink?.begin(this.source, this.reader.keys);
    this.reader.sink = sink;
    this.reader.descend(start);
    output.byte(OPEN_BRACKET);
    let at = skipSpace(bytes, start + 1);
    if (byteAt(bytes, at) !== CLOSE_BRACKET) {
      for (;;) {
        const end = this.write(at);
        if (sink !== null && byteAt(bytes, at) !== OPEN_BRACE) sink.other(at, end);
        if (spans !== null) {
          spans.reserve(2);
          spans.ints[spans.top] = at;
          spans.ints[spans.top + 1] = end;
          spans.top += 2;
        }
        at = skipSpace(bytes, end);
        if (byteAt(bytes, at) === CLOSE_BRACKET) break;
        at = nextElement(this.source, at);
        this.reader.writer.separator();
      }
    }
    this.reader.sink = outer;
    output.byte(CLOSE_BRACKET);
    this.reader.ascend();
    return at + 1;
  }
}
