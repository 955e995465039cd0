/** A dense table over any number of rows: drawn by what is on the screen, worked by the keyboard. */
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
} from 'react';
import { ErrorNotice } from './error-notice.tsx';
import { count } from './quantity.ts';
import { useVirtualScroll } from './virtual-scroll.ts';
import type { WindowedRows } from './windowed-rows.ts';

const ROW_PX = 28;
const HEAD_PX = 28;

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** Columns in a row that bear the same group stand under one heading. */
  readonly group?: string;
  /** Least width, pixels. */
  readonly width: number;
  /** Takes a share of the room that is left. */
  readonly grow?: number;
  readonly align?: 'end';
  readonly cell: (row: Row) => ReactNode;
  /** On hover, and for what does not fit. */
  readonly title?: (row: Row) => string;
}

interface RowGridProps<Row> {
  readonly label: string;
  readonly rows: WindowedRows<Row>;
  readonly columns: readonly Column<Row>[];
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
  /** Enter, or a click. */
  readonly onOpen?: (index: number) => void;
  /** Escape. */
  readonly onClose?: () => void;
  /** Space, on the selected row. */
  readonly onMark?: (index: number) => void;
  /** What Ctrl+C copies of the selected row. */
  readonly copyText?: (row: Row) => string;
  readonly tone?: (row: Row) => 'bad' | 'warn' | 'mark' | undefined;
  readonly empty: ReactNode;
}

export function RowGrid<Row>(props: RowGridProps<Row>) {
  const { rows, columns, selected } = props;
  const id = useId();
  const total = rows.total ?? 0;
  const hasGroups = columns.some((column) => column.group !== undefined);
  const headPx = hasGroups ? HEAD_PX * 2 : HEAD_PX;
  const scroll = useVirtualScroll(total, ROW_PX, headPx, rows.key);
  const { first, end } = scroll.visible;
  const { show } = rows;
  useEffect(() => show({ first, end }), [show, first, end]);
  const focused = useRef(false);
  const emptied = useRef<HTMLDivElement>(null);
  const isEmpty = rows.total === 0;
  // Where the last row went by an act on it, the focus stays in the table's place instead of nowhere.
  useLayoutEffect(() => {
    if (isEmpty && focused.current) emptied.current?.focus();
    if (isEmpty) focused.current = false;
  }, [isEmpty]);

  const template = columns
    .map(({ width, grow }) => (grow === undefined ? `${width}px` : `minmax(${width}px, ${grow}fr)`))
    .join(' ');
  const minWidth = columns.reduce((sum, { width }) => sum + width, 0);
  const drawn = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
  const activeShown = selected !== null && selected >= first && selected < end;

  function select(index: number): void {
    if (total === 0) return;
    const kept = Math.min(total - 1, Math.max(0, index));
    props.onSelect(kept);
    scroll.bringToView(kept);
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    if (event.altKey || event.target !== event.currentTarget) return;
    const at = selected ?? scroll.topRow - 1;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === 'Home') select(0);
      else if (event.key === 'End') select(total - 1);
      else return;
    } else if (event.key === 'ArrowDown') select(at + 1);
    else if (event.key === 'ArrowUp') select(at - 1);
    else if (event.key === 'PageDown') select(at + scroll.rowsPerPage);
    else if (event.key === 'PageUp') select(at - scroll.rowsPerPage);
    else if (event.key === 'Home') select(0);
    else if (event.key === 'End') select(total - 1);
    else if (event.key === 'Enter' && selected !== null) props.onOpen?.(selected);
    else if (event.key === 'Escape' && props.onClose) props.onClose();
    else if (event.key === ' ' && selected !== null && props.onMark) props.onMark(selected);
    else return;
    event.preventDefault();
  }

  /** Ctrl+C, or Copy in the menu; marked text is copied as ever. */
  function onCopy(event: ClipboardEvent<HTMLDivElement>): void {
    const row = selected === null ? undefined : rows.rowAt(selected);
    if (row === undefined || !props.copyText || getSelection()?.isCollapsed === false) return;
    event.clipboardData.setData('text/plain', props.copyText(row));
    event.preventDefault();
  }

  if (rows.error && rows.total === null) {
    return (
      <div className="grid-state">
        <ErrorNotice error={rows.error} onRetry={rows.retry} />
      </div>
    );
  }
  if (isEmpty) {
    return (
      <div ref={emptied} className="grid-state" tabIndex={-1}>
        {props.empty}
      </div>
    );
  }

  return (
    <div className="grid-frame">
      {rows.error && <ErrorNotice error={rows.error} onRetry={rows.retry} />}
      {/* biome-ignore lint/a11y/useSemanticElements: a <table> cannot be scrolled by windows of rows */}
      <div
        ref={scroll.attach}
        className="grid"
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.total === null ? -1 : rows.total + (hasGroups ? 2 : 1)}
        aria-colcount={columns.length}
        aria-busy={rows.total === null}
        aria-activedescendant={activeShown ? `${id}-${selected}` : undefined}
        tabIndex={0}
        onFocus={() => {
          focused.current = true;
        }}
        onBlur={() => {
          focused.current = false;
        }}
        onScroll={scroll.onScroll}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
      >
        <GridHead columns={columns} template={template} minWidth={minWidth} hasGroups={hasGroups} />
        {rows.total === null ? (
          <Waiting />
        ) : (
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div role="rowgroup" className="grid-body" style={{ height: scroll.height, minWidth }}>
            <div
              className="grid-block"
              role="presentation"
              style={{ transform: `translateY(${scroll.blockTop}px)` }}
            >
              {drawn.map((index) => {
                const row = rows.rowAt(index);
                return (
                  // biome-ignore lint/a11y/useSemanticElements: see above
                  // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus (aria-activedescendant)
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys
                  <div
                    key={index}
                    id={`${id}-${index}`}
                    role="row"
                    className="grid-row"
                    aria-rowindex={index + (hasGroups ? 3 : 2)}
                    aria-selected={index === selected}
                    aria-busy={row === undefined}
                    data-odd={index % 2 === 1 || undefined}
                    data-tone={row === undefined ? undefined : props.tone?.(row)}
                    style={{ gridTemplateColumns: template }}
                    onClick={() => {
                      select(index);
                      props.onOpen?.(index);
                    }}
                  >
                    {row === undefined ? (
                      <Skeleton columns={columns.length} />
                    ) : (
                      <Cells row={row} columns={columns} />
                    )}
                  </div>
                );
              })}
            </div>
          </div>
        )}
      </div>
    </div>
  );
}

