/** Columns staged from a record's bytes, where these are in the plain form of the column's type. */
import { BYTE, byteAt } from '../etrm/canonical/bytes.ts';
import type { Source } from '../etrm/canonical/source.ts';
import { type KnownText, knownText } from './column-values.ts';
import type { Column } from './columns.ts';
import { isCurrency } from './field-types.ts';
import { PlainTimes } from './plain-times.ts';
import type { RowColumns } from './row-columns.ts';
import { isToken, textOf } from './tokens.ts';

const { BACKSLASH, LOWER_N, MINUS, NINE, POINT, QUOTE, SPACE, ZERO, LOWER_E, UPPER_E } = BYTE;
const UPPER_A = 0x41;

/** What the record as a whole looks at. */
type Role = 'start' | 'end' | 'zone' | 'label' | null;

/** What the engine holds of a decimal's digits; with more, the exact way keeps the text alone. */
const WIDE_WHOLE = 18;
const WIDE_FRACTION = 12;

/** A text beyond this is refused (`field-types.ts`), so that a staged row has a bound. */
const LONGEST_PLAIN = 4096;

/** Distinct values that are remembered with their verdict. */
const MOST_KNOWN = 256;

interface Known {
  readonly token: Uint8Array;
  readonly value: string;
  readonly text: KnownText;
}

export class PlainColumn {
  readonly slot: number;
  readonly role: Role;
  /** Of the time that was staged last: UTC milliseconds since 1970; 0 where there was none. */
  ms = 0;
  /** Of the zone that was staged last. */
  zone = '';
  private readonly column: Column;
  private readonly kind: Column['field']['type']['kind'];
  /** Whether values come again and again. */
  private readonly repeats: boolean;
  private readonly unsigned: boolean;
  private readonly least: number;
  /** Among the stored columns; the text of a decimal lies behind its value. */
  private readonly place: number;
  private readonly byDefault: Known | null;
  private readonly seen: Known[] = [];
  private last: Known | null = null;
  private readonly times = new PlainTimes();

  /** @param place among the stored columns. */
  constructor(column: Column, slot: number, place: number, role: Role) {
    const { type } = column.field;
    this.column = column;
    this.slot = slot;
    this.role = role;
    this.kind = type.kind;
    this.repeats = type.kind !== 'decimal' && type.kind !== 'instant' && type.kind !== 'integer';
    this.unsigned = type.kind === 'decimal' && type.unsigned;
    this.least = type.kind === 'integer' ? type.least : 0;
    this.place = place;
    const { byDefault } = column.field;
    this.byDefault = byDefault === null ? null : known(new Uint8Array(), byDefault);
  }

  /** Where the record does not have the member. @returns false where that cannot be. */
  stageAbsent(rows: RowColumns): boolean {
    const { field, mapping } = this.column;
    this.ms = 0;
    this.zone = '';
    if (mapping !== null && mapping.from === null) return this.constant(rows);
    if (field.need === 'required' || (mapping !== null && typeof mapping.from !== 'string')) return false;
    if (this.byDefault) this.value(this.byDefault, rows);
    else this.nothing(rows);
    return true;
  }

  private constant(rows: RowColumns): boolean {
    const value = this.column.mapping?.constant ?? null;
    if (value === null) return false;
    const read = this.column.read({ kind: 'string', value });
    if (!read.ok) return false;
    this.value(known(new Uint8Array(), read.value), rows);
    return true;
  }

  private nothing(rows: RowColumns): void {
    rows.nothing(this.place);
    if (this.kind === 'decimal') rows.nothing(this.place + 1);
  }

  /** A value as `Column.read` gives it. */
  private value({ value, text }: Known, rows: RowColumns): void {
    switch (this.kind) {
      case 'integer':
        rows.integerText(this.place, value);
        return;
      case 'instant':
        rows.integerText(this.place, value);
        this.ms = Number(value) / 1000;
        return;
      case 'decimal':
        rows.decimalText(this.place, value);
        rows.known(this.place + 1, text);
        return;
      case 'zone':
        this.zone = value;
    }
    rows.known(this.place, text);
  }

  /** Stages what the exact way has read. */
  stageText(value: string | null, rows: RowColumns): void {
    if (value === null) this.nothing(rows);
    else this.value(known(new Uint8Array(), value), rows);
  }

  /** Stages the value that was staged last, in the row before. */
  stageAgain(rows: RowColumns): void {
    rows.again(this.place);
    if (this.kind === 'decimal') rows.again(this.place + 1);
  }

  /**
   * Stages the value whose `Rendering` is `from`, `to`.
   * @returns false where it is not in plain form, or is refused; whatever was written must then be undone.
   */
  stage(source: Source, from: number, to: number, escapes: boolean, rows: RowColumns): boolean {
    const start = from < 0 ? ~from : from;
    const first = byteAt(source.bytes, start);
    if (first === LOWER_N) return this.stageAbsent(rows);
    if (!this.column.plain) return this.remembered(source, start, to, first, rows);
    switch (this.kind) {
      case 'text':
        if (first !== QUOTE) return false;
        return this.text(source, start, to, escapes, rows) || this.remembered(source, start, to, first, rows);
      case 'integer':
        return from >= 0 && this.integer(source, start, to, rows);
      case 'decimal':
        return this.decimal(source, start, to, first, rows);
      case 'instant':
        return first === QUOTE && this.instant(source, start, to, rows);
      case 'day':
        return first === QUOTE && this.day(source, start, to, rows);
      case 'currency':
        return first === QUOTE && this.currency(source, start, to, rows);
      default:
        return this.remembered(source, start, to, first, rows);
    }
  }

