import { type ReactNode, useEffect, useRef } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { restoreFocus } from './steady-focus.ts';

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
  const wasOpen = useRef(false);
  useEffect(() => {
    const closed = wasOpen.current && !isOpen;
    wasOpen.current = isOpen;
    if (!closed) return;
    // The overlay gives the focus back by itself first, where what had it is still there.
    const later = setTimeout(restoreFocus, 60);
    return () => clearTimeout(later);
  }, [isOpen]);
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
