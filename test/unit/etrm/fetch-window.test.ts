import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FetchWindow, FetchWindows } from '../../../electron/etrm/fetch-window.ts';

const widened = (window: FetchWindow, pages: number): number[] =>
  Array.from({ length: pages }, () => {
    window.widen();
    return window.size;
  });

describe('the fetch window', () => {
  it('begins with one page and widens by one with each that comes, to its most', () => {
    const window = new FetchWindow(4);
    expect(window.size).toBe(1);
    expect(widened(window, 5)).toEqual([2, 3, 4, 4, 4]);
  });

  it('is halved by a 429, and then widens slowly: a step for each whole window of pages', () => {
    const window = new FetchWindow(8);
    widened(window, 7);
    window.narrow();
    expect(window.size).toBe(4);
    expect(widened(window, 9)).toEqual([4, 4, 4, 5, 5, 5, 5, 5, 6]);
    window.narrow();
    expect(window.size).toBe(3);
  });

  it('is never less than one page nor more than its most, whatever happens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.boolean()), (most, steps) => {
        const window = new FetchWindow(most);
        for (const wider of steps) {
          if (wider) window.widen();
          else window.narrow();
          expect(window.size).toBeGreaterThanOrEqual(1);
          expect(window.size).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it('is halved for all who read from the vendor, while they read', () => {
    const windows = new FetchWindows();
    const [one, two] = [windows.open(4), windows.open(8)];
    widened(one, 3);
    widened(two, 7);
    windows.narrow();
    expect([one.size, two.size]).toEqual([2, 4]);
    windows.close(two);
    windows.narrow();
    expect([one.size, two.size]).toEqual([1, 4]);
  });
});
