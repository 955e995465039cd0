import * as octets from './bytes.ts';
import { writeFloat } from './floats.ts';
import type { IntStack } from './ints.ts';
import * as keyOrder from './key-order.ts';
import type { KeyTable } from './keys.ts';
import { Output, type Sink } from './output.ts';
import { stringEnd } from './scan.ts';
import type { Source } from './source.ts';
import { writeString } from './strings.ts';

const { byteAt, copyWords, intAt, isShort } = octets;
const { MEMBER } = keyOrder;
const { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, SPACE } = octets.BYTE;

/**
 * Writes values that have been read. A value is two integers: see `Rendering`; where its first byte opens an object or
 * an array, `to` is the place on the tape of its count and its sorted members (triples), or its elements (pairs).
 */
export class Writer {
  readonly output = new Output();
  private readonly source: Source;
  private readonly keys: KeyTable;
  private readonly tape: IntStack;

  constructor(source: Source, keys: KeyTable, tape: IntStack) {
    this.source = source;
    this.keys = keys;
    this.tape = tape;
  }

  /** Starts anew; without a sink the canonical form is gathered in `output`. */
  open(sink: Sink | null): void {
    this.output.open(sink);
  }

  value(from: number, to: number): void {
    const { source, output } = this;
    if (from >= 0) {
      output.copy(source.bytes, source.view, from, to);
      return;
    }
    const start = ~from;
    switch (byteAt(source.bytes, start)) {
      case QUOTE:
        writeString(source, start, to, output);
        break;
      case OPEN_BRACE:
        this.tapedObject(to);
        break;
      case OPEN_BRACKET:
        this.tapedArray(to);
        break;
      default:
        writeFloat(source, start, to, output);
    }
  }

  /** `, ` between two elements or members. */
  separator(): void {
    this.pair(COMMA, SPACE);
  }

  /** An object whose members, from `base` on, are to be taken in `order`. */
  object(members: Int32Array, base: number, order: Int32Array, live: number): void {
    this.output.byte(OPEN_BRACE);
    for (let at = 0; at < live; at += 1) {
      const member = base + intAt(order, at) * MEMBER;
      this.member(at === 0, intAt(members, member), intAt(members, member + 1), intAt(members, member + 2));
    }
    this.output.byte(CLOSE_BRACE);
  }

  private tapedObject(at: number): void {
    const ints = this.tape.ints;
    const end = at + 1 + intAt(ints, at) * MEMBER;
    this.output.byte(OPEN_BRACE);
    for (let member = at + 1; member < end; member += MEMBER) {
      this.member(member === at + 1, intAt(ints, member), intAt(ints, member + 1), intAt(ints, member + 2));
    }
    this.output.byte(CLOSE_BRACE);
  }

  private tapedArray(at: number): void {
    const ints = this.tape.ints;
    const end = at + 1 + intAt(ints, at) * 2;
    this.output.byte(OPEN_BRACKET);
    for (let element = at + 1; element < end; element += 2) {
      if (element > at + 1) this.separator();
      this.value(intAt(ints, element), intAt(ints, element + 1));
    }
    this.output.byte(CLOSE_BRACKET);
  }

  private member(first: boolean, key: number, from: number, to: number): void {
    if (key < 0) {
      this.unknownKey(first, ~key);
      this.value(from, to);
      return;
    }
    const { keys, output, source } = this;
    const skipped = first ? 2 : 0;
    const prefixAt = intAt(keys.prefixAt, key) + skipped;
    const prefixSize = intAt(keys.prefixSize, key) - skipped;
    const size = to - from;
    if (from >= 0 && isShort(size)) {
      output.room(prefixSize + size);
      const at = output.length;
      copyWords(keys.textView, prefixAt, prefixSize, output.view, at);
      copyWords(source.view, from, size, output.view, at + prefixSize);
      output.length = at + prefixSize + size;
    } else {
      output.copy(keys.texts, keys.textView, prefixAt, prefixAt + prefixSize);
      this.value(from, to);
    }
  }

  private unknownKey(first: boolean, at: number): void {
    if (!first) this.separator();
    const end = stringEnd(this.source, at);
    if (end < 0) writeString(this.source, at, ~end, this.output);
    else this.output.copy(this.source.bytes, this.source.view, at, end);
    this.pair(COLON, SPACE);
  }

  private pair(first: number, second: number): void {
    this.output.byte(first);
    this.output.byte(second);
  }
}
