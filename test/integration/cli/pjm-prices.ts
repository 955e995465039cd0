/**
 * PJM's hourly prices of 2024 as a month of settlements: a purchase of 50 MW at PJM-RTO, one record an hour. The prices
 * are PJM's; the position and the ledger are derived. The file lies beside the repository and is not part of it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'pjm_rt_hrl_lmps_2024.csv');

export const hasPrices = existsSync(FILE);

export interface PricedHour {
  /** `2024-03-06T03:00:00Z`. */
  readonly start: string;
  /** Local day, `2024-03-05`. */
  readonly day: string;
  readonly price: string;
  readonly version: string;
  readonly current: boolean;
}

function day(text: string): string {
  const [month = '', date = '', year = ''] = (text.split(' ')[0] ?? '').split('/');
  return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
}

/** `1/1/2024 5:00:00 AM`, a 12-hour clock. */
function instant(text: string): string {
  const [, clock = '', half = ''] = text.split(' ');
  const hour = (Number(clock.split(':')[0]) % 12) + (half === 'PM' ? 12 : 0);
  return `${day(text)}T${String(hour).padStart(2, '0')}:00:00Z`;
}

export function readPrices(): readonly PricedHour[] {
  const [header = '', ...lines] = readFileSync(FILE, 'utf8').trimEnd().split(/\r?\n/);
  const names = header.replace(/^\uFEFF/, '').split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
    return {
      start: instant(cell('datetime_beginning_utc')),
      day: day(cell('datetime_beginning_ept')),
      price: cell('total_lmp_rt'),
      version: cell('version_nbr'),
      current: cell('row_is_current') === 'True',
    };
  });
}

/** Exactly `-(50 x price)`, without trailing zeros: whole numbers only. */
export function cost(price: string): string {
  const [whole = '', fraction = ''] = price.split('.');
  const units = BigInt(whole + fraction) * -50n;
  const digits = (units < 0n ? -units : units).toString().padStart(fraction.length + 1, '0');
  const split = digits.length - fraction.length;
  const text = `${digits.slice(0, split)}.${digits.slice(split)}`.replace(/\.?0+$/, '');
  return units < 0n ? `-${text}` : text;
}

export function settlementId({ start }: PricedHour): string {
  return `PJM-RTO ${start}`;
}

function anHourAfter(start: string): string {
  return new Date(Date.parse(start) + 3_600_000).toISOString().replace('.000Z', 'Z');
}

/** One vendor record as JSON: price and amount are JSON numbers with all their digits. */
export function vendorRecord(hour: PricedHour): string {
  const text = JSON.stringify({
    settlement_id: settlementId(hour),
    version: Number(hour.version),
    trade_id: 'PJM-50MW',
    counterparty: 'PJM Settlement',
    commodity: 'POWER',
    direction: 'BUY',
    delivery_start: hour.start,
    delivery_end: anHourAfter(hour.start),
    timezone: 'America/New_York',
    location: 'PJM-RTO',
    volume_uom: 'MWH',
    price_uom: 'USD/MWH',
    currency: 'USD',
    status: 'FINAL',
  });
  return `${text.slice(0, -1)},"volume":50,"price":${hour.price},"amount":${cost(hour.price)}}`;
}

export function ledgerCsv(hours: readonly PricedHour[]): string {
  const rows = hours.map((hour) =>
    [
      settlementId(hour),
      'PJM-50MW',
      'BUY',
      hour.start,
      '50',
      'MWH',
      hour.price,
      cost(hour.price),
      'USD',
    ].join(','),
  );
  return [
    'Settlement ID,Trade ID,Direction,Delivery Start,Volume,Volume UOM,Price,Amount,Currency',
    ...rows,
    '',
  ].join('\n');
}
