import { expect, it } from 'vitest';
import { sampleBook } from '../../../electron/demo/book.ts';
import { generatedRecords } from '../../../electron/demo/generated-records.ts';
import { slotsWithin } from '../../../electron/demo/record-set.ts';
import { readVendorRecord, sent } from './vendor-record.ts';

/** Delivery starts of one trade's current hours that the vendor serves for one day. */
function hoursOf(month: string, day: string, location: string): readonly string[] {
  const book = sampleBook({ month, records: 8784, seed: 1 });
  const set = generatedRecords(book);
  const hours = new Map<string, string>();
  for (const slot of slotsWithin(set, day, day)) {
    if (book.served(slot).kind === 'refused') continue;
    const record = readVendorRecord(Buffer.from(set.bytes(slot)).toString('utf8'));
    if (record.location === location)
      hours.set(sent(record, 'settlement_id'), sent(record, 'delivery_start'));
  }
  return [...hours.values()];
}

it.each([
  ['2024-03', '2024-03-09', 'PJM-RTO', 24],
  ['2024-03', '2024-03-10', 'PJM-RTO', 23],
  ['2024-11', '2024-11-03', 'PJM-RTO', 25],
  ['2024-11', '2024-11-04', 'PJM-RTO', 24],
  ['2024-03', '2024-03-10', 'TH_SP15_GEN-APND', 23],
  ['2024-03', '2024-03-10', 'INDIANA.HUB', 24],
  ['2024-11', '2024-11-03', 'INDIANA.HUB', 24],
  ['2024-03', '2024-03-10', 'HENRY HUB', 1],
])('in %s the vendor serves for %s at %s %i records of market time', (month, day, location, hours) => {
  expect(hoursOf(month, day, location)).toHaveLength(hours);
});

it('the month has its edges in market time: the first Pacific hour is 08:00Z, the last Eastern one 03:00Z', () => {
  const first = hoursOf('2024-03', '2024-03-01', 'TH_SP15_GEN-APND');
  expect(first[0]).toBe('2024-03-01T08:00:00Z');
  const last = hoursOf('2024-03', '2024-03-31', 'N.Y.C.');
  expect(last.at(-1)).toBe('2024-03-31T23:00:00-04:00');
});

it('the whole month is every record; another month is none', () => {
  const set = generatedRecords(sampleBook({ month: '2024-03', records: 2000, seed: 3 }));
  expect(slotsWithin(set, '2024-03-01', '2024-03-31')).toHaveLength(2000);
  expect(slotsWithin(set, '2024-04-01', '2024-04-30')).toHaveLength(0);
  expect(slotsWithin(set, '2024-02-01', '2024-02-29')).toHaveLength(0);
});
