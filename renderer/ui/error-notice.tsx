import { Button } from 'react-aria-components/Button';
import type { ErrorShape } from '../../shared/errors.ts';
import { adviceFor } from './advice.ts';
import { Notice } from './notice.tsx';

interface ErrorNoticeProps {
  readonly error: ErrorShape;
  readonly onRetry?: () => void;
  readonly onDismiss?: () => void;
}

/** An error with its sentence, its code, what to do and what is known beside it. */
export function ErrorNotice({ error, onRetry, onDismiss }: ErrorNoticeProps) {
  const advice = adviceFor(error.code);
  const details = Object.entries(error.details);
  // Who cancels needs no code to ask about.
  const isWished = error.code === 'cancelled';
  return (
    <Notice
      tone={isWished ? 'info' : 'bad'}
      urgent
      {...(onDismiss && { onDismiss })}
      actions={
        onRetry && (
          <Button className="button" onPress={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <span>{error.message}</span> {advice && <span className="notice-advice">{advice} </span>}
      {!isWished && <code className="error-code">{error.code}</code>}
      {details.length > 0 && (
        <details className="error-details">
          <summary>Details</summary>
          <dl className="facts">
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {Array.isArray(value) ? value.map((line) => <div key={line}>{line}</div>) : String(value)}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </Notice>
  );
}
