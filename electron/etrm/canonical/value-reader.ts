import * as octets from './bytes.ts';
import { IntStack } from './ints.ts';
import * as order from './key-order.ts';
import { KeyOrder, type Ordered } from './key-order.ts';
import * as keyTable from './keys.ts';
import { KeyTable } from './keys.ts';
import type { RecordSink } from './record-sink.ts';
import type { Rendering } from './scan.ts';
import * as scan from './scan.ts';
import { type Shape, Shapes } from './shapes.ts';
import { afterColon, keyEnd, nextElement, nextKey } from './skip.ts';
import { Source } from './source.ts';
import { DEEPEST_NESTING, nestingError } from './syntax.ts';
import { Writer } from './writer.ts';

const { byteAt, intAt } = octets;
const { numberEnd, skipSpace, stringEnd } = scan;
const { MEMBER } = order;
const { NO_KEY } = keyTable;
const { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, NINE, OPEN_BRACE, OPEN_BRACKET, QUOTE, SPACE } =
  octets.BYTE;

/** `,"` as a little-endian word. */
const COMMA_AND_QUOTE = COMMA | (QUOTE << 8);

/** From this member on, the keys of an object are not made known: so many are data, not fields. */
const MOST_KNOWN_MEMBERS = 1024;

/**
 * Reads values of a document by Python's grammar. What lies within an object is kept on a tape, as spans of the source,
 * members already in order, until the outermost object closes and is written.
 *
 * It keeps the keys and shapes it has seen from document to document.
 */
export class ValueReader {
  readonly source = new Source();
  readonly keys = new KeyTable();
  /** Told of every object that is written at once: the records of a page. */
  sink: RecordSink | null = null;
  private readonly shapes = new Shapes();
  private readonly keyOrder = new KeyOrder();
  private readonly members = new IntStack();
  private readonly tape = new IntStack();
  readonly writer = new Writer(this.source, this.keys, this.tape);
  /** The value that was read last. */
  readonly last: Rendering = { from: 0, to: 0 };
  /** The key that was read last and was not expected. */
  private key = 0;
  private depth = 0;

  /** Takes up a document. */
  load(utf8: Uint8Array): void {
    if (this.keys.forgetIfFull()) this.shapes.forget();
    this.depth = 0;
    this.source.load(utf8);
  }

  /** Lets go of the document, and of the memory of an unusually large one. */
  release(): void {
    this.sink = null;
    this.source.release();
    this.keyOrder.release();
    this.members.clear();
    this.tape.clear();
  }

  /** Enters the array or object at `at`. */
  descend(at: number): void {
    if (this.depth >= DEEPEST_NESTING) throw nestingError(this.source, at);
    this.depth += 1;
  }

  /** Leaves an array or object. */
  ascend(): void {
    this.depth -= 1;
  }

  /** Reads the value at `at` into `last` and returns the index after it. */
  value(at: number, parent: number): number {
    const { source, last } = this;
    switch (byteAt(source.bytes, at)) {
      case QUOTE: {
        const end = stringEnd(source, at);
        last.from = end < 0 ? ~at : at;
        last.to = end < 0 ? ~end : end;
        return last.to;
      }
      case OPEN_BRACE:
        return this.object(at, parent, false);
      case OPEN_BRACKET:
        return this.array(at, parent);
      default:
        return numberEnd(source, at, last);
    }
  }

  private array(start: number, parent: number): number {
    const { bytes } = this.source;
    const { members, last, tape } = this;
    const base = members.top;
    this.descend(start);
    let at = skipSpace(bytes, start + 1);
    if (byteAt(bytes, at) !== CLOSE_BRACKET) {
      for (;;) {
        at = skipSpace(bytes, this.value(at, parent));
        members.reserve(2);
        members.ints[members.top] = last.from;
        members.ints[members.top + 1] = last.to;
        members.top += 2;
        if (byteAt(bytes, at) === CLOSE_BRACKET) break;
        at = nextElement(this.source, at);
      }
    }
    const size = members.top - base;
    tape.reserve(size + 1);
    last.from = ~start;
    last.to = tape.top;
    tape.ints[tape.top] = size / 2;
    tape.ints.set(members.ints.subarray(base, members.top), tape.top + 1);
    tape.top += size + 1;
    members.top = base;
    this.ascend();
    return at + 1;
  }

