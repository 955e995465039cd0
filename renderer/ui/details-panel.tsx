import { X } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';

interface DetailsPanelProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** What is known of the selected row, beside its table. */
export function DetailsPanel({ title, children, onClose }: DetailsPanelProps) {
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const inside = panel.current;
    const before = document.activeElement;
    return () => {
      // Who closes the panel from inside it goes back to the table.
      if (inside?.contains(document.activeElement) && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <aside
      ref={panel}
      className="details"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className="details-head">
        <h3>{title}</h3>
        <Button className="button quiet square" aria-label="Close details" onPress={onClose}>
          <X aria-hidden className="icon" />
        </Button>
      </header>
      <div className="details-body">{children}</div>
    </aside>
  );
}

/** A name and what it stands for, in a `dl.facts`. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
