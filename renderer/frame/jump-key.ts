/** F6 goes from the list of screens to the table or the first control of the one that is shown, and back. */
import { useEffect } from 'react';

const CONTROLS = 'button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]';

function target(): HTMLElement | null {
  const isInside = document.activeElement?.closest('main') !== null && document.activeElement !== null;
  if (isInside) return document.querySelector('nav [aria-current="page"]');
  return document.querySelector('main [role="grid"]') ?? document.querySelector(`main :is(${CONTROLS})`);
}

export function useJumpKey(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'F6' || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey)
        return;
      // A dialog keeps the focus until it is answered.
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      event.preventDefault();
      target()?.focus();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
