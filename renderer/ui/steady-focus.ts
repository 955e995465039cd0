/** Where the focus was last outside of what opens over the window: there it goes back to when a dialog leaves it nowhere. */

const PASSING = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

let steady: HTMLElement | null = null;

/** @returns a function that ends it. */
export function listenToFocus(): () => void {
  const onFocusIn = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && target.closest(PASSING) === null) steady = target;
  };
  document.addEventListener('focusin', onFocusIn);
  return () => document.removeEventListener('focusin', onFocusIn);
}

/** What had the focus may be gone with what was done: then the table of the screen, if it has one. */
export function restoreFocus(): void {
  const { activeElement, body } = document;
  if (activeElement !== null && activeElement !== body) return;
  const known =
    steady?.isConnected === true ? steady : document.querySelector<HTMLElement>('main [role="grid"]');
  known?.focus();
}