  private text(source: Source, start: number, to: number, escapes: boolean, rows: RowColumns): boolean {
    const { bytes, view } = source;
    const size = to - start - 2;
    if (size < 1 || size > LONGEST_PLAIN) return false;
    const first = byteAt(bytes, start + 1);
    const last = byteAt(bytes, to - 2);
    // What `trim` would take away may be of several bytes.
    if (first <= SPACE || first >= 0x80 || last <= SPACE || last >= 0x80) return false;
    if (escapes)
      for (let at = start + 1; at < to - 1; at += 1) if (byteAt(bytes, at) === BACKSLASH) return false;
    rows.copy(this.place, view, bytes, start + 1, size);
    return true;
  }

  private integer(source: Source, start: number, to: number, rows: RowColumns): boolean {
    const { bytes } = source;
    const size = to - start;
    if (size > 15) return false;
    let value = 0;
    for (let at = start; at < to; at += 1) {
      const byte = byteAt(bytes, at);
      if (byte < ZERO || byte > NINE) return false;
      value = value * 10 + byte - ZERO;
    }
    if (this.least > 0 && byteAt(bytes, start) === ZERO) return false;
    if (this.least > 1) return false;
    rows.integer(this.place, value);
    return true;
  }

  private decimal(source: Source, start: number, to: number, firstByte: number, rows: RowColumns): boolean {
    const { bytes, view } = source;
    const quoted = firstByte === QUOTE;
    const begin = quoted ? start + 1 : start;
    let at = begin;
    const negative = byteAt(bytes, at) === MINUS;
    if (negative) {
      if (this.unsigned) return false;
      at += 1;
    }
    const whole = at;
    let byte = byteAt(bytes, at);
    let zero = true;
    while (byte >= ZERO && byte <= NINE) {
      if (byte !== ZERO) zero = false;
      at += 1;
      byte = byteAt(bytes, at);
    }
    const wholeDigits = at - whole;
    if (wholeDigits === 0 || (wholeDigits > 1 && byteAt(bytes, whole) === ZERO)) return false;
    let fractionDigits = 0;
    if (byte === POINT) {
      const fraction = at + 1;
      at = fraction;
      byte = byteAt(bytes, at);
      while (byte >= ZERO && byte <= NINE) {
        if (byte !== ZERO) zero = false;
        at += 1;
        byte = byteAt(bytes, at);
      }
      fractionDigits = at - fraction;
      if (fractionDigits === 0) return false;
    }
    if (quoted ? at !== to - 1 : byte === LOWER_E || byte === UPPER_E) return false;
    if (negative && zero) return false;
    if (wholeDigits > WIDE_WHOLE || fractionDigits > WIDE_FRACTION) return false;
    rows.decimal(this.place, bytes, whole, wholeDigits, fractionDigits, negative);
    rows.copy(this.place + 1, view, bytes, begin, at - begin);
    return true;
  }

  private instant(source: Source, start: number, to: number, rows: RowColumns): boolean {
    const { times } = this;
    if (!times.instant(source.bytes, start, to)) return false;
    this.ms = times.ms;
    rows.integer(this.place, times.micros);
    return true;
  }

  private day(source: Source, start: number, to: number, rows: RowColumns): boolean {
    if (to - start !== 12 || !(this.times.dayMs(source.bytes, start + 1) >= 0)) return false;
    rows.copy(this.place, source.view, source.bytes, start + 1, 10);
    return true;
  }

  private currency(source: Source, start: number, to: number, rows: RowColumns): boolean {
    const { bytes, view } = source;
    if (to - start !== 5) return false;
    const a = byteAt(bytes, start + 1) - UPPER_A;
    const b = byteAt(bytes, start + 2) - UPPER_A;
    const c = byteAt(bytes, start + 3) - UPPER_A;
    if (!isLetter(a) || !isLetter(b) || !isLetter(c)) return false;
    if (!isCurrency((a * 26 + b) * 26 + c)) return false;
    rows.copy(this.place, view, bytes, start + 1, 3);
    return true;
  }

  /** A value of few: read exactly once, then known by its bytes. */
  private remembered(source: Source, start: number, to: number, first: number, rows: RowColumns): boolean {
    const { bytes } = source;
    const { last } = this;
    let found = last !== null && isToken(last.token, bytes, start, to) ? last : null;
    found ??= this.seen.find(({ token }) => isToken(token, bytes, start, to)) ?? null;
    if (found === null) {
      if (first !== QUOTE || to - start > LONGEST_PLAIN) return false;
      const read = this.column.read({ kind: 'string', value: textOf(source, start, to) });
      if (!read.ok) return false;
      found = known(bytes.slice(start, to), read.value);
      if (this.repeats && this.seen.length < MOST_KNOWN) this.seen.push(found);
    }
    if (this.repeats) this.last = found;
    this.value(found, rows);
    return true;
  }
}

function known(token: Uint8Array, value: string): Known {
  return { token, value, text: knownText(value) };
}

function isLetter(index: number): boolean {
  return index >= 0 && index < 26;
}
