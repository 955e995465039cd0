import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  Clock,
  Info,
  type LucideIcon,
  OctagonX,
  ShieldAlert,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react';

const MARKS = {
  matched: { icon: CircleCheck, word: 'Matched', tone: 'ok' },
  suggested: { icon: CircleDashed, word: 'Suggested', tone: 'info' },
  pending: { icon: Clock, word: 'Pending', tone: 'warn' },
  break: { icon: TriangleAlert, word: 'Break', tone: 'bad' },
  unreconciled: { icon: CircleDashed, word: 'Not compared', tone: 'none' },
  verified: { icon: ShieldCheck, word: 'Verified', tone: 'ok' },
  differs: { icon: ShieldAlert, word: 'Differs', tone: 'bad' },
  unverified: { icon: CircleDashed, word: 'Not yet', tone: 'none' },
  rejected: { icon: Ban, word: 'Rejected', tone: 'bad' },
  breaking: { icon: OctagonX, word: 'Breaking', tone: 'bad' },
  warning: { icon: TriangleAlert, word: 'Warning', tone: 'warn' },
  info: { icon: Info, word: 'Info', tone: 'info' },
  open: { icon: CircleDashed, word: 'Open', tone: 'warn' },
  accepted: { icon: CircleCheck, word: 'Accepted', tone: 'ok' },
  retried: { icon: CircleCheck, word: 'Retried', tone: 'ok' },
  discarded: { icon: CircleSlash, word: 'Discarded', tone: 'none' },
  none: { icon: CircleSlash, word: 'None', tone: 'none' },
} as const satisfies Record<string, { icon: LucideIcon; word: string; tone: string }>;

export type MarkKind = keyof typeof MARKS;

/** A state as an icon and a word; the colour only repeats them. */
export function Mark({ kind, word }: { readonly kind: MarkKind; readonly word?: string }) {
  const mark = MARKS[kind];
  const Icon = mark.icon;
  return (
    <span className="mark" data-tone={mark.tone}>
      <Icon aria-hidden className="icon" />
      <span>{word ?? mark.word}</span>
    </span>
  );
}
