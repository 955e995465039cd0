/**
 * What the members of one page look like: counted in plain arrays while records are typed, because it runs for every
 * value of every record, and told as `PageObserved` at the end.
 */
import { parseDecimal } from '../../shared/decimal.ts';
import { BYTE, byteAt, intAt } from '../etrm/canonical/bytes.ts';
import { valueEnd } from '../etrm/canonical/skip.ts';
import type { Source } from '../etrm/canonical/source.ts';
import { type Code, KINDS, Member, shortened } from './observed-member.ts';
import {
  type FieldObserved,
  MOST_MEMBERS,
  MOST_NAME,
  MOST_VALUES,
  OBSERVED_KINDS,
  type Occurrence,
  type PageObserved,
  SAMPLE_LENGTH,
} from './schema-observed.ts';
import { isDigit, isToken, lengthOf, plainNumberEnd, textOf } from './tokens.ts';

const { BACKSLASH, MINUS, OPEN_BRACE, OPEN_BRACKET, POINT, QUOTE, SPACE, ZERO } = BYTE;
const { LOWER_F, LOWER_N, LOWER_T, LOWER_E, UPPER_E } = BYTE;

const NULL = OBSERVED_KINDS.indexOf('null');
const STRING = OBSERVED_KINDS.indexOf('string');
const INTEGER = OBSERVED_KINDS.indexOf('integer');
const NUMBER = OBSERVED_KINDS.indexOf('number');
const BOOLEAN = OBSERVED_KINDS.indexOf('boolean');
const OBJECT = OBSERVED_KINDS.indexOf('object');
const ARRAY = OBSERVED_KINDS.indexOf('array');

/** Stands for a member that is not told apart from others. */
export const NO_SLOT = MOST_MEMBERS;

export class PageObservation {
  private readonly enumerated: ReadonlySet<string>;
  private readonly members: Member[] = [];
  private readonly slots = new Map<string, number>();
  /** By slot and kind. */
  private counts = new Int32Array(64 * KINDS);
  private firsts = new Int32Array(64 * KINDS);
  private more: Occurrence | null = null;
  private page = 0;
  records = 0;

  /** @param enumerated members that a closed set of codes is read from. */
  constructor(enumerated: ReadonlySet<string>) {
    this.enumerated = enumerated;
  }

  begin(page: number): void {
    this.page = page;
    this.records = 0;
    this.more = null;
    this.counts.fill(0);
    for (const member of this.members) member.clear();
  }

  /** A small number that stays the member's; `NO_SLOT` where there are too many of them. */
  slot(name: string): number {
    const known = this.slots.get(name);
    if (known !== undefined) return known;
    if (this.members.length >= MOST_MEMBERS || name.length > MOST_NAME) return NO_SLOT;
    const slot = this.members.length;
    this.members.push(new Member(name, this.enumerated.has(name)));
    this.slots.set(name, slot);
    if ((slot + 1) * KINDS > this.counts.length) {
      const [counts, firsts] = [new Int32Array(slot * 2 * KINDS), new Int32Array(slot * 2 * KINDS)];
      counts.set(this.counts);
      firsts.set(this.firsts);
      this.counts = counts;
      this.firsts = firsts;
    }
    return slot;
  }

  /** A member that has no slot. */
  overflow(name: string, index: number): void {
    if (this.more) this.more.count += 1;
    else this.more = { count: 1, page: this.page, index, sample: shortened(name) };
  }

  /**
   * The value that the member had in the record before, once more.
   * @returns false where it must be looked at by `member`.
   */
  again(slot: number): boolean {
    return this.members[slot]?.again() ?? false;
  }

