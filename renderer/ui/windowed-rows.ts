/** Rows of a snapshot of any length, fetched by windows around what is on the screen. */
import { queryOptions, useIsFetching, useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RowWindow } from '../../shared/views.ts';
import type { BridgeError } from '../bridge.ts';
import { WINDOW_ROWS, windowOf, windowsFor } from './row-windows.ts';
import type { RowRange } from './scroll-scale.ts';

/** A snapshot: the key names it with its filter, `fetch` reads a window of it. */
export interface RowSource<Row> {
  readonly key: readonly (string | boolean | number | null)[];
  readonly fetch: (offset: number, limit: number) => Promise<RowWindow<Row>>;
}

export interface WindowedRows<Row> {
  /** Changes with the snapshot and its filter, not with its rows. */
  readonly key: string;
  /** Null while it is not known. */
  readonly total: number | null;
  /** Undefined while its window is on the way. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly error: BridgeError | null;
  readonly show: (range: RowRange) => void;
  readonly retry: () => void;
}

/** New windows are asked for at most this often, so that dragging over a million rows asks for a few of them. */
const ASK_EVERY_MS = 90;
const KEEP_MS = 60_000;
const NEAR_ROWS = 60;

function near({ first, end }: RowRange, total: number | null): RowRange {
  const last = total === null ? end : Math.min(total, end + NEAR_ROWS);
  return { first: Math.max(0, first - NEAR_ROWS), end: Math.max(first + 1, last) };
}

/**
 * The value as it was at most `ms` ago: a change is passed on at once, the next one after the pause. While what was asked
 * before is not answered, nothing is passed on: what was scrolled past meanwhile is never asked for.
 */
function useThrottled<Value>(value: Value, ms: number, isBusy: boolean): Value {
  const [passed, setPassed] = useState(value);
  const last = useRef(0);
  useEffect(() => {
    if (isBusy) return;
    const wait = Math.max(0, last.current + ms - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      setPassed(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, ms, isBusy]);
  return passed;
}

export function useWindowedRows<Row>(source: RowSource<Row>): WindowedRows<Row> {
  const key = JSON.stringify(source.key);
  const [shown, setShown] = useState({ key, numbers: '0' });
  const [lastTotal, setLastTotal] = useState<{ key: string; total: number } | null>(null);
  const wanted = shown.key === key ? shown.numbers : '0';
  const isBusy = useIsFetching({ queryKey: source.key }) > 0;
  const asked = useThrottled(`${key} ${wanted}`, ASK_EVERY_MS, isBusy);
  const numbers = wanted.split(',').map(Number);
  const settled = asked === `${key} ${wanted}`;

  const results = useQueries({
    queries: numbers.map((number) =>
      queryOptions({
        queryKey: [...source.key, number],
        queryFn: () => source.fetch(number * WINDOW_ROWS, WINDOW_ROWS),
        gcTime: KEEP_MS,
        enabled: settled || number === 0,
      }),
    ),
  });

  const newest = results.reduce((best, result) =>
    result.dataUpdatedAt > best.dataUpdatedAt ? result : best,
  );
  const known = lastTotal?.key === key ? lastTotal.total : null;
  const total = newest.data?.total ?? known;
  if (total !== null && total !== known) setLastTotal({ key, total });

  const byNumber = new Map(numbers.map((number, at) => [number, results[at]?.data]));
  const failed = results.find((result) => result.error !== null);

  const show = useCallback(
    (range: RowRange) => {
      const next = windowsFor(near(range, total)).join(',');
      setShown((was) => (was.key === key && was.numbers === next ? was : { key, numbers: next }));
    },
    [key, total],
  );

  return {
    key,
    total,
    rowAt(index) {
      const { window, place } = windowOf(index);
      return byNumber.get(window)?.rows[place];
    },
    error: failed?.error ?? null,
    show,
    retry() {
      for (const result of results) if (result.error !== null) void result.refetch();
    },
  };
}
