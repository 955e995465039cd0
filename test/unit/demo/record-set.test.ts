import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleBook } from '../../../electron/demo/book.ts';
import { generatedRecords, slotJson } from '../../../electron/demo/generated-records.ts';
import { assemblePage, slotsWithin } from '../../../electron/demo/record-set.ts';

describe('pages', () => {
  const book = sampleBook({ month: '2024-03', records: 700, seed: 5 });
  const set = generatedRecords(book);
  const slots = slotsWithin(set, '2024-03-01', '2024-03-31');
  const records = Array.from({ length: 700 }, (_, slot) => slotJson(book, slot));

  it('hold the same records in the same order at any page size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), (size) => {
        const pages = Math.ceil(700 / size);
        for (let page = 1; page <= pages; page += 1) {
          const expected = records.slice((page - 1) * size, page * size).join(',');
          expect(assemblePage(set, slots, page, size).toString('utf8')).toBe(
            `{"results":[${expected}],"next_page":${page < pages}}`,
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  it('past the end are empty', () => {
    expect(assemblePage(set, slots, 8, 100).toString()).toBe('{"results":[],"next_page":false}');
    expect(assemblePage(set, slots, 1_000_000_000, 100_000).toString()).toBe(
      '{"results":[],"next_page":false}',
    );
  });

  it('of a part of the month hold that part only', () => {
    const part = slotsWithin(set, '2024-03-10', '2024-03-10');
    expect(part.length).toBeGreaterThan(20);
    expect(part.length).toBeLessThan(40);
    const body = assemblePage(set, part, 1, 1000).toString('utf8');
    expect(body).toContain('2024-03-10T01:00:00-05:00');
    expect(body).not.toContain('"delivery_start":"2024-03-11');
  });
});
