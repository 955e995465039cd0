/**
 * Types the records of a page while it is hashed. A record whose every field is in the plain form of its type is staged
 * from its bytes; any other is left to `RecordTyping`, which is exact in all cases. A property test holds the two together.
 */
import type { FieldReason } from '../../shared/settlement.ts';
import { BYTE, byteAt, intAt } from '../etrm/canonical/bytes.ts';
import type { KeyTable } from '../etrm/canonical/keys.ts';
import { readMembers } from '../etrm/canonical/lexemes.ts';
import type { RecordSink } from '../etrm/canonical/record-sink.ts';
import { valueEnd } from '../etrm/canonical/skip.ts';
import type { Source } from '../etrm/canonical/source.ts';
import { kindAt } from '../etrm/canonical/values.ts';
import type { Column } from './columns.ts';
import { NO_SLOT, PageObservation } from './page-observation.ts';
import { PlainColumn } from './plain-columns.ts';
import type { Drift, RecordTyping } from './record-typing.ts';
import { RowColumns } from './row-columns.ts';
import { storedColumns } from './row-layout.ts';
import type { PageObserved } from './schema-observed.ts';
import { isSameToken, textOf } from './tokens.ts';
import { repeatedHour } from './windows/zone-clock.ts';

export interface DeadLetter {
  /** Place in the page, from 0. */
  readonly index: number;
  /** The record's id, where it has one. */
  readonly id: string | null;
  readonly reasons: readonly FieldReason[];
  /** The record as received. */
  readonly raw: string;
}

export interface TypedPage {
  /** Accepted records, as `workspace/staged-rows.ts` takes them. */
  readonly rows: Uint8Array<ArrayBuffer>;
  readonly records: number;
  readonly deadLetters: readonly DeadLetter[];
  /** First sights of this page. */
  readonly drift: readonly Drift[];
  readonly observed: PageObserved;
}

const { BACKSLASH } = BYTE;

/** Places of the first stored columns. */
const PAGE = 0;
const INDEX = 1;

/** Keys that the table may know. */
const MOST_KEYS = 2048;
const UNRESOLVED = -1;

/** Members of a record beyond this are not looked at for drift. */
const MOST_TOUCHED = 4096;

export class PageTyping implements RecordSink {
  private readonly typing: RecordTyping;
  private readonly plain: readonly PlainColumn[];
  private readonly exact: boolean;
  private readonly observation: PageObservation;
  private readonly rows: RowColumns;
  /** Place of `repeated_hour` among the stored columns; -1 where the record has none. */
  private readonly repeatedColumn: number;
  private source: Source | null = null;
  private keys: KeyTable | null = null;
  private generation = -1;
  private readonly slotOfKey = new Int32Array(MOST_KEYS).fill(UNRESOLVED);
  private readonly slotNames: string[] = [];
  /** By slot: in which record it was seen last, and the value's `Rendering` there. */
  private readonly stamps = new Int32Array(NO_SLOT + 1);
  private readonly froms = new Int32Array(NO_SLOT + 1);
  private readonly tos = new Int32Array(NO_SLOT + 1);
  /** By slot: 1 where the record before had the same value, byte for byte. */
  private readonly same = new Uint8Array(NO_SLOT + 1);
  private readonly touched = new Int32Array(MOST_TOUCHED);
  private stamp = 0;
  /** Whether the record before was staged from its bytes: what is the same may then be taken from its row. */
  private steady = false;
  private escapes = false;
  private page = 0;
  private index = 0;
  private deadLetters: DeadLetter[] = [];
  private drift = new Map<string, Drift>();
  /** By slot: 1 where no field takes the member. */
  private readonly unknown = new Uint8Array(NO_SLOT + 1);
  /** By slot: whether this page has told of it. */
  private readonly told = new Uint8Array(NO_SLOT + 1);

  /** @param exact types every record the exact way: to check the other. */
  constructor(typing: RecordTyping, enumerated: ReadonlySet<string>, exact: boolean) {
    this.typing = typing;
    this.exact = exact;
    this.observation = new PageObservation(enumerated);
    const stored = storedColumns(typing.schema);
    this.rows = new RowColumns(stored);
    this.repeatedColumn = stored.findIndex(({ name }) => name === 'repeated_hour');
    this.plain = this.plainColumns();
  }

