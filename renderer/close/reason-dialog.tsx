import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import { Label } from 'react-aria-components/Label';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import type { BridgeError } from '../bridge.ts';
import { DialogFrame } from '../ui/dialog-frame.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';

export interface CloseQuestion {
  readonly act: 'sign' | 'approve' | 'return' | 'reopen';
  readonly month: string;
  /** Of an act that can often do without a reason. */
  readonly reasonNeeded: boolean;
}

interface ReasonDialogProps {
  /** Null shows nothing. */
  readonly question: CloseQuestion | null;
  readonly pending: boolean;
  readonly error: BridgeError | null;
  readonly onDecide: (reason: string) => void;
  readonly onClose: () => void;
}

export function ReasonDialog({ question, onClose, ...form }: ReasonDialogProps) {
  return (
    <DialogFrame isOpen={question !== null} onClose={onClose}>
      {question && <ReasonForm question={question} onClose={onClose} {...form} />}
    </DialogFrame>
  );
}

const WORDS = {
  sign: {
    verb: 'Sign',
    text: 'You say as its preparer that the month is done. It is bound to the hashes of now.',
    needed: false,
  },
  approve: {
    verb: 'Approve',
    text: 'You say as its reviewer that what is signed is right. The month is locked then.',
    needed: false,
  },
  return: { verb: 'Return', text: 'Its preparer works on and signs it anew.', needed: true },
  reopen: {
    verb: 'Reopen',
    text: 'The lock goes, and with it the sign-off; both stay in the history.',
    needed: true,
  },
} as const;

function ReasonForm({
  question,
  pending,
  error,
  onDecide,
  onClose,
}: ReasonDialogProps & { readonly question: CloseQuestion }) {
  const [reason, setReason] = useState('');
  const { verb, text, needed: always } = WORDS[question.act];
  const needed = always || question.reasonNeeded;
  const missing = needed && reason.trim() === '';

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!missing) onDecide(reason.trim());
  }

  return (
    <form onSubmit={onSubmit} className="decision">
      <Heading slot="title">
        {verb} {question.month}?
      </Heading>
      <p>{text}</p>
      <TextField
        className="field"
        value={reason}
        onChange={setReason}
        isRequired={needed}
        autoFocus
        maxLength={2000}
      >
        <Label className="field-label">Reason</Label>
        <TextArea
          className="input letter-reason"
          rows={3}
          placeholder={needed ? 'Why; it goes into the audit chain' : 'If there is something to say'}
        />
      </TextField>
      {error && <ErrorNotice error={error} />}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Leave it
        </Button>
        <Button type="submit" className="button primary" isDisabled={missing} isPending={pending}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
