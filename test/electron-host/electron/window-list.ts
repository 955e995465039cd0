/** Which windows are open; app and BrowserWindow both need to know. */

interface ListedWindow {
  readonly id: number;
  readonly focus: () => void;
  /** @returns whether it closed: the app may prevent it. */
  readonly closeAndWait: () => Promise<boolean>;
}

const list = new Map<number, ListedWindow>();

export function listWindow(window: ListedWindow): void {
  list.set(window.id, window);
}

export function unlistWindow(id: number): void {
  list.delete(id);
}

export function openWindows(): readonly ListedWindow[] {
  return [...list.values()];
}

/** @returns whether every window closed. */
export async function closeAllWindows(): Promise<boolean> {
  for (const window of openWindows()) {
    if (!(await window.closeAndWait())) return false;
  }
  return true;
}
