import { useMutation } from '@tanstack/react-query';
import { LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Binding, CloseAct, CloseState, CloseStatus, Right } from '../../shared/close.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Fact } from '../ui/details-panel.tsx';
import { Mark, type MarkKind } from '../ui/mark.tsx';
import { Notice } from '../ui/notice.tsx';
import { count, counted } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';
import { MonthFigures } from './month-figures.tsx';
import { actOnClose } from './queries.ts';
import { type CloseQuestion, ReasonDialog } from './reason-dialog.tsx';

const STATES: Readonly<Record<CloseState, { readonly kind: MarkKind; readonly word: string }>> = {
  open: { kind: 'open', word: 'Open' },
  signed: { kind: 'pending', word: 'Signed, waits for a reviewer' },
  approved: { kind: 'verified', word: 'Approved and locked' },
  returned: { kind: 'warning', word: 'Returned to its preparer' },
  reopened: { kind: 'warning', word: 'Reopened' },
};

const ACT_WORDS: Readonly<Record<CloseAct['act'], string>> = {
  signed: 'Signed',
  approved: 'Approved',
  returned: 'Returned',
  reopened: 'Reopened',
};

const RIGHT_WORDS: Readonly<Record<Right, string>> = {
  prepare: 'prepare',
  review: 'review',
  suppress: 'suppress breaks',
  'suppress-future': 'suppress them in every month',
  'write-off': 'write off',
};
const list = new Intl.ListFormat('en', { type: 'conjunction' });

function rightsInWords(rights: readonly Right[]): string {
  return rights.length === 0 ? 'do nothing here' : list.format(rights.map((right) => RIGHT_WORDS[right]));
}

export function SignOffPane({ status }: { readonly status: CloseStatus }) {
  const [question, setQuestion] = useState<CloseQuestion | null>(null);
  const announce = useAnnounce();
  const acting = useMutation({
    ...actOnClose,
    onSuccess(done, args, context, client) {
      announce('ok', `${args.month} ${ACT_WORDS[done.act].toLowerCase()} by ${done.actor}.`);
      setQuestion(null);
      return actOnClose.onSuccess?.(done, args, context, client);
    },
  });
  const ask = (act: CloseQuestion['act']) => {
    acting.reset();
    setQuestion({ act, month: status.month, reasonNeeded: act === 'sign' && status.reasonNeeded });
  };
  const { kind, word } = STATES[status.state];
  const Lock = status.locked ? LockKeyhole : LockKeyholeOpen;
  return (
    <div className="close-body">
      <MonthFigures month={status.month} />
      <section className="close-card" aria-label="State of the close">
        <h2>
          <Lock aria-hidden className="icon" /> {status.month} <Mark kind={kind} word={word} />
        </h2>
        <p className="quiet-text">
          You act as <strong>{status.actor}</strong>, who may {rightsInWords(status.rights)}.
        </p>
        {status.obstacles.map((obstacle) => (
          <Notice key={obstacle} tone="warn">
            Before it can be signed: {obstacle}.
          </Notice>
        ))}
        {status.moved.map(({ part, signed, now }) => (
          <Notice key={part} tone="bad">
            {part} has moved since it was signed: then {signed}, now {now}.
          </Notice>
        ))}
        {status.sameLogin && (
          <Notice tone="info">
            Signed and approved under one login of the operating system: who the two were is what they said.
          </Notice>
        )}
        <div className="close-actions">
          {(status.state === 'open' || status.state === 'returned' || status.state === 'reopened') && (
            <Button
              className="button primary"
              isDisabled={status.obstacles.length > 0 && !status.reasonNeeded}
              onPress={() => ask('sign')}
            >
              Sign…
            </Button>
          )}
          {status.state === 'signed' && (
            <>
              <Button className="button primary" onPress={() => ask('approve')}>
                Approve…
              </Button>
              <Button className="button" onPress={() => ask('return')}>
                Return…
              </Button>
            </>
          )}
          {status.state === 'approved' && (
            <Button className="button" onPress={() => ask('reopen')}>
              Reopen…
            </Button>
          )}
        </div>
        <h3>History</h3>
        {status.history.length === 0 ? (
          <p className="quiet-text">Nobody has signed it yet.</p>
        ) : (
          <ul className="reasons" aria-label="History of the close">
            {status.history.toReversed().map(({ seq, act, at, actor, login, reason }) => (
              <li key={seq} title={at}>
                {ACT_WORDS[act]} by <strong>{actor}</strong>
                {login !== actor && ` (login ${login})`}
                {reason !== null && <>: {reason}</>}
                <div className="quiet-text">
                  {localTime(at)}, audit event {seq}
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="close-card" aria-label="What is signed">
        <h2>What is signed</h2>
        {status.binding ? (
          <Bound binding={status.binding} digest={status.bindingSha256} />
        ) : (
          <p className="quiet-text">
            A signature binds the runs, extracts, mappings, profiles, rules, the reconciliation, every
            decision on a break and the head of the audit chain, each by its hash.{' '}
            {counted(status.openBreaks, 'break')} without a decision now.
          </p>
        )}
      </section>
      <ReasonDialog
        question={question}
        pending={acting.isPending}
        error={acting.error}
        onDecide={(reason) => {
          if (question) acting.mutate({ month: question.month, act: question.act, reason });
        }}
        onClose={() => setQuestion(null)}
      />
    </div>
  );
}

function Hash({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <>
      <span className="hex" title={value}>
        {value.slice(0, 16)}…
      </span>
      <CopyButton text={value} what={what} />
    </>
  );
}

function Bound({ binding, digest }: { readonly binding: Binding; readonly digest: string | null }) {
  const breaks = Object.entries(binding.breaks).filter(([, n]) => n > 0);
  return (
    <dl className="facts">
      {digest !== null && (
        <Fact name="Binding">
          <Hash value={digest} what="binding" />
        </Fact>
      )}
      <Fact name="Reconciliation">
        <Hash value={binding.recon_sha256} what="reconciliation hash" />
      </Fact>
      <Fact name="Rules">
        <Hash value={binding.rules_sha256} what="rule hash" />
      </Fact>
      {binding.runs.map((run) => (
        <Fact key={run.run_id} name={`Run of ${run.resource}`}>
          <Hash value={run.run_sha256} what="run hash" />
        </Fact>
      ))}
      {binding.runs.map((run) =>
        run.profile_sha256 === null ? null : (
          <Fact key={run.run_id} name={`Profile of ${run.resource}`}>
            <Hash value={run.profile_sha256} what="profile hash" />
          </Fact>
        ),
      )}
      {binding.extracts.map((extract) => (
        <Fact key={extract.import_id} name={extract.file_name}>
          <Hash value={extract.file_sha256} what="extract hash" />
        </Fact>
      ))}
      <Fact name="Breaks">
        {breaks.map(([state, n]) => `${count(n)} ${state}`).join(', ') || 'none'}{' '}
        <Hash value={binding.breaks_sha256} what="break hash" />
      </Fact>
      <Fact name="Other items">
        {count(binding.matched)} matched, {count(binding.pending)} pending
      </Fact>
      <Fact name={`Audit event ${binding.audit_seq}`}>
        <Hash value={binding.audit_head} what="audit head" />
      </Fact>
    </dl>
  );
}
