import * as octets from './bytes.ts';
import { IntStack } from './ints.ts';
import type { KeyTable } from './keys.ts';
import { PairSort } from './pair-sort.ts';
import { stringEnd } from './scan.ts';
import type { Source } from './source.ts';
import { decodeString } from './strings.ts';

const { byteAt, intAt, SLACK } = octets;

/** Integers of one member in a list of members: its key, then `from` and `to` of its value. */
export const MEMBER = 3;

/** Members in the order of their keys. */
export interface Ordered {
  /** Each member as its index in the object, duplicates left out. */
  readonly order: Int32Array;
  /** How many of `order` are valid. */
  readonly live: number;
}

const RETAINED = 1024 * 1024;
const SMALLEST = 1024;
const INSERTION_SORT = 32;

/** Marks a member whose key comes again later. */
const DUPLICATE = -1;

/** A key's bytes are compared six at a time, each as 1 to 256 and 0 for those past its end: so a double holds them. */
const WINDOW = 6;
const BASE = 257;

/**
 * Puts the members of one object into the order of their keys by code point; of equal keys the last stays. Members
 * are triples of integers from `base` on; a key below 0 is unknown, and `~key` the index of its token in the source.
 */
export class KeyOrder implements Ordered {
  live = 0;
  private readonly pairs = new PairSort();
  /** The decoded keys one after the other, and where each starts; after the last, where it ends. */
  private texts = new Uint8Array(SMALLEST + SLACK);
  private textView = new DataView(this.texts.buffer);
  private readonly starts = new IntStack();
  /** Runs yet to be sorted: start, end, and how many bytes their keys have in common. */
  private readonly runs = new IntStack();

  get order(): Int32Array {
    return this.pairs.integers;
  }

  /** For members whose keys are all known. */
  byRank(members: Int32Array, base: number, count: number, ranks: Int32Array): void {
    this.pairs.fit(count);
    if (count <= INSERTION_SORT) {
      this.insertByRank(members, base, count, ranks);
      return;
    }
    const { numbers, integers } = this.pairs;
    for (let member = 0; member < count; member += 1) {
      numbers[member] = intAt(ranks, intAt(members, base + member * MEMBER));
      integers[member] = member;
    }
    this.pairs.sort(0, count);
    for (let at = 1; at < count; at += 1) if (numbers[at - 1] === numbers[at]) integers[at - 1] = DUPLICATE;
    this.leaveOutDuplicates(count);
  }

  /**
   * For any members. Sorts by the first six bytes in which keys differ, then each run of keys that agree in them by the
   * next, and so on: no two keys are compared from their start again and again.
   */
  byText(members: Int32Array, base: number, count: number, keys: KeyTable, source: Source): void {
    this.pairs.fit(count);
    this.decodeKeys(members, base, count, keys, source);
    for (let member = 0; member < count; member += 1) this.pairs.integers[member] = member;
    const { runs } = this;
    this.pushRun(0, count, 0);
    while (runs.top > 0) {
      runs.top -= 3;
      this.sortRun(
        intAt(runs.ints, runs.top),
        intAt(runs.ints, runs.top + 1),
        intAt(runs.ints, runs.top + 2),
      );
    }
    this.leaveOutDuplicates(count);
  }

  /** Gives back the memory of an unusually large object. */
  release(): void {
    this.pairs.release();
    this.starts.clear();
    this.runs.clear();
    if (this.texts.length > RETAINED) this.resize(SMALLEST);
  }

  private insertByRank(members: Int32Array, base: number, count: number, ranks: Int32Array): void {
    const order = this.pairs.integers;
    let live = 0;
    for (let member = 0; member < count; member += 1) {
      const rank = intAt(ranks, intAt(members, base + member * MEMBER));
      let place = live;
      let before = -1;
      while (place > 0) {
        before = intAt(ranks, intAt(members, base + intAt(order, place - 1) * MEMBER));
        if (before <= rank) break;
        place -= 1;
      }
      if (place > 0 && before === rank) {
        order[place - 1] = member;
      } else {
        for (let at = live; at > place; at -= 1) order[at] = intAt(order, at - 1);
        order[place] = member;
        live += 1;
      }
    }
    this.live = live;
  }

  private leaveOutDuplicates(count: number): void {
    const { integers } = this.pairs;
    let live = 0;
    for (let at = 0; at < count; at += 1) {
      const member = intAt(integers, at);
      if (member === DUPLICATE) continue;
      integers[live] = member;
      live += 1;
    }
    this.live = live;
  }

  private sortRun(start: number, end: number, known: number): void {
    const { numbers, integers } = this.pairs;
    const common = this.commonBytes(start, end, known);
    for (let at = start; at < end; at += 1) numbers[at] = this.window(intAt(integers, at), common);
    this.pairs.sort(start, end);
    for (let from = start; from < end; ) {
      const number = numbers[from] ?? 0;
      let to = from + 1;
      while (to < end && numbers[to] === number) to += 1;
      if (to - from > 1) {
        if (number % BASE === 0) integers.fill(DUPLICATE, from, to - 1);
        else this.pushRun(from, to, common + WINDOW);
      }
      from = to;
    }
  }

  private pushRun(start: number, end: number, common: number): void {
    const { runs } = this;
    runs.reserve(3);
    runs.ints[runs.top] = start;
    runs.ints[runs.top + 1] = end;
    runs.ints[runs.top + 2] = common;
    runs.top += 3;
  }

  /** How many bytes the keys of a run have in common, found in words of four, if they have the first `known`. */
  private commonBytes(start: number, end: number, known: number): number {
    const { textView } = this;
    const starts = this.starts.ints;
    const { integers } = this.pairs;
    const first = intAt(integers, start);
    const firstAt = intAt(starts, first);
    let common = intAt(starts, first + 1) - firstAt;
    for (let at = start + 1; at < end && common >= known + 4; at += 1) {
      const key = intAt(integers, at);
      const keyAt = intAt(starts, key);
      const size = Math.min(common, intAt(starts, key + 1) - keyAt);
      let same = known;
      while (same + 4 <= size && textView.getInt32(keyAt + same) === textView.getInt32(firstAt + same))
        same += 4;
      common = same;
    }
    return common < known + 4 ? known : common;
  }

  private window(key: number, offset: number): number {
    const from = intAt(this.starts.ints, key) + offset;
    const end = intAt(this.starts.ints, key + 1);
    let number = 0;
    for (let at = from; at < from + WINDOW; at += 1)
      number = number * BASE + (at < end ? byteAt(this.texts, at) + 1 : 0);
    return number;
  }

  private decodeKeys(members: Int32Array, base: number, count: number, keys: KeyTable, source: Source): void {
    this.starts.top = 0;
    this.starts.reserve(count + 1);
    const starts = this.starts.ints;
    let next = 0;
    for (let member = 0; member < count; member += 1) {
      const key = intAt(members, base + member * MEMBER);
      const end = key < 0 ? stringEnd(source, ~key) : 0;
      const to = end < 0 ? ~end : end;
      const most = key < 0 ? to - ~key : keys.size(key);
      if (next + most + SLACK > this.texts.length) this.resize(2 * (next + most));
      starts[member] = next;
      next =
        key < 0 ? decodeString(source.bytes, ~key, to, this.texts, next) : keys.decode(key, this.texts, next);
    }
    starts[count] = next;
  }

  /** Keeps what the old texts held as far as it fits. */
  private resize(size: number): void {
    const texts = new Uint8Array(size + SLACK);
    texts.set(this.texts.subarray(0, size));
    this.texts = texts;
    this.textView = new DataView(texts.buffer);
  }
}
