/** Fixed-height rows in a scrolling element: which are on the screen, and how to bring one there. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import {
  AT_TOP,
  extentOf,
  isScaled,
  movedTo,
  offsetToShow,
  type RowRange,
  type ScrollPosition,
  scrolledTo,
  visibleRows,
} from './scroll-scale.ts';

const OVERSCAN = 12;
const LINE_PX = 28;

interface VirtualScroll {
  /** The `ref` of the element that scrolls. */
  readonly attach: (element: HTMLElement | null) => void;
  readonly visible: RowRange;
  /** Height of the element inside the scroller, pixels. */
  readonly height: number;
  /** Where in it the first of the visible rows begins, pixels. */
  readonly blockTop: number;
  readonly rowsPerPage: number;
  /** The first row that is seen whole. */
  readonly topRow: number;
  readonly onScroll: () => void;
  readonly bringToView: (row: number) => void;
}

/**
 * @param headHeight pixels at the scroller's top that a sticky head covers
 * @param resetKey scrolls to the top whenever it changes
 */
export function useVirtualScroll(
  rows: number,
  rowHeight: number,
  headHeight: number,
  resetKey: string,
): VirtualScroll {
  const [scroller, attach] = useState<HTMLElement | null>(null);
  const [viewport, setViewport] = useState(0);
  const [position, setPosition] = useState<ScrollPosition>(AT_TOP);
  const latest = useRef<ScrollPosition>(AT_TOP);
  const extent = extentOf(rows, rowHeight, viewport);
  const scaled = isScaled(extent);

  const keep = useCallback((next: ScrollPosition) => {
    latest.current = next;
    setPosition(next);
  }, []);

  const moveTo = useCallback(
    (offset: number) => {
      const next = movedTo(offset, extentOf(rows, rowHeight, viewport));
      keep(next);
      if (scroller) scroller.scrollTop = next.top;
    },
    [rows, rowHeight, viewport, scroller, keep],
  );

  useLayoutEffect(() => {
    if (!scroller) return;
    const measure = () => setViewport(Math.max(0, scroller.clientHeight - headHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [scroller, headHeight]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs because the key changed
  useLayoutEffect(() => {
    keep(AT_TOP);
    if (scroller) scroller.scrollTop = 0;
  }, [resetKey, scroller, keep]);

  useEffect(() => {
    if (!scroller || !scaled) return;
    const onWheel = (event: WheelEvent) => {
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (event.ctrlKey || sideways || event.deltaY === 0) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE_PX : event.deltaY;
      moveTo(latest.current.offset + pixels);
    };
    scroller.addEventListener('wheel', onWheel, { passive: false });
    return () => scroller.removeEventListener('wheel', onWheel);
  }, [scroller, scaled, moveTo]);

  const visible = visibleRows(position.offset, rows, rowHeight, viewport, OVERSCAN);
  return {
    attach,
    visible,
    height: extent.laidOut,
    blockTop: position.top + visible.first * rowHeight - position.offset,
    topRow: Math.ceil(position.offset / rowHeight),
    rowsPerPage: Math.max(1, Math.floor(viewport / rowHeight) - 1),
    onScroll() {
      if (scroller) keep(scrolledTo(scroller.scrollTop, latest.current, extent));
    },
    bringToView(row) {
      const offset = offsetToShow(row, rowHeight, latest.current.offset, viewport);
      if (offset !== latest.current.offset) moveTo(offset);
    },
  };
}
