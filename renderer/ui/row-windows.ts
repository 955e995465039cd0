/** Which windows of a snapshot hold the rows on the screen. */
import type { RowRange } from './scroll-scale.ts';

/** Rows a window; the main process refuses more than MAX_WINDOW (shared/contract.ts, whose schemas the renderer does not load). */
export const WINDOW_ROWS = 250;

/**
 * Numbers of the windows that hold the rows of the range, in order, and always the first window: it tells how many
 * rows there are.
 */
export function windowsFor({ first, end }: RowRange): readonly number[] {
  const from = Math.floor(first / WINDOW_ROWS);
  const to = Math.floor(Math.max(first, end - 1) / WINDOW_ROWS);
  const windows = from > 0 ? [0] : [];
  for (let at = from; at <= to; at += 1) windows.push(at);
  return windows;
}

export function windowOf(row: number): { readonly window: number; readonly place: number } {
  const window = Math.floor(row / WINDOW_ROWS);
  return { window, place: row - window * WINDOW_ROWS };
}