  /**
   * Reads the object at `start` and returns the index after it. Its members are stacked as they come; when it closes
   * they are written (`direct`) or moved to the tape, in order.
   */
  object(start: number, parent: number, direct: boolean): number {
    const { source, keys, members, last } = this;
    const { bytes, view } = source;
    const base = members.top;
    const shape = this.shapes.under(parent);
    const expected = shape.keys;
    const version = shape.version;
    let count = 0;
    let asExpected = true;
    let known = true;
    this.descend(start);
    let at = skipSpace(bytes, start + 1);
    if (byteAt(bytes, at) !== CLOSE_BRACE) {
      for (;;) {
        let key = asExpected ? intAt(expected, count) : NO_KEY;
        if (key >= 0 && keys.matches(key, source, at)) {
          at += keys.size(key);
        } else {
          asExpected = false;
          at = this.otherKey(at, count);
          key = this.key;
          if (key < 0) known = false;
        }
        const colon = view.getUint16(at, true);
        let first = colon >> 8;
        if ((colon & 0xff) === COLON && first > SPACE) {
          at += 1;
        } else {
          at = skipSpace(bytes, afterColon(source, at));
          first = byteAt(bytes, at);
        }
        let from = at;
        let to = at;
        if (first === QUOTE) {
          to = stringEnd(source, at);
          if (to < 0) {
            from = ~from;
            to = ~to;
          }
          at = to;
        } else {
          at = first <= NINE ? numberEnd(source, at, last) : this.value(at, key);
          from = last.from;
          to = last.to;
        }
        members.reserve(MEMBER);
        const { ints, top } = members;
        ints[top] = key;
        ints[top + 1] = from;
        ints[top + 2] = to;
        members.top = top + MEMBER;
        count += 1;
        if (view.getUint16(at, true) === COMMA_AND_QUOTE) {
          at += 1;
        } else {
          at = skipSpace(bytes, at);
          if (byteAt(bytes, at) === CLOSE_BRACE) break;
          at = nextKey(source, at);
        }
      }
    }
    const foretold = asExpected && intAt(expected, count) === NO_KEY && shape.version === version;
    const ordered = foretold ? shape : this.inOrder(shape, base, count, known);
    if (direct) {
      this.sink?.record(start, at + 1, members.ints, base, count);
      this.writer.object(members.ints, base, ordered.order, ordered.live);
      this.tape.top = 0;
    } else {
      this.tapeMembers(base, ordered);
      last.from = ~start;
    }
    members.top = base;
    this.ascend();
    return at + 1;
  }

  /** The order of members that were not as expected, and remembers it for the next object of the shape. */
  private inOrder(shape: Shape, base: number, count: number, known: boolean): Ordered {
    const { keyOrder } = this;
    const { ints } = this.members;
    if (known) {
      keyOrder.byRank(ints, base, count, this.keys.ranks);
      shape.remember(ints, base, count, keyOrder);
    } else {
      keyOrder.byText(ints, base, count, this.keys, this.source);
    }
    return keyOrder;
  }

  private tapeMembers(base: number, { order, live }: Ordered): void {
    const { tape, last } = this;
    const members = this.members.ints;
    tape.reserve(live * MEMBER + 1);
    const { ints, top } = tape;
    ints[top] = live;
    for (let at = 0; at < live; at += 1) {
      const from = base + intAt(order, at) * MEMBER;
      const to = top + 1 + at * MEMBER;
      ints[to] = intAt(members, from);
      ints[to + 1] = intAt(members, from + 1);
      ints[to + 2] = intAt(members, from + 2);
    }
    last.to = top;
    tape.top = top + 1 + live * MEMBER;
  }

  /** Reads an unexpected key into `key`, as its number or the complement of its index; returns the index after it. */
  private otherKey(at: number, count: number): number {
    const end = keyEnd(this.source, at);
    const key = count < MOST_KNOWN_MEMBERS ? this.keys.find(this.source, at, end) : NO_KEY;
    this.key = key === NO_KEY ? ~at : key;
    return end;
  }
}
