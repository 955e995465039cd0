/** A keyboard shortcut and its names. */

export interface Shortcut {
  /** `KeyboardEvent.key`, lower case. */
  readonly key: string;
  readonly shift?: boolean;
}

/** `Ctrl+Shift+H`, or `⇧⌘H` on a Mac. */
export function shortcutText({ key, shift = false }: Shortcut, mac: boolean): string {
  const name = key.toUpperCase();
  return mac ? `${shift ? '⇧' : ''}⌘${name}` : `Ctrl+${shift ? 'Shift+' : ''}${name}`;
}

/** As `aria-keyshortcuts` wants it. */
export function shortcutAria({ key, shift = false }: Shortcut, mac: boolean): string {
  return `${mac ? 'Meta' : 'Control'}+${shift ? 'Shift+' : ''}${key.toUpperCase()}`;
}
