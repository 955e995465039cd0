import type { ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

interface DialogFrameProps {
  readonly isOpen: boolean;
  /** Escape, and a click beside it. */
  readonly onClose: () => void;
  /** What cannot be taken back is asked as an alert. */
  readonly isAlert?: boolean;
  /** Beside `modal`. */
  readonly className?: string;
  readonly children: ReactNode;
}

/** A question over the window, which keeps the focus until it is answered. */
export function DialogFrame({
  isOpen,
  onClose,
  isAlert = false,
  className = '',
  children,
}: DialogFrameProps) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={`modal ${className}`}>
        <Dialog role={isAlert ? 'alertdialog' : 'dialog'} className="dialog">
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
