import { expect, test } from 'vitest';
import { WINDOW_ROWS, windowOf, windowsFor } from '../../../renderer/ui/row-windows.ts';
import { MAX_WINDOW } from '../../../shared/contract.ts';

test('a window is never larger than the main process allows', () => {
  expect(WINDOW_ROWS).toBeLessThanOrEqual(MAX_WINDOW);
});

test('the windows around the viewport are asked for, and the first, which tells the total', () => {
  expect(windowsFor({ first: 0, end: 40 })).toEqual([0]);
  expect(windowsFor({ first: WINDOW_ROWS - 1, end: WINDOW_ROWS + 1 })).toEqual([0, 1]);
  expect(windowsFor({ first: WINDOW_ROWS * 100, end: WINDOW_ROWS * 100 + 40 })).toEqual([0, 100]);
  expect(windowsFor({ first: WINDOW_ROWS, end: WINDOW_ROWS * 2 })).toEqual([0, 1]);
});

test('an empty range still asks for the first window', () => {
  expect(windowsFor({ first: 0, end: 0 })).toEqual([0]);
});

test('a row has one place in one window', () => {
  expect(windowOf(0)).toEqual({ window: 0, place: 0 });
  expect(windowOf(WINDOW_ROWS * 3 + 7)).toEqual({ window: 3, place: 7 });
});
