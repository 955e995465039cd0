import { monthAfter, type SampleBook } from './book.ts';
import { faultyPrices, TRADE_PLANTS } from './finding-plants.ts';
import type { Hub } from './hubs.ts';
import type { Position } from './positions.ts';
import { curvePrice } from './prices.ts';
import { type ListedRecord, listedRecords, type RecordSet } from './record-set.ts';

/**
 * One record for each position: the terms that its settlements follow. Filtered by its first delivery.
 * @param faulty some say something else (`finding-plants.ts`).
 */
export function tradeRecords(book: SampleBook, faulty: boolean): RecordSet {
  return listedRecords(book.positions.flatMap((position) => tradeRecord(book, position, faulty) ?? []));
}

function tradeRecord(book: SampleBook, position: Position, faulty: boolean): ListedRecord | null {
  const { hub, windows } = position;
  const start = windows[0];
  const end = windows.at(-1);
  if (!start || !end) return null;
  const plant = faulty ? TRADE_PLANTS.find(({ ordinal }) => ordinal === position.ordinal) : undefined;
  const json = JSON.stringify({
    trade_id: position.tradeId,
    deal_leg: position.dealLeg,
    version: 1,
    counterparty: position.counterparty,
    legal_entity: position.legalEntity,
    agreement: position.agreement,
    commodity: hub.commodity,
    direction: position.direction,
    delivery_start: start.start,
    delivery_end: end.end,
    timezone: hub.timezone,
    location: hub.location,
    volume: position.volumeOf(0),
    volume_uom: hub.volumeUnit,
    price_type: position.indexed ? 'INDEX' : 'FIXED',
    price: position.indexed ? null : position.priceOf(0),
    price_uom: hub.priceUnit,
    currency: hub.currency,
    curve_id: position.indexed ? hub.curveId : null,
    status: 'CONFIRMED',
    updated_at: `${book.month}-01T00:00:00Z`,
    ...plant?.members(position),
  });
  return { json, startMs: start.startMs, timezone: hub.timezone };
}

/**
 * One record for each interval of each curve that a settlement refers to, at the price it settled at.
 * @param faulty some are off, some are left out (`finding-plants.ts`).
 */
export function curveRecords(book: SampleBook, faulty: boolean): RecordSet {
  const { seed, month } = book;
  const faultyPrice = faulty ? faultyPrices(book) : null;
  const seen = new Map<string, { hub: Hub; position: Position }>();
  for (const position of book.positions) {
    if (position.indexed && !seen.has(position.hub.curveId)) {
      seen.set(position.hub.curveId, { hub: position.hub, position });
    }
  }
  const records: ListedRecord[] = [];
  for (const { hub, position } of seen.values()) {
    for (const [interval, window] of position.windows.entries()) {
      const settled = curvePrice(seed, hub, interval, window.hour);
      const price = faultyPrice ? faultyPrice(hub.curveId, interval, settled) : settled;
      if (price === null) continue;
      const json = JSON.stringify({
        curve_id: hub.curveId,
        as_of: `${monthAfter(month)}-01T00:00:00Z`,
        commodity: hub.commodity,
        location: hub.location,
        timezone: hub.timezone,
        delivery_start: window.start,
        delivery_end: window.end,
        price,
        price_uom: hub.priceUnit,
        currency: hub.currency,
      });
      records.push({ json, startMs: window.startMs, timezone: hub.timezone });
    }
  }
  return listedRecords(records);
}
