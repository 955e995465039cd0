/** Short news of what has ended: read out in a live region, shown for a while in the corner. */
import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { TONE_ICONS } from './notice.tsx';
import type { NoticeTone } from './tone.ts';

interface Announcement {
  readonly id: number;
  readonly tone: NoticeTone;
  readonly text: string;
}

type Announce = (tone: NoticeTone, text: string) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

const SHOWN_MS = 5000;
const SHOWN_AT_ONCE = 2;

export function useAnnounce(): Announce {
  return useContext(AnnounceContext);
}

export function Announcements({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<readonly Announcement[]>([]);
  const [spoken, setSpoken] = useState('');
  const next = useRef(0);

  const dismiss = useCallback((id: number) => setShown((was) => was.filter((one) => one.id !== id)), []);
  const announce = useCallback<Announce>(
    (tone, text) => {
      const id = next.current;
      next.current += 1;
      setSpoken(text);
      setShown((was) => [...was, { id, tone, text }].slice(-SHOWN_AT_ONCE));
      setTimeout(() => dismiss(id), SHOWN_MS);
    },
    [dismiss],
  );
  const toasts = useMemo(
    () =>
      shown.map(({ id, tone, text }) => {
        const Icon = TONE_ICONS[tone];
        return (
          <div key={id} className="toast" data-tone={tone}>
            <Icon aria-hidden className="icon" />
            <span>{text}</span>
            <Button className="button quiet square" aria-label="Dismiss" onPress={() => dismiss(id)}>
              <X aria-hidden className="icon" />
            </Button>
          </div>
        );
      }),
    [shown, dismiss],
  );

  return (
    <AnnounceContext value={announce}>
      {children}
      <div role="status" aria-label="News" aria-live="polite" className="unseen">
        {spoken}
      </div>
      <div className="toasts">{toasts}</div>
    </AnnounceContext>
  );
}
