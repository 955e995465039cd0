import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import type { ReasonCode } from '../../shared/breaks.ts';
import type { BridgeError } from '../bridge.ts';
import { Choice } from '../ui/choice.tsx';
import { DialogFrame } from '../ui/dialog-frame.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { AskedLine } from '../ui/progress-line.tsx';
import type { BreakChange } from './queries.ts';

export type AskedAct = BreakChange['act'];

interface ActDialogProps {
  /** Null shows nothing. */
  readonly act: AskedAct | null;
  /** What it is about: "3 marked breaks". */
  readonly breaks: string;
  readonly reasons: readonly ReasonCode[];
  readonly pending: boolean;
  readonly error: BridgeError | null;
  readonly onAct: (change: BreakChange) => void;
  readonly onClose: () => void;
}

/** Asks for what an act needs: to whom, which reason, which words. */
export function ActDialog({ act, onClose, ...form }: ActDialogProps) {
  return (
    <DialogFrame isOpen={act !== null} onClose={onClose}>
      {act && <ActForm act={act} onClose={onClose} {...form} />}
    </DialogFrame>
  );
}

const WORDS: Readonly<
  Record<
    AskedAct,
    { readonly verb: string; readonly text: string; readonly note: 'needed' | 'free' | 'none' }
  >
> = {
  assign: { verb: 'Assign', text: 'Who is to work them. Nobody, where it is left empty.', note: 'none' },
  comment: { verb: 'Comment', text: 'It stays in the history.', note: 'needed' },
  resolve: {
    verb: 'Resolve',
    text: 'They need no more work. One that is about another amount later is open again.',
    note: 'free',
  },
  'write-off': {
    verb: 'Write off',
    text: 'Up to the limit of their currency; any above it is refused, and then none is written off.',
    note: 'free',
  },
  reopen: { verb: 'Reopen', text: 'Their decision no longer stands; it stays in the history.', note: 'free' },
  suppress: {
    verb: 'Suppress',
    text: 'They are left out now and in every reconciliation to come, whatever their amount, until that is lifted.',
    note: 'needed',
  },
  lift: { verb: 'Lift the suppression of', text: 'They count again.', note: 'free' },
  'suppress-future': {
    verb: 'Suppress in every month',
    text: 'They are left out, and so is each break of the same trade, leg, location, charge type and category that later reconciliations find, in any month, until that is lifted.',
    note: 'needed',
  },
  'lift-future': {
    verb: 'Lift in every month',
    text: 'They count again, and so do those that later reconciliations find. What was suppressed in other months stays so until it is lifted there.',
    note: 'free',
  },
};

function changeOf(act: AskedAct, reason: string, text: string): BreakChange {
  if (act === 'assign') return { act, assignee: text };
  if (act === 'comment') return { act, note: text };
  if (act === 'resolve' || act === 'write-off') return { act, reason, note: text };
  return { act, note: text };
}

function ActForm({
  act,
  breaks,
  reasons,
  pending,
  error,
  onAct,
  onClose,
}: ActDialogProps & { readonly act: AskedAct }) {
  const [reason, setReason] = useState<string | null>(null);
  const [text, setText] = useState('');
  const words = WORDS[act];
  const needsReason = act === 'resolve' || act === 'write-off';
  const missing =
    (needsReason && reason === null) ||
    ((words.note === 'needed' || reason === 'OTHER') && text.trim() === '');
  const meaning = reasons.find(({ code }) => code === reason)?.text;

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!missing) onAct(changeOf(act, reason ?? '', text.trim()));
  }

  return (
    <form onSubmit={onSubmit} className="decision">
      <Heading slot="title">
        {words.verb} {breaks}?
      </Heading>
      <p>{words.text}</p>
      {needsReason && (
        <div className="act-reason">
          <Choice
            label="Reason"
            options={reasons.map(({ code }) => code)}
            value={reason}
            onChange={setReason}
            placeholder="Choose a reason"
            autoFocus
          />
          {meaning && <span className="quiet-text">{meaning}</span>}
        </div>
      )}
      <TextField
        className="field"
        value={text}
        onChange={setText}
        autoFocus={!needsReason}
        maxLength={act === 'assign' ? 200 : 2000}
      >
        <Label className="field-label">{act === 'assign' ? 'Assignee' : 'Note'}</Label>
        {act === 'assign' ? (
          <Input className="input" />
        ) : (
          <TextArea
            className="input letter-reason"
            rows={3}
            placeholder={
              words.note === 'needed' ? 'Why; it goes into the audit chain' : 'More words, if they matter'
            }
          />
        )}
      </TextField>
      {pending && <AskedLine label="break-act" what="Waiting for what is under way" />}
      {error && <ErrorNotice error={error} />}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Leave them
        </Button>
        <Button type="submit" className="button primary" isDisabled={missing} isPending={pending}>
          {words.verb.split(' ', 1)[0] === 'Write' ? 'Write off' : words.verb.split(' ', 1)[0]}
        </Button>
      </div>
    </form>
  );
}
