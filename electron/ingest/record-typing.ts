/**
 * Strict typing of one record, exact and complete: its texts, or every reason why it is a dead letter. `PageTyping` does
 * the same faster for records in plain form and leaves all others to this.
 */
import type { FieldReason, ReasonCode } from '../../shared/settlement.ts';
import { readMembers } from '../etrm/canonical/lexemes.ts';
import { type Column, columnsOf } from './columns.ts';
import { compileDayForm } from './date-form.ts';
import { type Sent, shown } from './field-types.ts';
import type { DeliveryMapping, MemberPath, RecordMapping } from './mapping.ts';
import type { RecordSchema } from './record-schema.ts';
import { contradiction, windowOfLabel } from './windows/delivery-windows.ts';
import type { CalendarOf } from './windows/known-calendars.ts';
import type { DeliveryWindow, MarketCalendar } from './windows/market-calendar.ts';

/** Schema drift at its first sight in a page. */
export interface Drift {
  readonly field: string;
  readonly kind: 'added' | 'missing' | 'type';
  readonly expected: string;
  readonly seen: string;
}

export type Members = ReadonlyMap<string, Sent>;

export interface TypedRecord {
  readonly ok: true;
  /** In the order of the record's fields: an instant as microseconds since 1970, a decimal in plain notation. */
  readonly texts: readonly (string | null)[];
}

export interface RefusedRecord {
  readonly ok: false;
  readonly id: string | null;
  readonly reasons: readonly FieldReason[];
}

/** What an ill-typed optional field should have been. */
function expectation({ field }: Column): string {
  switch (field.type.kind) {
    case 'text':
      return 'string';
    case 'day':
      return 'YYYY-MM-DD';
    case 'instant':
      return 'RFC 3339';
    case 'enumeration':
      return field.type.names.join(', ');
    default:
      return field.type.kind;
  }
}

/** The member at a path; objects on the way are opened. */
function memberAt(members: Members, path: MemberPath): Sent | undefined {
  if (typeof path === 'string') return members.get(path);
  let within = members;
  for (const [at, name] of path.entries()) {
    const member = within.get(name);
    if (at === path.length - 1 || member === undefined || member.kind !== 'object')
      return at === path.length - 1 ? member : undefined;
    const utf8 = Buffer.from(member.text);
    within = readMembers(utf8, 0, utf8.length);
  }
  return undefined;
}

/** The text of a string that is not blank, a number or a boolean; null for anything else. */
function written(sent: Sent | undefined): string | null {
  if (sent === undefined) return null;
  if (sent.kind === 'string') return sent.value.trim() === '' ? null : sent.value.trim();
  if (sent.kind === 'number') return sent.text;
  return sent.kind === 'true' || sent.kind === 'false' ? sent.kind : null;
}

/** What a record says of its window in the market's own words. */
interface Labelled {
  readonly calendar: MarketCalendar;
  readonly day: string;
  readonly label: string;
  readonly flag: string | null;
}

/** Gathers values and reasons of one record. */
class RecordReading {
  readonly reasons: FieldReason[] = [];
  readonly #members: Members;
  readonly #calendarOf: CalendarOf;
  readonly #onDrift: (drift: Drift) => void;

  constructor(members: Members, calendarOf: CalendarOf, onDrift: (drift: Drift) => void) {
    this.#members = members;
    this.#calendarOf = calendarOf;
    this.#onDrift = onDrift;
  }

  refuse(field: string, code: ReasonCode, message: string): void {
    this.reasons.push({ field, code, message: `${field} ${message}` });
  }

  refused(field: string): boolean {
    return this.reasons.some((reason) => reason.field === field);
  }

