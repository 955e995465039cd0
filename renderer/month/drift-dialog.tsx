import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import type { DriftRow } from '../../shared/drift.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { DialogFrame } from '../ui/dialog-frame.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { count, counted } from '../ui/quantity.ts';
import { driftInWords } from './drift-words.ts';
import { decideDrift } from './queries.ts';

export interface DriftQuestion {
  readonly decision: 'accepted' | 'rejected';
  /** Null: all that are open. */
  readonly row: DriftRow | null;
}

interface DriftDialogProps {
  /** Null shows nothing. */
  readonly question: DriftQuestion | null;
  /** How many are open now: what is counted while it is asked may change. */
  readonly open: number;
  readonly month: string;
  readonly connection: string | null;
  readonly onClose: () => void;
}

export function DriftDialog({ question, onClose, ...of }: DriftDialogProps) {
  return (
    <DialogFrame isOpen={question !== null} onClose={onClose}>
      {question && <DriftForm question={question} onClose={onClose} {...of} />}
    </DialogFrame>
  );
}

function titleOf({ decision, row }: DriftQuestion, open: number): string {
  const verb = decision === 'accepted' ? 'Accept' : 'Reject';
  return row === null ? `${verb} all ${count(open)} that are open?` : `${verb} “${row.field}”?`;
}

interface DriftFormProps {
  readonly question: DriftQuestion;
  readonly open: number;
  readonly month: string;
  readonly connection: string | null;
  readonly onClose: () => void;
}

function DriftForm({ question, open, month, connection, onClose }: DriftFormProps) {
  const { decision, row } = question;
  const [note, setNote] = useState('');
  const announce = useAnnounce();
  const decide = useMutation({
    ...decideDrift,
    onSuccess(result, args, context, client) {
      announce('ok', `${counted(result.decided, 'finding')} ${decision}.`);
      onClose();
      return decideDrift.onSuccess?.(result, args, context, client);
    },
  });

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (note.trim() === '') return;
    const rows = row === null ? null : [{ runId: row.runId, position: row.position }];
    decide.mutate({ month, connection, decision, note: note.trim(), rows });
  }

  return (
    <form onSubmit={onSubmit} className="decision">
      <Heading slot="title">{titleOf(question, open)}</Heading>
      {row && (
        <p>
          {driftInWords(row)}: expected {row.expected}, seen {row.seen}.
        </p>
      )}
      <p>
        {decision === 'accepted'
          ? 'The accepted schema moves: from the next run on this is no drift.'
          : 'The vendor is to put it right: the accepted schema stays, and later runs show it as rejected.'}
      </p>
      <TextField className="field" value={note} onChange={setNote} isRequired autoFocus maxLength={2000}>
        <Label className="field-label">Note</Label>
        <Input className="input" placeholder="Why; it goes into the audit chain" />
      </TextField>
      {decide.error && <ErrorNotice error={decide.error} />}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Leave it open
        </Button>
        <Button
          type="submit"
          className="button primary"
          isDisabled={note.trim() === ''}
          isPending={decide.isPending}
        >
          {decision === 'accepted' ? 'Accept' : 'Reject'}
        </Button>
      </div>
    </form>
  );
}
