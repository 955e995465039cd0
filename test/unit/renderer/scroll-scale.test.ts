import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AT_TOP,
  extentOf,
  isScaled,
  MAX_SCROLL_PX,
  movedTo,
  offsetToShow,
  scrolledTo,
  visibleRows,
} from '../../../renderer/ui/scroll-scale.ts';

const ROW = 28;
const million = extentOf(1_000_000, ROW, 500);

describe('below the cap the browser scrolls as ever', () => {
  const few = extentOf(1000, ROW, 500);

  test('the scroll position is the true offset', () => {
    expect(isScaled(few)).toBe(false);
    expect(scrolledTo(1234, AT_TOP, few)).toEqual({ offset: 1234, top: 1234 });
    expect(movedTo(1234, few)).toEqual({ offset: 1234, top: 1234 });
  });

  test('a move stops at the ends', () => {
    expect(movedTo(-5, few).offset).toBe(0);
    expect(movedTo(1e9, few).offset).toBe(28_000 - 500);
  });
});

describe('a million rows of 28 px', () => {
  test('are laid out in no more than a browser can', () => {
    expect(isScaled(million)).toBe(true);
    expect(million.full).toBe(28_000_000);
    expect(million.laidOut).toBe(MAX_SCROLL_PX);
    // Chromium's limit of about 33.5 million device pixels, on a 3x screen.
    expect(million.laidOut).toBeLessThan(33_554_428 / 3);
  });

  test('the scrollbar at its end shows the last row whole', () => {
    const { offset } = scrolledTo(million.laidOut - million.viewport, AT_TOP, million);
    expect(offset).toBe(million.full - million.viewport);
    expect(visibleRows(offset, 1_000_000, ROW, 500, 0).end).toBe(1_000_000);
  });

  test('a wheel of 28 px moves by one row, not by the scale', () => {
    const start = movedTo(14_000_000, million);
    const next = movedTo(start.offset + 28, million);
    expect(next.offset - start.offset).toBe(28);
  });

  test('the scroll event that follows our own move keeps the exact place', () => {
    const moved = movedTo(13_999_987, million);
    expect(scrolledTo(moved.top, moved, million).offset).toBe(13_999_987);
  });

  test('every row can be reached, and what is drawn holds it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (row) => {
        const { offset } = movedTo(offsetToShow(row, ROW, 0, 500), million);
        const { first, end } = visibleRows(offset, 1_000_000, ROW, 500, 0);
        expect(row).toBeGreaterThanOrEqual(first);
        expect(row).toBeLessThan(end);
      }),
    );
  });

  test('dragging further never goes back', () => {
    const top = fc.integer({ min: 0, max: MAX_SCROLL_PX });
    fc.assert(
      fc.property(top, top, (a, b) => {
        const [low, high] = a <= b ? [a, b] : [b, a];
        const far = { offset: -1, top: -10 };
        expect(scrolledTo(low, far, million).offset).toBeLessThanOrEqual(
          scrolledTo(high, far, million).offset,
        );
      }),
    );
  });
});

describe('bringing a row to view', () => {
  test('moves least', () => {
    expect(offsetToShow(3, ROW, 0, 500)).toBe(0);
    expect(offsetToShow(100, ROW, 0, 500)).toBe(101 * ROW - 500);
    expect(offsetToShow(2, ROW, 560, 500)).toBe(56);
  });
});

describe('rows to draw', () => {
  test('are those seen and some more on either side, within the snapshot', () => {
    expect(visibleRows(0, 1000, ROW, 280, 5)).toEqual({ first: 0, end: 15 });
    expect(visibleRows(280, 1000, ROW, 280, 5)).toEqual({ first: 5, end: 25 });
    expect(visibleRows(0, 3, ROW, 280, 5)).toEqual({ first: 0, end: 3 });
    expect(visibleRows(0, 0, ROW, 280, 5)).toEqual({ first: 0, end: 0 });
  });
});
