import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

interface RemoveTargetProps {
  /** The target to remove; null shows nothing. */
  readonly name: string | null;
  readonly onCancel: () => void;
  readonly onRemove: (name: string) => void;
}

export function RemoveTarget({ name, onCancel, onRemove }: RemoveTargetProps) {
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
            No more events are sent to it, and its secret in the keychain is removed. A target that is added
            again begins with the first event.
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
