import { FlaskConical, PlugZap } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { BridgeError } from '../bridge.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';

interface WelcomeProps {
  readonly opening: boolean;
  readonly error: BridgeError | null;
  readonly onSample: () => void;
  readonly onConnect: () => void;
}

const STEPS = [
  ['Sync', 'the month’s settlement records, page by page, each page hashed'],
  ['Import', 'the ledger extract'],
  ['Reconcile', 'and work the breaks'],
  ['Verify', 'every hash against the stored evidence'],
  ['Export', 'a report that others can check'],
] as const;

/** The first thing a new analyst sees: what this is for, and two ways in. */
export function Welcome({ opening, error, onSample, onConnect }: WelcomeProps) {
  return (
    <main className="welcome">
      <div className="welcome-card">
        <h1>Tie out a settlement month</h1>
        <p>
          Prove that nothing was lost or altered between your ETRM vendor and your ledger, and explain every
          difference.
        </p>
        <ol className="welcome-steps">
          {STEPS.map(([verb, rest]) => (
            <li key={verb}>
              <strong>{verb}</strong> {rest}
            </li>
          ))}
        </ol>
        {error && <ErrorNotice error={error} />}
        <div className="welcome-actions">
          <Button className="button primary large" isPending={opening} onPress={onSample}>
            <FlaskConical aria-hidden className="icon" />
            {opening ? 'Opening the sample…' : 'Try it with sample data'}
          </Button>
          <Button className="button large" isDisabled={opening} onPress={onConnect}>
            <PlugZap aria-hidden className="icon" />
            Add a connection
          </Button>
        </div>
        <p className="quiet-text">
          The sample has a made-up vendor and ledger, in a workspace of its own. It needs no network and
          touches nothing of yours.
        </p>
      </div>
    </main>
  );
}