  private plainColumns(): readonly PlainColumn[] {
    const [start, end] = this.typing.schema.window;
    const places = new Map(storedColumns(this.typing.schema).map((stored, at) => [stored.name, at]));
    return this.typing.columns.map((column) => {
      const { name, type } = column.field;
      const role = name === start ? 'start' : name === end ? 'end' : name === 'market_label' ? 'label' : null;
      const place = places.get(name) ?? -1;
      return new PlainColumn(column, this.columnSlot(column), place, type.kind === 'zone' ? 'zone' : role);
    });
  }

  private columnSlot({ mapping }: Column): number {
    return typeof mapping?.from === 'string' ? this.named(mapping.from) : NO_SLOT;
  }

  private named(name: string): number {
    const slot = this.observation.slot(name);
    if (slot !== NO_SLOT && this.slotNames[slot] === undefined) {
      this.slotNames[slot] = name;
      this.unknown[slot] = this.typing.knows(name) ? 0 : 1;
    }
    return slot;
  }

  /** To be called before the page is read. */
  start(page: number): void {
    this.page = page;
    this.restart();
  }

  private restart(): void {
    this.index = 0;
    this.rows.clear();
    this.deadLetters = [];
    this.drift = new Map();
    this.told.fill(0);
    this.observation.begin(this.page);
  }

  begin(source: Source, keys: KeyTable): void {
    this.restart();
    this.source = source;
    // No record lies before the first.
    this.stamp += 1;
    this.steady = false;
    if (this.keys !== keys || this.generation !== keys.generation) {
      this.slotOfKey.fill(UNRESOLVED);
      this.keys = keys;
      this.generation = keys.generation;
    }
    this.escapes = Buffer.from(source.bytes.buffer, 0, source.length).includes(BACKSLASH);
  }

  record(from: number, to: number, members: Int32Array, base: number, count: number): void {
    const { source, stamps, froms, tos, touched, same } = this;
    if (source === null) return;
    this.stamp += 1;
    const { stamp } = this;
    let distinct = 0;
    for (let at = 0; at < count; at += 1) {
      const member = base + at * 3;
      const slot = this.slotAt(source, intAt(members, member));
      const start = intAt(members, member + 1);
      const end = intAt(members, member + 2);
      const seen = intAt(stamps, slot);
      same[slot] =
        seen === stamp - 1 && isSameToken(source, intAt(froms, slot), intAt(tos, slot), start, end) ? 1 : 0;
      froms[slot] = start;
      tos[slot] = end;
      if (seen === stamp) continue;
      stamps[slot] = stamp;
      if (distinct < MOST_TOUCHED) {
        touched[distinct] = slot;
        distinct += 1;
      }
    }
    this.observation.records += 1;
    this.observe(source, distinct);
    this.steady = !this.exact && !this.typing.labelled && this.stagePlain(source);
    if (!this.steady) this.typeExactly(source, from, to);
    this.index += 1;
  }

  other(from: number, to: number): void {
    const { source } = this;
    if (source === null) return;
    const kind = kindAt(source.bytes, from);
    const message = `the record is ${kind}, not an object`;
    const reasons = [{ field: '', code: 'not-an-object', message } as const];
    this.deadLetters.push({ index: this.index, id: null, reasons, raw: source.text(from, to) });
    this.index += 1;
  }

  private slotAt(source: Source, key: number): number {
    const known = key >= 0 ? intAt(this.slotOfKey, key) : UNRESOLVED;
    if (known !== UNRESOLVED) return known;
    const name = key >= 0 ? (this.keys?.text(key) ?? '') : keyText(source, ~key);
    const slot = this.named(name);
    if (slot === NO_SLOT) this.observation.overflow(name, this.index);
    else if (key >= 0) this.slotOfKey[key] = slot;
    return slot;
  }

