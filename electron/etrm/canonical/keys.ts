import { randomInt } from 'node:crypto';
import * as octets from './bytes.ts';
import { Output } from './output.ts';
import type { Source } from './source.ts';
import { decodeString, writeString } from './strings.ts';

const { byteAt, intAt, SLACK } = octets;
const { COLON, COMMA, SPACE } = octets.BYTE;

/** Most keys that are known at a time, the longest of them in bytes with its quotes, and bytes for all of their texts. */
const MOST_KEYS = 2048;
const LONGEST_KEY = 256;
const ARENA = 512 * 1024;

/** Slots of the hash table, and how many are tried before a key is given up as unknown. */
const SLOTS = 8192;
const MOST_PROBES = 16;

/** Stands for "no key": the parent of the top-level value, the end of a sequence, a key that is not known. */
export const NO_KEY = -1;

/** Keeps the first 0 to 3 bytes of a little-endian word. */
const FIRST_BYTES = Int32Array.of(0, 0xff, 0xffff, 0xffffff);

/**
 * The keys of a page's objects, by their bytes as sent: each is a small integer that has its canonical text and its
 * rank among the known keys, by code point. Two spellings of one key (`"a"`, `"\u0061"`) are two integers of one rank.
 *
 * Table and look-up are bounded. A key that finds no place (table full, key too long, too many collisions, as an
 * attacker may bring about) stays unknown, and an object with an unknown key is sorted by text.
 */
export class KeyTable {
  private count = 0;
  /** Changes when all keys are forgotten: numbers of an earlier generation are void. */
  generation = 0;
  private readonly seed = randomInt(2 ** 32 - 1);
  private readonly slots = new Int32Array(SLOTS).fill(NO_KEY);

  /** All texts; of each key first the bytes as sent, then those decoded, then the canonical `, "key": `. */
  readonly texts = new Uint8Array(ARENA + SLACK);
  readonly textView = new DataView(this.texts.buffer);
  private used = 0;
  private readonly sentAt = new Int32Array(MOST_KEYS);
  private readonly sentSize = new Int32Array(MOST_KEYS);
  private readonly decodedAt = new Int32Array(MOST_KEYS);
  /** Where the canonical `, "key": ` of a key starts in `texts`, and its size. */
  readonly prefixAt = new Int32Array(MOST_KEYS);
  readonly prefixSize = new Int32Array(MOST_KEYS);

  /** Place of each key in the order by code point; equal for two spellings of one key. */
  readonly ranks = new Int32Array(MOST_KEYS);
  private readonly sorted = new Int32Array(MOST_KEYS);
  /** 1 for a key that equals the one before it in `sorted`. */
  private readonly twins = new Uint8Array(MOST_KEYS);
  private readonly rendered = new Output();

  /** Forgets all keys if the table is full; earlier key numbers are then void. Returns whether it did. */
  forgetIfFull(): boolean {
    if (this.count < MOST_KEYS && this.used < ARENA - 8 * LONGEST_KEY) return false;
    this.count = 0;
    this.used = 0;
    this.generation += 1;
    this.slots.fill(NO_KEY);
    return true;
  }

  /** Whether the source has this very spelling at `at`. */
  matches(key: number, source: Source, at: number): boolean {
    return this.sameSent(key, source.view, at, intAt(this.sentSize, key));
  }

  /** Bytes of the key as sent, with its quotes. */
  size(key: number): number {
    return intAt(this.sentSize, key);
  }

