import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import { Label } from 'react-aria-components/Label';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import type { BridgeError } from '../bridge.ts';
import { DialogFrame } from '../ui/dialog-frame.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';

export interface LetterQuestion {
  readonly act: 'discard' | 'reopen';
  /** What it is about: "3 marked dead letters". */
  readonly letters: string;
}

interface LetterDialogProps {
  /** Null shows nothing. */
  readonly question: LetterQuestion | null;
  readonly pending: boolean;
  readonly error: BridgeError | null;
  readonly onDecide: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks why: a discard needs a reason, a reopening may have one. */
export function LetterDialog({ question, onClose, ...form }: LetterDialogProps) {
  return (
    <DialogFrame isOpen={question !== null} onClose={onClose}>
      {question && <ReasonForm question={question} onClose={onClose} {...form} />}
    </DialogFrame>
  );
}

interface ReasonFormProps extends Omit<LetterDialogProps, 'question'> {
  readonly question: LetterQuestion;
}

const WORDS = {
  discard: {
    verb: 'Discard',
    text: 'They stay in the workspace and in every count of dead letters, and can be opened again. No total has them.',
    hint: 'Why; it goes into the audit chain and the report',
  },
  reopen: {
    verb: 'Reopen',
    text: 'They are open again: they can be retried, or discarded for another reason.',
    hint: 'Why, if it matters',
  },
} as const;

function ReasonForm({ question, pending, error, onDecide, onClose }: ReasonFormProps) {
  const [reason, setReason] = useState('');
  const { verb, text, hint } = WORDS[question.act];
  const missing = question.act === 'discard' && reason.trim() === '';

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!missing) onDecide(reason.trim());
  }

  return (
    <form onSubmit={onSubmit} className="decision">
      <Heading slot="title">
        {verb} {question.letters}?
      </Heading>
      <p>{text}</p>
      <TextField
        className="field"
        value={reason}
        onChange={setReason}
        isRequired={question.act === 'discard'}
        autoFocus
        maxLength={2000}
      >
        <Label className="field-label">Reason</Label>
        <TextArea className="input letter-reason" rows={3} placeholder={hint} />
      </TextField>
      {error && <ErrorNotice error={error} />}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Leave them
        </Button>
        <Button type="submit" className="button primary" isDisabled={missing} isPending={pending}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
