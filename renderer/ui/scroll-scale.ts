/**
 * Scrolling over more rows than a browser can lay out. Chromium caps an element at about 33.5 million device pixels
 * (16.7 million CSS pixels on a 2x screen), and a million rows of 28 px are 28 million. So the scrolled element is
 * never taller than `MAX_SCROLL_PX`, and its scroll position stands for a place in the true height:
 *
 * - dragging the scrollbar maps one onto the other in proportion;
 * - the wheel and the keys move by true pixels, and the scrollbar is set after them.
 *
 * Below the cap both are the same and the browser scrolls as ever.
 */

export const MAX_SCROLL_PX = 10_000_000;

/** Pixels: what there is to scroll over, and how much of it is seen at once. */
export interface ScrollExtent {
  readonly full: number;
  readonly laidOut: number;
  readonly viewport: number;
}

/** `offset` is the true pixel at the top of the viewport, `top` the element's scrollTop that stands for it. */
export interface ScrollPosition {
  readonly offset: number;
  readonly top: number;
}

export const AT_TOP: ScrollPosition = { offset: 0, top: 0 };

export function extentOf(rows: number, rowHeight: number, viewport: number): ScrollExtent {
  const full = rows * rowHeight;
  return { full, laidOut: Math.min(full, MAX_SCROLL_PX), viewport };
}

export function isScaled(extent: ScrollExtent): boolean {
  return extent.full > extent.laidOut;
}

function range(length: number, viewport: number): number {
  return Math.max(0, length - viewport);
}

/** Where the element was scrolled by the user; a position that we set ourselves is kept to the pixel. */
export function scrolledTo(top: number, known: ScrollPosition, extent: ScrollExtent): ScrollPosition {
  if (!isScaled(extent)) return { offset: top, top };
  if (Math.abs(top - known.top) < 1) return { offset: known.offset, top };
  const travel = range(extent.laidOut, extent.viewport);
  const share = travel === 0 ? 0 : Math.min(1, Math.max(0, top / travel));
  return { offset: share * range(extent.full, extent.viewport), top };
}

/** The position with a true pixel at the top of the viewport, as near as the ends allow. */
export function movedTo(offset: number, extent: ScrollExtent): ScrollPosition {
  const last = range(extent.full, extent.viewport);
  const kept = Math.min(last, Math.max(0, offset));
  if (!isScaled(extent)) return { offset: kept, top: kept };
  const travel = range(extent.laidOut, extent.viewport);
  return { offset: kept, top: last === 0 ? 0 : Math.round((kept / last) * travel) };
}

/** The least movement that shows the whole row; the same offset where it is seen already. */
export function offsetToShow(row: number, rowHeight: number, offset: number, viewport: number): number {
  const start = row * rowHeight;
  if (start < offset) return start;
  const end = start + rowHeight;
  return end > offset + viewport ? end - viewport : offset;
}

/** Rows from `first` up to and without `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** The rows to draw: those in the viewport and `overscan` more on either side. */
export function visibleRows(
  offset: number,
  rows: number,
  rowHeight: number,
  viewport: number,
  overscan: number,
): RowRange {
  const first = Math.max(0, Math.floor(offset / rowHeight) - overscan);
  const end = Math.min(rows, Math.ceil((offset + viewport) / rowHeight) + overscan);
  return { first: Math.min(first, rows), end: Math.max(end, 0) };
}
