import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

interface RemoveDialogProps {
  /** The connection to remove; null shows nothing. */
  readonly name: string | null;
  readonly onCancel: () => void;
  readonly onRemove: (name: string) => void;
}

export function RemoveDialog({ name, onCancel, onRemove }: RemoveDialogProps) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={name !== null}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onCancel();
      }}
    >
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          <Heading slot="title">Remove “{name}”?</Heading>
          <p>
            The connection and its secret in the keychain are removed. Runs, evidence and reports that were
            made with it stay.
          </p>
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
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
