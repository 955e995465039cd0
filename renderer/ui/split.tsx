import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from 'react';

interface SplitProps {
  /** Of the bar between: "Resize the retry log". */
  readonly label: string;
  /** Share of the second pane at first, per cent. */
  readonly initial: number;
  readonly children: readonly [ReactNode, ReactNode];
}

const LEAST = 20;
const MOST = 70;

/** Two panes side by side with a bar between that the pointer or the arrow keys move. */
export function Split({ label, initial, children }: SplitProps) {
  const [share, setShare] = useState(initial);
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const set = (next: number) => setShare(Math.min(MOST, Math.max(LEAST, next)));

  function onPointerMove(event: PointerEvent<HTMLDivElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !frame.current) return;
    const box = frame.current.getBoundingClientRect();
    set(((box.right - event.clientX) / box.width) * 100);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft') set(share + 2);
    else if (event.key === 'ArrowRight') set(share - 2);
    else if (event.key === 'Home') set(MOST);
    else if (event.key === 'End') set(LEAST);
    else return;
    event.preventDefault();
  }

  return (
    <div className="split" ref={frame}>
      <div className="split-pane" style={{ flexGrow: 100 - share }}>
        {children[0]}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: an <hr> does not move */}
      <div
        className="split-bar"
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={Math.round(share)}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        aria-controls={`${id}-second`}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onDoubleClick={() => setShare(initial)}
        onKeyDown={onKeyDown}
      />
      <div className="split-pane" id={`${id}-second`} style={{ flexGrow: share }}>
        {children[1]}
      </div>
    </div>
  );
}
