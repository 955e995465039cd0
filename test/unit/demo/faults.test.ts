import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, FaultScript, faultsOfPage } from '../../../electron/demo/faults.ts';

function script(seed: number, pages: number) {
  return Array.from({ length: pages }, (_, at) => faultsOfPage(seed, at + 1, pages));
}

describe('the fault script', () => {
  it('shows every kind once in pages 2 to 13, one a page', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 13, max: 60 }), (seed, pages) => {
        const early = script(seed, pages).slice(0, 13);
        expect(early[0]).toEqual([]);
        expect(early.every((faults) => faults.length <= 1)).toBe(true);
        expect(early.flat().sort()).toEqual([...FAULT_KINDS].sort());
      }),
    );
  });

  it('shows every kind in a month of 7 to 12 pages too, at most two a page', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 7, max: 12 }), (seed, pages) => {
        const all = script(seed, pages);
        expect(all.flat().sort()).toEqual([...FAULT_KINDS].sort());
        expect(Math.max(...all.map((faults) => faults.length))).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('never exhausts four retries', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), (seed, pages) => {
        expect(Math.max(...script(seed, pages).map((faults) => faults.length))).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('runs once for each correlation id, and again from page 1 on where there is none', () => {
    const faults = new FaultScript(1);
    const run = (id: string | null) =>
      Array.from({ length: 30 }, (_, at) => faults.next(id, 'march', Math.floor(at / 2) + 1, 15));
    const first = run('a');
    expect(first.filter((fault) => fault !== null)).toHaveLength(
      12 + faultsOfPage(1, 14, 15).length + faultsOfPage(1, 15, 15).length,
    );
    expect(run('a').every((fault) => fault === null)).toBe(true);
    expect(run('b')).toEqual(first);
    expect(run(null)).toEqual(first);
    expect(run(null)).toEqual(first);
  });
});
