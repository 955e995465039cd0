/** Keyboard shortcuts of a screen: one list that binds them and that tooltips read. */
import { useEffect } from 'react';
import { type Shortcut, shortcutAria, shortcutText } from './shortcut-text.ts';

const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);

export function shownShortcut(shortcut: Shortcut): string {
  return shortcutText(shortcut, isMac);
}

export function ariaShortcut(shortcut: Shortcut): string {
  return shortcutAria(shortcut, isMac);
}

function matches(event: KeyboardEvent, { key, shift = false }: Shortcut): boolean {
  const command = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  return command && !event.altKey && event.shiftKey === shift && event.key.toLowerCase() === key;
}

export interface BoundShortcut {
  readonly shortcut: Shortcut;
  readonly act: () => void;
  readonly disabled?: boolean;
}

/** Binds the shortcuts while the screen is there. A disabled one is still kept from the browser (Ctrl+R, Ctrl+S). */
export function useShortcuts(bound: readonly BoundShortcut[]): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const found = bound.find(({ shortcut }) => matches(event, shortcut));
      if (!found) return;
      event.preventDefault();
      if (!found.disabled && !event.repeat) found.act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [bound]);
}