  /**
   * One member of one record. @param from, to its `Rendering`. @param escapes whether the page has a backslash.
   * @returns the value's kind: its first byte.
   */
  member(slot: number, source: Source, from: number, to: number, index: number, escapes: boolean): void {
    const member = this.members[slot];
    if (member === undefined) return;
    member.next(this.counts, slot * KINDS);
    const start = from < 0 ? ~from : from;
    const { bytes } = source;
    switch (byteAt(bytes, start)) {
      case QUOTE:
        if (this.count(slot, member, STRING, index))
          member.samples[STRING] = shortened(textOf(source, start, to));
        this.string(member, source, from, to, index, escapes);
        return;
      case LOWER_N:
        this.count(slot, member, NULL, index);
        return;
      case LOWER_T:
      case LOWER_F:
        if (this.count(slot, member, BOOLEAN, index)) member.samples[BOOLEAN] = source.text(start, to);
        return;
      case OPEN_BRACE:
      case OPEN_BRACKET: {
        const kind = byteAt(bytes, start) === OPEN_BRACE ? OBJECT : ARRAY;
        if (this.count(slot, member, kind, index)) {
          member.samples[kind] = shortened(
            source.text(start, Math.min(valueEnd(source, start, 0), start + 4 * SAMPLE_LENGTH)),
          );
        }
        return;
      }
      default:
        this.number(slot, member, source, start, index);
    }
  }

  /** Counts one; true at the first sight of the kind. */
  private count(slot: number, member: Member, kind: number, index: number): boolean {
    member.isOf(kind);
    const at = slot * KINDS + kind;
    const seen = intAt(this.counts, at);
    this.counts[at] = seen + 1;
    if (seen > 0) return false;
    this.firsts[at] = index;
    return true;
  }

  private string(
    member: Member,
    source: Source,
    from: number,
    to: number,
    index: number,
    escapes: boolean,
  ): void {
    const plain = from >= 0 && !escapes;
    const start = from < 0 ? ~from : from;
    const length = plain ? to - start - 2 : lengthOf(source, start, to);
    member.countLength(length);
    if (length > member.lengths.largest) member.lengths.widest(length, index, textOf(source, start, to));
    if (member.codes !== null) {
      this.code(member, source, start, to, index);
      return;
    }
    // Rules most texts out by their ends.
    const last = byteAt(source.bytes, to - 2);
    const first = byteAt(source.bytes, start + 1);
    if (!(isDigit(last) || last <= SPACE) || !(isDigit(first) || first === MINUS || first <= 0x2b)) return;
    const end = plainNumberEnd(source.bytes, start + 1);
    if (end === to - 1) {
      this.digits(member, source, start + 1, index);
      member.countNumeric();
      return;
    }
    // What follows the digits of a date or a time is in no number.
    const next = byteAt(source.bytes, end);
    if (
      end > start + 1 &&
      next > SPACE &&
      next < 0x80 &&
      !(next === LOWER_E || next === UPPER_E || next === BACKSLASH)
    )
      return;
    if (this.unusualDigits(member, textOf(source, start, to).trim(), index)) member.countNumeric();
  }

  private number(slot: number, member: Member, source: Source, start: number, index: number): void {
    const { bytes } = source;
    const end = plainNumberEnd(bytes, start);
    const next = byteAt(bytes, end);
    if (end > start && next !== LOWER_E && next !== UPPER_E) {
      const whole = this.digits(member, source, start, index);
      const kind = byteAt(bytes, whole) === POINT ? NUMBER : INTEGER;
      if (this.count(slot, member, kind, index)) member.samples[kind] = shortened(source.text(start, end));
      return;
    }
    const token = source.text(start, valueEnd(source, start, 0));
    if (this.count(slot, member, NUMBER, index)) member.samples[NUMBER] = shortened(token);
    this.unusualDigits(member, token, index);
  }

