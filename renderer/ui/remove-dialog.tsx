import { Button } from 'react-aria-components/Button';
import { Heading } from 'react-aria-components/Heading';
import { DialogFrame } from './dialog-frame.tsx';

interface RemoveDialogProps {
  /** What is to be removed; null shows nothing. */
  readonly name: string | null;
  /** What goes with it, and what stays. */
  readonly text: string;
  readonly onCancel: () => void;
  readonly onRemove: (name: string) => void;
}

export function RemoveDialog({ name, text, onCancel, onRemove }: RemoveDialogProps) {
  return (
    <DialogFrame isOpen={name !== null} onClose={onCancel} isAlert>
      <Heading slot="title">Remove “{name}”?</Heading>
      <p>{text}</p>
      <div className="dialog-actions">
        <Button className="button" onPress={onCancel} autoFocus>
          Keep it
        </Button>
        <Button
          className="button danger"
          onPress={() => {
            if (name !== null) onRemove(name);
          }}
        >
          Remove
        </Button>
      </div>
    </DialogFrame>
  );
}
