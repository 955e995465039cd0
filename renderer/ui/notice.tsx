import { CircleCheck, CircleX, Info, type LucideIcon, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import type { NoticeTone } from './tone.ts';

export const TONE_ICONS: Readonly<Record<NoticeTone, LucideIcon>> = {
  info: Info,
  ok: CircleCheck,
  warn: TriangleAlert,
  bad: CircleX,
};

interface NoticeProps {
  readonly tone: NoticeTone;
  readonly children: ReactNode;
  /** Buttons at the end of the line. */
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
  /** Read out when it appears. */
  readonly urgent?: boolean;
}

/** One matter that the analyst should know of, where it matters. */
export function Notice({ tone, children, actions, onDismiss, urgent = false }: NoticeProps) {
  const Icon = TONE_ICONS[tone];
  return (
    <div className="notice" data-tone={tone} role={urgent ? 'alert' : 'note'}>
      <Icon aria-hidden className="icon" />
      <div className="notice-text">{children}</div>
      {actions}
      {onDismiss && (
        <Button className="button quiet square" aria-label="Dismiss" onPress={onDismiss}>
          <X aria-hidden className="icon" />
        </Button>
      )}
    </div>
  );
}
