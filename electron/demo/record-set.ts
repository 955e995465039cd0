import { Temporal } from 'temporal-polyfill';

/**
 * Records that a vendor resource serves, in serving order. A *slot* is a record's place, from 0. The JSON text
 * of a slot never changes, so that a page has the same bytes whenever it is asked for.
 */
export interface RecordSet {
  readonly count: number;
  /** IANA names that occur. */
  readonly zones: readonly string[];
  /** For each slot, its place in `zones`. */
  readonly zoneOf: Uint16Array;
  /** For each slot, the UTC instant of `delivery_start` in milliseconds; NaN where it cannot be read. */
  readonly startMs: Float64Array;
  /** UTF-8 JSON text of one record. */
  bytes(slot: number): Uint8Array;
}

/** One record with its delivery start, for a set that is small enough to be held as it is. */
export interface ListedRecord {
  readonly json: string;
  readonly startMs: number;
  readonly timezone: string;
}

export function listedRecords(records: readonly ListedRecord[]): RecordSet {
  const zones = [...new Set(records.map((record) => record.timezone))];
  const texts = records.map((record) => Buffer.from(record.json, 'utf8'));
  return {
    count: records.length,
    zones,
    zoneOf: Uint16Array.from(records, (record) => zones.indexOf(record.timezone)),
    startMs: Float64Array.from(records, (record) => record.startMs),
    bytes: (slot) => texts[slot] ?? new Uint8Array(0),
  };
}

/**
 * The slots whose `delivery_start`, as a local date of the record's own zone, lies in the range; both dates are
 * in it. A record whose start cannot be read belongs to every range: the client must see and refuse it.
 * @param startDate `YYYY-MM-DD`
 * @param endDate `YYYY-MM-DD`
 */
export function slotsWithin(set: RecordSet, startDate: string, endDate: string): Uint32Array {
  const first = Temporal.PlainDate.from(startDate);
  const after = Temporal.PlainDate.from(endDate).add({ days: 1 });
  const from = set.zones.map((zone) => first.toZonedDateTime(zone).epochMilliseconds);
  const until = set.zones.map((zone) => after.toZonedDateTime(zone).epochMilliseconds);
  const slots = new Uint32Array(set.count);
  let found = 0;
  for (let slot = 0; slot < set.count; slot += 1) {
    const at = set.startMs[slot] ?? Number.NaN;
    const zone = set.zoneOf[slot] ?? 0;
    if (Number.isNaN(at) || (at >= (from[zone] ?? 0) && at < (until[zone] ?? 0))) {
      slots[found] = slot;
      found += 1;
    }
  }
  return slots.slice(0, found);
}

const HEAD = Buffer.from('{"results":[');
const COMMA = 0x2c;

/**
 * The body of one page: `{"results":[...],"next_page":true|false}`. A page past the end has no results.
 * @param page from 1
 * @param size records a page, at least 1
 */
export function assemblePage(set: RecordSet, slots: Uint32Array, page: number, size: number): Buffer {
  const from = Math.min((page - 1) * size, slots.length);
  const chosen = slots.subarray(from, Math.min(from + size, slots.length));
  const tail = Buffer.from(`],"next_page":${from + size < slots.length}}`);
  const texts: Uint8Array[] = [];
  let length = HEAD.length + tail.length + Math.max(0, chosen.length - 1);
  for (const slot of chosen) {
    const text = set.bytes(slot);
    texts.push(text);
    length += text.length;
  }
  const body = Buffer.allocUnsafe(length);
  let at = HEAD.copy(body);
  for (const [place, text] of texts.entries()) {
    if (place > 0) {
      body[at] = COMMA;
      at += 1;
    }
    body.set(text, at);
    at += text.length;
  }
  tail.copy(body, at);
  return body;
}