  /** Counts the digits of a number in plain notation; returns the index after those before the point. */
  private digits(member: Member, source: Source, start: number, index: number): number {
    const { bytes } = source;
    let first = byteAt(bytes, start) === MINUS ? start + 1 : start;
    while (byteAt(bytes, first) === ZERO) first += 1;
    let whole = first;
    while (isDigit(byteAt(bytes, whole))) whole += 1;
    let end = whole;
    if (byteAt(bytes, whole) === POINT) {
      end += 1;
      while (isDigit(byteAt(bytes, end))) end += 1;
    }
    const fraction = end > whole ? end - whole - 1 : 0;
    member.countDigits(whole - first, fraction);
    if (whole - first > member.integerDigits.largest) {
      member.integerDigits.widest(whole - first, index, source.text(start, end));
    }
    if (fraction > member.fractionDigits.largest) {
      member.fractionDigits.widest(fraction, index, source.text(start, end));
    }
    return whole;
  }

  /** With an exponent, a plus sign or white space around it. @returns false where it is no decimal. */
  private unusualDigits(member: Member, text: string, index: number): boolean {
    const plain = parseDecimal(text)?.replace('-', '');
    if (plain === undefined) return false;
    const [whole = '', fraction = ''] = plain.split('.');
    const digits = whole.replace(/^0+/, '').length;
    member.countDigits(digits, fraction.length);
    if (digits > member.integerDigits.largest) member.integerDigits.widest(digits, index, text);
    if (fraction.length > member.fractionDigits.largest)
      member.fractionDigits.widest(fraction.length, index, text);
    return true;
  }

  private code(member: Member, source: Source, start: number, to: number, index: number): void {
    const codes = member.codes ?? [];
    const { last } = member;
    let code = last !== null && isToken(last.token, source.bytes, start, to) ? last : null;
    code ??= codes.find(({ token }) => isToken(token, source.bytes, start, to)) ?? null;
    if (code === null) {
      const text = textOf(source, start, to);
      if (codes.length >= MOST_VALUES) {
        member.isSpecial();
        if (member.moreValues) member.moreValues.count += 1;
        else member.moreValues = { count: 1, page: this.page, index, sample: shortened(text) };
        return;
      }
      code = { token: source.bytes.slice(start, to), text, count: 0, index };
      codes.push(code);
    }
    if (code.count === 0) code.index = index;
    member.countCode(code);
  }

  /** What was seen since `begin`. */
  told(): PageObserved {
    const fields = new Map<string, FieldObserved>();
    for (const [slot, member] of this.members.entries()) {
      member.settle(this.counts, slot * KINDS);
      const field = this.field(slot, member);
      if (field !== null) fields.set(member.name, field);
    }
    return { page: this.page, records: this.records, fields, moreMembers: this.more };
  }

  private field(slot: number, member: Member): FieldObserved | null {
    const occurrence = (kind: number): Occurrence | null => {
      const count = intAt(this.counts, slot * KINDS + kind);
      if (count === 0) return null;
      const index = intAt(this.firsts, slot * KINDS + kind);
      return { count, page: this.page, index, sample: kind === NULL ? null : (member.samples[kind] ?? null) };
    };
    const kinds = {
      null: occurrence(NULL),
      string: occurrence(STRING),
      integer: occurrence(INTEGER),
      number: occurrence(NUMBER),
      boolean: occurrence(BOOLEAN),
      object: occurrence(OBJECT),
      array: occurrence(ARRAY),
    };
    if (Object.values(kinds).every((seen) => seen === null)) return null;
    return {
      kinds,
      numericStrings: member.numericStrings,
      lengths: member.lengths.told(this.page),
      integerDigits: member.integerDigits.told(this.page),
      fractionDigits: member.fractionDigits.told(this.page),
      values: member.codes === null ? null : this.values(member.codes),
      moreValues: member.moreValues,
    };
  }

  private values(codes: readonly Code[]): Map<string, Occurrence> {
    const values = new Map<string, Occurrence>();
    for (const { text, count, index } of codes) {
      if (count === 0) continue;
      const value = shortened(text.trim().toUpperCase());
      const known = values.get(value);
      if (known) {
        known.count += count;
        if (index < known.index) {
          known.index = index;
          known.sample = shortened(text);
        }
      } else values.set(value, { count, page: this.page, index, sample: shortened(text) });
    }
    return values;
  }
}
