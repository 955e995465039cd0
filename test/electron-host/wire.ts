/**
 * What the two processes of the host say to each other: the browser process (drives Chromium) and the main process
 * (runs the app's compiled main.js). Node's own channel between parent and child carries it, structured-cloned.
 */

export interface WindowOptions {
  readonly windowId: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Absolute path of the preload script. */
  readonly preload: string | null;
}

/** The frame that a message comes from, as the browser knows it; the page has no say in it. */
export interface FrameInfo {
  readonly url: string;
  readonly origin: string;
  readonly isTopFrame: boolean;
}

export interface SchemeRequest {
  readonly scheme: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

export interface SchemeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer that a test has laid ready for the next dialog of its kind. */
export type DialogAnswer =
  | { readonly kind: 'open'; readonly filePaths: readonly string[] }
  | { readonly kind: 'save'; readonly filePath: string | null }
  | { readonly kind: 'message'; readonly response: number };

export type DialogKind = DialogAnswer['kind'];

/** Something the app asked of the desktop outside its window. */
export interface DesktopAct {
  readonly act: 'open-external' | 'open-path' | 'show-item' | 'dialog' | 'beep' | 'print';
  readonly detail: string;
}

/** A message from the main process to a window's page. */
export interface SentMessage {
  readonly channel: string;
  readonly args: readonly unknown[];
}

/** What the main process asks of the browser process. */
export interface BrowserCalls {
  'window.create': (options: WindowOptions) => void;
  'window.load': (windowId: number, url: string) => void;
  'window.reload': (windowId: number) => void;
  'window.close': (windowId: number) => void;
  'window.focus': (windowId: number) => void;
  'window.resize': (windowId: number, width: number, height: number) => void;
  /** @param message as text of the page codec. */
  'window.deliver': (windowId: number, message: string) => void;
  'theme.set': (theme: 'light' | 'dark' | null) => void;
  'permissions.set': (granted: readonly string[]) => void;
  'schemes.set': (schemes: readonly string[]) => void;
  'dialog.ask': (kind: DialogKind, title: string) => DialogAnswer | null;
  'desktop.act': (act: DesktopAct) => void;
  'message.sent': (message: SentMessage) => void;
}

/** What the browser process asks of the main process. */
export interface MainCalls {
  ready: () => void;
  'scheme.request': (request: SchemeRequest) => SchemeResponse;
  'page.message': (windowId: number, frame: FrameInfo, text: string) => void;
  /** @returns whether the app stopped it. */
  'window.will-navigate': (windowId: number, url: string) => boolean;
  /** @returns whether the app allows it. */
  'window.will-open': (windowId: number, url: string, disposition: string) => boolean;
  'window.navigated': (windowId: number, url: string) => void;
  'window.loaded': (windowId: number, url: string) => void;
  'window.titled': (windowId: number, title: string) => void;
  'window.closed': (windowId: number) => void;
  'window.crashed': (windowId: number) => void;
  /** @returns the labels that were to choose from, where none fits. */
  'menu.click': (path: readonly string[]) => readonly string[] | null;
  quit: () => void;
}