  sent({ mapping }: Column): Sent | undefined {
    if (mapping === null) return undefined;
    if (mapping.constant !== null) return { kind: 'string', value: mapping.constant };
    return mapping.from === null ? undefined : memberAt(this.#members, mapping.from);
  }

  text(column: Column): string | null {
    const { field, read } = column;
    const sent = this.sent(column);
    if (sent === undefined || sent.kind === 'null') {
      if (field.need === 'required') this.#absent(column, sent);
      return field.byDefault;
    }
    const value = read(sent);
    if (value.ok) return value.value;
    if (field.need !== 'optional') this.refuse(field.name, value.refusal.code, value.refusal.message);
    else if (value.refusal.code !== 'empty') {
      this.#onDrift({ field: field.name, kind: 'type', expected: expectation(column), seen: shown(sent) });
    }
    return field.byDefault;
  }

  #absent({ field }: Column, sent: Sent | undefined): void {
    if (sent !== undefined) {
      this.refuse(field.name, 'null', 'is null');
      return;
    }
    this.refuse(field.name, 'missing', 'is missing');
    this.#onDrift({ field: field.name, kind: 'missing', expected: 'required', seen: 'absent' });
  }

  /** The market's day, label and flag; null where they are not there, and why. */
  labelled(delivery: DeliveryMapping, dayOf: (text: string) => string | null): Labelled | null {
    const date = written(memberAt(this.#members, delivery.date));
    const label = written(memberAt(this.#members, delivery.label));
    const flag = delivery.flag === null ? null : written(memberAt(this.#members, delivery.flag));
    const calendar = this.#calendarOf(delivery.calendar);
    if (calendar === null) {
      this.refuse('delivery_start', 'window', `is of the calendar ${delivery.calendar}, which is not known`);
      return null;
    }
    if (date === null || label === null) {
      const lacking = date === null ? 'day' : 'label';
      this.refuse('delivery_start', 'missing', `has no ${lacking} of ${delivery.calendar}`);
      return null;
    }
    const day = dayOf(date);
    if (day !== null) return { calendar, day, label, flag };
    this.refuse('delivery_start', 'date', `is on ${JSON.stringify(date)}, not a day in the profile's form`);
    return null;
  }
}

export class RecordTyping {
  readonly schema: RecordSchema;
  readonly columns: readonly Column[];
  readonly #calendarOf: CalendarOf;
  readonly #delivery: DeliveryMapping | null;
  readonly #dayOf: (text: string) => string | null;
  readonly #known: ReadonlySet<string>;
  readonly #at: ReadonlyMap<string, number>;

  constructor(schema: RecordSchema, mapping: RecordMapping, calendarOf: CalendarOf) {
    this.schema = schema;
    this.#calendarOf = calendarOf;
    this.columns = columnsOf(schema, mapping);
    this.#delivery = schema.resource === 'settlements' ? mapping.delivery : null;
    const form = compileDayForm(this.#delivery?.dateForm ?? 'yyyy-MM-dd');
    this.#dayOf = (text) => {
      const read = form.read(text);
      return typeof read === 'string' ? read : null;
    };
    this.#known = knownMembers(this.columns, mapping);
    this.#at = new Map(schema.fields.map(({ name }, at) => [name, at]));
  }

  /** Whether a member of the vendor's record feeds a field, or is known to feed none. */
  knows(member: string): boolean {
    return this.#known.has(member);
  }

  /** True where a record's window is told by a label, wholly or beside its instants. */
  get labelled(): boolean {
    return this.#delivery !== null;
  }

  #place(field: string): number {
    return this.#at.get(field) ?? -1;
  }

  /** @param members of the record, last duplicate won. @param onDrift told of each unknown or ill-typed optional field. */
  type(members: Members, onDrift: (drift: Drift) => void): TypedRecord | RefusedRecord {
    const reading = new RecordReading(members, this.#calendarOf, onDrift);
    for (const [field, sent] of members) {
      if (!this.#known.has(field)) onDrift({ field, kind: 'added', expected: 'unknown', seen: shown(sent) });
    }
    const labelled = this.#delivery === null ? null : reading.labelled(this.#delivery, this.#dayOf);
    const window = this.#toldWindow(reading, labelled);
    const texts = this.columns.map((column) =>
      this.#isTold(column, reading) ? this.#toldText(column, labelled, window) : reading.text(column),
    );
    this.#checkWindow(reading, texts, labelled);
    if (reading.reasons.length === 0) return { ok: true, texts };
    const id = reading.sent(this.columns[this.#place(this.schema.id)] ?? this.columns[0] ?? NO_COLUMN);
    // The database keeps no half of a surrogate pair: the id is told as it will be kept.
    return {
      ok: false,
      id: id?.kind === 'string' ? id.value.toWellFormed() : null,
      reasons: reading.reasons,
    };
  }

  /** Whether the market's label tells a field that the record does not give itself. */
  #isTold(column: Column, reading: RecordReading): boolean {
    return this.#delivery !== null && TOLD.has(column.field.name) && reading.sent(column) === undefined;
  }

  /** The window of the label, for a record that does not give its instants. */
  #toldWindow(reading: RecordReading, labelled: Labelled | null): DeliveryWindow | null {
    const start = this.columns[this.#place('delivery_start')];
    const end = this.columns[this.#place('delivery_end')];
    if (labelled === null || !start || !end) return null;
    if (reading.sent(start) !== undefined && reading.sent(end) !== undefined) return null;
    const { calendar, day, label, flag } = labelled;
    const window = windowOfLabel(calendar, day, label, flag);
    if (!('refused' in window)) return window;
    reading.refuse('delivery_start', 'window', `cannot be told: ${window.refused}`);
    return null;
  }

  #toldText({ field }: Column, labelled: Labelled | null, window: DeliveryWindow | null): string | null {
    switch (field.name) {
      case 'delivery_start':
        return window && `${window.startMs}000`;
      case 'delivery_end':
        return window && `${window.endMs}000`;
      case 'market':
        return this.#delivery?.calendar ?? null;
      default:
        return labelled?.label ?? null;
    }
  }

  #checkWindow(reading: RecordReading, texts: readonly (string | null)[], labelled: Labelled | null): void {
    const [startField, endField] = this.schema.window;
    if (reading.refused(startField) || reading.refused(endField)) return;
    const start = texts[this.#place(startField)] ?? null;
    const end = texts[this.#place(endField)] ?? null;
    if (start === null || end === null) return;
    if (BigInt(end) <= BigInt(start)) {
      reading.refuse(endField, 'window', `is not after ${startField}`);
      return;
    }
    const market = texts[this.#place('market')] ?? null;
    const calendar = labelled?.calendar ?? (market === null ? null : this.#calendarOf(market));
    const label = labelled?.label ?? texts[this.#place('market_label')] ?? null;
    if (calendar === null || label === null) return;
    const { day = null, flag = null } = labelled ?? {};
    const why = contradiction(calendar, day, label, flag, Number(start) / 1000, Number(end) / 1000);
    if (why !== null) reading.refuse(startField, 'window', `contradicts its label: ${why}`);
  }
}

/** Fields that a market's day and label tell. */
const TOLD: ReadonlySet<string> = new Set(['delivery_start', 'delivery_end', 'market', 'market_label']);

const NO_COLUMN: Column = {
  field: { name: '', type: { kind: 'text' }, need: 'optional', byDefault: null },
  mapping: null,
  read: () => ({ ok: true, value: '' }),
  plain: false,
};

function knownMembers(columns: readonly Column[], mapping: RecordMapping): ReadonlySet<string> {
  const known = new Set(mapping.ignored);
  const add = (path: MemberPath | null | undefined): void => {
    const name = typeof path === 'string' ? path : path?.[0];
    if (name !== undefined) known.add(name);
  };
  for (const column of columns) add(column.mapping?.from);
  add(mapping.delivery?.date);
  add(mapping.delivery?.label);
  add(mapping.delivery?.flag);
  return known;
}
