import { useMutation } from '@tanstack/react-query';
import { Check, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import type { Month } from '../../shared/month.ts';
import type { MatchView } from '../../shared/rules.ts';
import { answered, bridge } from '../bridge.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { Field } from '../ui/field.tsx';

interface MatchesPaneProps {
  readonly month: Month;
  readonly matches: readonly MatchView[];
}

type Act = 'confirm' | 'reject' | 'unmatch' | 'restore';

/** Matches that rules made or suggested, and what analysts said of them. */
export function MatchesPane({ month, matches }: MatchesPaneProps) {
  const [reason, setReason] = useState('');
  const announce = useAnnounce();
  const deciding = useMutation({
    mutationFn: ({ act, matchId }: { readonly act: Act; readonly matchId: string }) =>
      answered(bridge()['matches.decide']({ month, act, matches: [matchId], reason })),
    onSuccess: () => announce('ok', 'Kept; the next reconciliation goes by it.'),
    onError: (error) => announce('bad', error.message),
  });
  const isDisabled = reason.trim() === '' || deciding.isPending;
  return (
    <section aria-label="Matches by rules">
      <h2>Matches by rules</h2>
      {matches.length === 0 ? (
        <p className="quiet">No rule beyond the first made or suggested a match.</p>
      ) : (
        <>
          <Field
            name="reason"
            label="Reason"
            hint="Goes with every decision into the audit chain."
            value={reason}
            error={undefined}
            onChange={setReason}
          />
          <ul className="rules-matches">
            {matches.map((match) => (
              <li key={match.matchId}>
                <div>
                  <strong>{match.state ?? 'no longer made'}</strong>{' '}
                  <code>{match.settlementId ?? match.matchId}</code>
                  <span className="quiet"> {match.rule === null ? 'by identity' : `by "${match.rule}"`}</span>
                  <div className="figure-line">
                    {match.etrmAmount ?? '–'} / {match.ledgerAmount ?? '–'} {match.currency ?? ''}
                  </div>
                  {match.decision !== null && (
                    <div className="quiet">
                      {match.decision} by {match.decidedBy}: {match.reason}
                    </div>
                  )}
                </div>
                <div className="rules-match-acts">
                  {actsOf(match).map(({ act, label, icon }) => (
                    <ActionButton
                      key={act}
                      label={label}
                      hint="Needs a reason; the next reconciliation goes by it"
                      icon={icon}
                      isDisabled={isDisabled}
                      onPress={() => deciding.mutate({ act, matchId: match.matchId })}
                    />
                  ))}
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function actsOf({ state, decision }: MatchView) {
  if (decision !== null) return [{ act: 'restore', label: 'Take back', icon: Undo2 }] as const;
  if (state === 'suggested')
    return [
      { act: 'confirm', label: 'Confirm', icon: Check },
      { act: 'reject', label: 'Reject', icon: X },
    ] as const;
  return [{ act: 'unmatch', label: 'Unmatch', icon: X }] as const;
}
