interface FigureProps {
  readonly name: string;
  readonly bad?: boolean;
  readonly children: string;
}

/** A number and what it counts. */
export function Figure({ name, bad = false, children }: FigureProps) {
  return (
    <span className="figure" data-bad={bad || undefined}>
      <b>{children}</b> {name}
    </span>
  );
}