  private observe(source: Source, distinct: number): void {
    for (let at = 0; at < distinct; at += 1) {
      const slot = intAt(this.touched, at);
      if (byteAt(this.same, slot) === 1 && this.observation.again(slot)) continue;
      const from = intAt(this.froms, slot);
      const to = intAt(this.tos, slot);
      this.observation.member(slot, source, from, to, this.index, this.escapes);
      if (byteAt(this.unknown, slot) === 1 && byteAt(this.told, slot) === 0) this.tellUnknown(source, slot);
    }
  }

  private tellUnknown(source: Source, slot: number): void {
    this.told[slot] = 1;
    const field = this.slotNames[slot] ?? '';
    const from = intAt(this.froms, slot);
    const start = from < 0 ? ~from : from;
    const seen = shownToken(source.text(start, valueEnd(source, start, 0)));
    this.drift.set(`added ${field}`, { field, kind: 'added', expected: 'unknown', seen });
  }

  /** @returns false where a field is not in plain form; nothing is staged then. */
  private stagePlain(source: Source): boolean {
    const { rows, plain, stamp, same } = this;
    const steady = this.steady && rows.hasLast();
    rows.integer(PAGE, this.page);
    rows.integer(INDEX, this.index);
    let start = 0;
    let zone = '';
    for (let at = 0; at < plain.length; at += 1) {
      const column = plain[at];
      if (column === undefined) return false;
      const { slot } = column;
      const present = intAt(this.stamps, slot) === stamp && slot !== NO_SLOT;
      if (steady && present && byteAt(same, slot) === 1) column.stageAgain(rows);
      else {
        const done = present
          ? column.stage(source, intAt(this.froms, slot), intAt(this.tos, slot), this.escapes, rows)
          : column.stageAbsent(rows);
        if (!done) return this.undone();
      }
      switch (column.role) {
        case 'start':
          start = column.ms;
          break;
        case 'end':
          // A window that is not one, or a time that is not there.
          if (column.ms <= start && column.ms !== 0) return this.undone();
          break;
        case 'zone':
          zone = column.zone;
          break;
        case 'label':
          if (present) return this.undone();
      }
    }
    this.finish(zone, start);
    return true;
  }

  private undone(): false {
    this.rows.undo();
    return false;
  }

  private finish(zone: string, startMs: number): void {
    if (this.repeatedColumn >= 0) this.rows.boolean(this.repeatedColumn, repeatedHour(zone, startMs));
    this.rows.endRow();
  }

  private typeExactly(source: Source, from: number, to: number): void {
    const { rows, typing, index } = this;
    const members = readMembers(source.bytes, from, to);
    const typed = typing.type(members, (drift) => {
      const key = `${drift.kind} ${drift.field}`;
      if (this.drift.size < NO_SLOT && !this.drift.has(key)) this.drift.set(key, drift);
    });
    if (!typed.ok) {
      const { id, reasons } = typed;
      this.deadLetters.push({ index, id, reasons, raw: source.text(from, to) });
      return;
    }
    rows.integer(PAGE, this.page);
    rows.integer(INDEX, index);
    let start = 0;
    let zone = '';
    for (const [at, text] of typed.texts.entries()) {
      const column = this.plain[at];
      if (column === undefined) continue;
      column.stageText(text, rows);
      if (text === null) continue;
      if (column.role === 'start') start = Number(text) / 1000;
      if (column.role === 'zone') zone = text;
    }
    this.finish(zone, start);
  }

  /** What was read since `start`. */
  take(): TypedPage {
    const page: TypedPage = {
      rows: this.rows.taken(),
      records: this.index,
      deadLetters: this.deadLetters,
      drift: [...this.drift.values()],
      observed: this.observation.told(),
    };
    this.source = null;
    this.deadLetters = [];
    this.drift = new Map();
    return page;
  }
}

/** A value's token, short enough for a message. */
function shownToken(token: string): string {
  const text = token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token;
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function keyText(source: Source, at: number): string {
  let end = at + 1;
  while (byteAt(source.bytes, end) !== 0x22) end += byteAt(source.bytes, end) === BACKSLASH ? 2 : 1;
  return textOf(source, at, end + 1);
}
