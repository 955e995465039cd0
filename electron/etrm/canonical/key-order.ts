import * as octets from './bytes.ts';
import type { KeyTable } from './keys.ts';
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

const RETAINED = 64 * 1024;
const INSERTION_SORT = 32;
const LEADING_BYTES = 6;

/**
 * Puts the members of one object into the order of their keys by code point; of equal keys the last stays. Members
 * are triples of integers from `base` on; a key below 0 is unknown, and `~key` the index of its token in the source.
 */
export class KeyOrder implements Ordered {
  order = new Int32Array(INSERTION_SORT);
  live = 0;
  private spare = new Int32Array(INSERTION_SORT);

  /** For members whose keys are all known. */
  byRank(members: Int32Array, base: number, count: number, ranks: Int32Array): void {
    this.fit(count);
    if (count > INSERTION_SORT) {
      this.mergeSort(count, (left, right) => {
        const leftKey = intAt(members, base + left * MEMBER);
        const rightKey = intAt(members, base + right * MEMBER);
        return intAt(ranks, leftKey) - intAt(ranks, rightKey);
      });
      return;
    }
    const order = this.order;
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

  /** For any members: compares the decoded keys, the leading bytes first. */
  byText(members: Int32Array, base: number, count: number, keys: KeyTable, source: Source): void {
    this.fit(count);
    const texts = decodeKeys(members, base, count, keys, source);
    this.mergeSort(count, (left, right) => texts.compare(left, right));
  }

  /** Gives back the memory of an unusually large object. */
  release(): void {
    if (this.order.length <= RETAINED) return;
    this.order = new Int32Array(INSERTION_SORT);
    this.spare = new Int32Array(INSERTION_SORT);
  }

  private fit(count: number): void {
    if (this.order.length >= count) return;
    this.order = new Int32Array(count);
    this.spare = new Int32Array(count);
  }

  /** Stable, bottom up; two runs that are in order already are not merged, so that sorted keys cost one pass a level. */
  private mergeSort(count: number, compare: (left: number, right: number) => number): void {
    let from = this.order;
    let to = this.spare;
    for (let at = 0; at < count; at += 1) from[at] = at;
    for (let width = 1; width < count; width *= 2) {
      for (let start = 0; start < count; start += 2 * width) {
        mergeRuns(
          from,
          to,
          start,
          Math.min(start + width, count),
          Math.min(start + 2 * width, count),
          compare,
        );
      }
      [from, to] = [to, from];
    }
    let live = 0;
    for (let at = 0; at < count; at += 1) {
      const member = intAt(from, at);
      if (at + 1 < count && compare(member, intAt(from, at + 1)) === 0) continue;
      from[live] = member;
      live += 1;
    }
    this.order = from;
    this.spare = to;
    this.live = live;
  }
}

function mergeRuns(
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
  compare: (left: number, right: number) => number,
): void {
  if (middle >= end || compare(intAt(from, middle - 1), intAt(from, middle)) <= 0) {
    for (let at = start; at < end; at += 1) to[at] = intAt(from, at);
    return;
  }
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    const fromLeft = right === end || (left < middle && compare(intAt(from, left), intAt(from, right)) <= 0);
    to[at] = intAt(from, fromLeft ? left : right);
    if (fromLeft) left += 1;
    else right += 1;
  }
}

/** From this size on two keys are compared by a native call. */
const LONG_KEY = 48;

class DecodedKeys {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly starts: Int32Array;
  private readonly leading: Float64Array;
  /** How many bytes all keys have in common. */
  private readonly common: number;

  constructor(bytes: Uint8Array, starts: Int32Array, common: number, leading: Float64Array) {
    this.bytes = Buffer.from(bytes.buffer);
    this.view = new DataView(bytes.buffer);
    this.starts = starts;
    this.leading = leading;
    this.common = common;
  }

  compare(left: number, right: number): number {
    const leading = (this.leading[left] ?? 0) - (this.leading[right] ?? 0);
    if (leading !== 0) return leading;
    const leftEnd = intAt(this.starts, left + 1);
    const rightEnd = intAt(this.starts, right + 1);
    const leftAt = intAt(this.starts, left) + this.common;
    const rightAt = intAt(this.starts, right) + this.common;
    const shared = Math.min(leftEnd - leftAt, rightEnd - rightAt);
    if (shared >= LONG_KEY) return this.bytes.compare(this.bytes, rightAt, rightEnd, leftAt, leftEnd);
    for (let at = 0; at < shared; at += 4) {
      const leftWord = this.view.getUint32(leftAt + at);
      const rightWord = this.view.getUint32(rightAt + at);
      if (leftWord !== rightWord) {
        const difference = at + (Math.clz32(leftWord ^ rightWord) >> 3);
        if (difference < shared) return leftWord - rightWord;
        break;
      }
    }
    return leftEnd - leftAt - (rightEnd - rightAt);
  }
}

function decodeKeys(
  members: Int32Array,
  base: number,
  count: number,
  keys: KeyTable,
  source: Source,
): DecodedKeys {
  const starts = new Int32Array(count + 1);
  let bytes = new Uint8Array(count * 16 + SLACK);
  let next = 0;
  for (let member = 0; member < count; member += 1) {
    const key = intAt(members, base + member * MEMBER);
    const from = ~key;
    const end = key < 0 ? stringEnd(source, from) : 0;
    const to = end < 0 ? ~end : end;
    const most = key < 0 ? to - from : keys.size(key);
    if (next + most + SLACK > bytes.length) {
      const larger = new Uint8Array(2 * (next + most) + SLACK);
      larger.set(bytes);
      bytes = larger;
    }
    starts[member] = next;
    next = key < 0 ? decodeString(source.bytes, from, to, bytes, next) : keys.decode(key, bytes, next);
  }
  starts[count] = next;
  const common = commonBytes(bytes, starts, count);
  return new DecodedKeys(bytes, starts, common, leadingBytes(bytes, starts, count, common));
}

/** How many bytes all keys start with in common; whole words of four only, as it saves no more than time. */
function commonBytes(bytes: Uint8Array, starts: Int32Array, count: number): number {
  const view = new DataView(bytes.buffer);
  let common = intAt(starts, 1);
  for (let member = 1; member < count; member += 1) {
    const start = intAt(starts, member);
    const size = Math.min(common, intAt(starts, member + 1) - start);
    let same = 0;
    while (same + 4 <= size && view.getInt32(start + same) === view.getInt32(same)) same += 4;
    common = same;
  }
  return common;
}

/** The six bytes that follow what all keys have in common, as one number; bytes past the end of a key count 0. */
function leadingBytes(bytes: Uint8Array, starts: Int32Array, count: number, common: number): Float64Array {
  const leading = new Float64Array(count);
  for (let member = 0; member < count; member += 1) {
    const start = intAt(starts, member) + common;
    const end = intAt(starts, member + 1);
    let number = 0;
    for (let at = start; at < start + LEADING_BYTES; at += 1)
      number = number * 256 + (at < end ? byteAt(bytes, at) : 0);
    leading[member] = number;
  }
  return leading;
}
