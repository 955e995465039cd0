import { assertNever } from '../../shared/errors.ts';
import type { SiemTargetView } from '../../shared/siem.ts';
import { Mark } from '../ui/mark.tsx';
import { count, counted } from '../ui/quantity.ts';
import { clockTime, localTime } from '../ui/zoned-time.ts';

/** How it is with a target, in a word or two. */
export function TargetMark({ target }: { readonly target: SiemTargetView }) {
  switch (target.state) {
    case 'held':
      return <Mark kind="break" word="Needs attention" />;
    case 'waiting':
      return <Mark kind="pending" word="Waiting to retry" />;
    case 'sending':
      return <Mark kind="unreconciled" word="Sending" />;
    case 'idle':
      return target.behind === 0 ? (
        <Mark kind="matched" word="Up to date" />
      ) : (
        <Mark kind="unreconciled" word="Sending" />
      );
    case 'off':
      return <Mark kind="none" word="Not running" />;
    default:
      return assertNever(target.state);
  }
}

/** How far it has got. */
export function TargetProgress({ target }: { readonly target: SiemTargetView }) {
  return (
    <div className="connection-facts">
      <span>
        {target.lastSentAt === null
          ? 'Nothing sent yet'
          : `Event ${count(target.seq)} sent ${localTime(target.lastSentAt)}`}
      </span>
      {target.behind > 0 && <span>{counted(target.behind, 'event')} to go</span>}
      {target.refused > 0 && <span>{count(target.refused)} refused by the receiver</span>}
    </div>
  );
}

/** What went wrong last, and when it is tried again. */
export function TargetTrouble({ target }: { readonly target: SiemTargetView }) {
  if (target.error === null) return null;
  return (
    <p className="siem-trouble">
      {target.error.message} Since {localTime(target.error.at)}
      {target.retryAt !== null && `, next attempt at ${clockTime(target.retryAt)}`}.
    </p>
  );
}