  /** The number of the key whose token is from `from` to `to`, new if need be, or NO_KEY where it has no place. */
  find(source: Source, from: number, to: number): number {
    const size = to - from;
    if (size > LONGEST_KEY) return NO_KEY;
    const hash = this.hash(source.view, from, size);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const slot = (hash + probe) & (SLOTS - 1);
      const key = intAt(this.slots, slot);
      if (key === NO_KEY) return this.add(source, from, to, slot);
      if (intAt(this.sentSize, key) === size && this.sameSent(key, source.view, from, size)) return key;
    }
    return NO_KEY;
  }

  /** Copies the decoded bytes of a key and returns the index after them. */
  decode(key: number, into: Uint8Array, at: number): number {
    const from = intAt(this.decodedAt, key);
    const to = intAt(this.prefixAt, key);
    for (let read = from; read < to; read += 1) into[at + read - from] = byteAt(this.texts, read);
    return at + to - from;
  }

  /** The key as Python reads it; a lone surrogate is one still. */
  text(key: number): string {
    const from = intAt(this.sentAt, key);
    const token = Buffer.from(this.texts.buffer, from, intAt(this.sentSize, key)).toString('utf8');
    return token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
  }

  private sameSent(key: number, view: DataView, at: number, size: number): boolean {
    const start = intAt(this.sentAt, key);
    const words = size & ~3;
    for (let done = 0; done < words; done += 4) {
      if (this.textView.getInt32(start + done, true) !== view.getInt32(at + done, true)) return false;
    }
    const difference = this.textView.getInt32(start + words, true) ^ view.getInt32(at + words, true);
    return (difference & intAt(FIRST_BYTES, size & 3)) === 0;
  }

  private hash(view: DataView, at: number, size: number): number {
    let hash = this.seed ^ size;
    for (let done = 0; done < size; done += 4) {
      const word = view.getInt32(at + done, true);
      const kept = size - done < 4 ? word & intAt(FIRST_BYTES, size - done) : word;
      hash = Math.imul(hash ^ kept, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return Math.imul(hash, 0x85ebca6b) >>> 16;
  }

  private add(source: Source, from: number, to: number, slot: number): number {
    const key = this.count;
    if (key === MOST_KEYS) return NO_KEY;
    this.rendered.open(null);
    writeString(source, from, to, this.rendered);
    const sentAt = this.used;
    const decodedAt = sentAt + to - from;
    if (decodedAt + (to - from) + this.rendered.length + 4 > ARENA) return NO_KEY;
    const prefixAt = decodeString(source.bytes, from, to, this.texts, decodedAt);
    this.texts.set(source.bytes.subarray(from, to), sentAt);
    this.texts.set([COMMA, SPACE], prefixAt);
    this.texts.set(this.rendered.taken(), prefixAt + 2);
    const prefixEnd = prefixAt + 2 + this.rendered.length;
    this.texts.set([COLON, SPACE], prefixEnd);
    this.sentAt[key] = sentAt;
    this.sentSize[key] = to - from;
    this.decodedAt[key] = decodedAt;
    this.prefixAt[key] = prefixAt;
    this.prefixSize[key] = prefixEnd + 2 - prefixAt;
    this.used = prefixEnd + 2;
    this.slots[slot] = key;
    this.count += 1;
    this.rank(key);
    return key;
  }

  /** Puts a new key into the order: quicker than sorting anew, as new keys are few and come one by one. */
  private rank(key: number): void {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(intAt(this.sorted, middle), key) <= 0) low = middle + 1;
      else high = middle;
    }
    this.sorted.copyWithin(low + 1, low, this.count - 1);
    this.sorted[low] = key;
    this.twins[key] = low > 0 && this.compare(intAt(this.sorted, low - 1), key) === 0 ? 1 : 0;
    let rank = 0;
    for (let at = low; at < this.count; at += 1) {
      const ranked = intAt(this.sorted, at);
      if (byteAt(this.twins, ranked) === 0) rank = at;
      else if (at === low) rank = intAt(this.ranks, intAt(this.sorted, at - 1));
      this.ranks[ranked] = rank;
    }
  }

  private compare(left: number, right: number): number {
    const leftAt = intAt(this.decodedAt, left);
    const rightAt = intAt(this.decodedAt, right);
    const leftSize = intAt(this.prefixAt, left) - leftAt;
    const rightSize = intAt(this.prefixAt, right) - rightAt;
    const shared = Math.min(leftSize, rightSize);
    for (let at = 0; at < shared; at += 1) {
      const difference = byteAt(this.texts, leftAt + at) - byteAt(this.texts, rightAt + at);
      if (difference !== 0) return difference;
    }
    return leftSize - rightSize;
  }
}