function Cells<Row>({ row, columns }: { readonly row: Row; readonly columns: readonly Column<Row>[] }) {
  return columns.map((column, at) => (
    // biome-ignore lint/a11y/useSemanticElements: see RowGrid
    // biome-ignore lint/a11y/useFocusableInteractive: see RowGrid
    <div
      key={column.id}
      role="gridcell"
      aria-colindex={at + 1}
      className="grid-cell"
      data-align={column.align}
      data-column={column.id}
      title={column.title?.(row)}
      onMouseEnter={column.title ? undefined : showWhole}
    >
      {column.cell(row)}
    </div>
  ));
}

/** What does not fit is there on hover; a row's place may show another row by the next time. */
function showWhole({ currentTarget: cell }: MouseEvent<HTMLElement>): void {
  cell.title = cell.scrollWidth > cell.clientWidth ? (cell.textContent ?? '') : '';
}

function Skeleton({ columns }: { readonly columns: number }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see RowGrid
    // biome-ignore lint/a11y/useFocusableInteractive: see RowGrid
    <div role="gridcell" className="grid-skeleton" aria-colspan={columns} aria-label="Loading" />
  );
}

function Waiting() {
  return (
    <div className="grid-waiting" role="presentation">
      {Array.from({ length: 12 }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={at} className="grid-skeleton" />
      ))}
    </div>
  );
}

interface GridHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly minWidth: number;
  readonly hasGroups: boolean;
}

function GridHead<Row>({ columns, template, minWidth, hasGroups }: GridHeadProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see RowGrid
    <div role="rowgroup" className="grid-head" style={{ minWidth }}>
      {hasGroups && (
        // biome-ignore lint/a11y/useSemanticElements: see RowGrid
        // biome-ignore lint/a11y/useFocusableInteractive: see RowGrid
        <div role="row" aria-rowindex={1} className="grid-headrow" style={{ gridTemplateColumns: template }}>
          {groupsOf(columns).map(({ group, from, span }) => (
            // biome-ignore lint/a11y/useSemanticElements: see RowGrid
            // biome-ignore lint/a11y/useFocusableInteractive: see RowGrid
            <div
              key={from}
              role="columnheader"
              aria-colindex={from + 1}
              aria-colspan={span}
              className="grid-group"
              data-named={group !== undefined || undefined}
              style={{ gridColumn: `span ${span}` }}
            >
              {group}
            </div>
          ))}
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: see RowGrid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see RowGrid */}
      <div
        role="row"
        aria-rowindex={hasGroups ? 2 : 1}
        className="grid-headrow"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((column, at) => (
          // biome-ignore lint/a11y/useSemanticElements: see RowGrid
          // biome-ignore lint/a11y/useFocusableInteractive: see RowGrid
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={at + 1}
            className="grid-cell"
            data-align={column.align}
            data-column={column.id}
            title={column.header}
          >
            {column.header}
          </div>
        ))}
      </div>
    </div>
  );
}

interface Group {
  readonly group: string | undefined;
  readonly from: number;
  readonly span: number;
}

function groupsOf<Row>(columns: readonly Column<Row>[]): readonly Group[] {
  const groups: Group[] = [];
  columns.forEach(({ group }, at) => {
    const last = groups.at(-1);
    if (last && last.group === group) groups[groups.length - 1] = { ...last, span: last.span + 1 };
    else groups.push({ group, from: at, span: 1 });
  });
  return groups;
}

/** `Row 12 of 1,000,000`, under a grid. */
export function RowCount({
  rows,
  selected,
  noun,
}: {
  readonly rows: WindowedRows<unknown>;
  readonly selected: number | null;
  readonly noun: string;
}) {
  if (rows.total === null) return rows.error ? null : <span className="row-count">Counting…</span>;
  const all = `${count(rows.total)} ${rows.total === 1 ? noun : `${noun}s`}`;
  return (
    <span className="row-count">{selected === null ? all : `Row ${count(selected + 1)} of ${all}`}</span>
  );
}
