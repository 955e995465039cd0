/** `BrowserWindow`: a window of Chromium with one page. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from './app.ts';
import { Emitter, guarded, preventable } from './guard.ts';
import { browser, tell } from './link.ts';
import { decidePermissions } from './session.ts';
import { WebContents } from './web-contents.ts';
import { listWindow, unlistWindow } from './window-list.ts';

const EVENTS = [
  'blur',
  'close',
  'closed',
  'enter-full-screen',
  'focus',
  'hide',
  'leave-full-screen',
  'maximize',
  'minimize',
  'move',
  'moved',
  'page-title-updated',
  'ready-to-show',
  'resize',
  'resized',
  'responsive',
  'restore',
  'show',
  'unmaximize',
  'unresponsive',
];

interface Options {
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
  readonly title?: string;
  readonly show?: boolean;
  readonly webPreferences?: {
    readonly preload?: string;
    readonly sandbox?: boolean;
    readonly contextIsolation?: boolean;
    readonly nodeIntegration?: boolean;
    readonly webSecurity?: boolean;
    readonly webviewTag?: boolean;
  };
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The host is a sandboxed, isolated page and can be nothing less. */
function refuseWeakPreferences(preferences: Options['webPreferences'] = {}): void {
  const weak =
    (preferences.sandbox === false && 'sandbox: false') ||
    (preferences.contextIsolation === false && 'contextIsolation: false') ||
    (preferences.nodeIntegration === true && 'nodeIntegration: true') ||
    (preferences.webSecurity === false && 'webSecurity: false') ||
    (preferences.webviewTag === true && 'webviewTag: true');
  if (weak) throw new Error(`The Electron host does not provide webPreferences with ${weak}.`);
}

let lastId = 0;
const all = new Map<number, BrowserWindow>();

class BrowserWindow extends Emitter {
  readonly id: number;
  readonly webContents: WebContents;
  readonly #created: Promise<void>;
  #bounds: Bounds;
  #title: string;
  #visible: boolean;
  #destroyed = false;
  #fullScreen = false;
  #maximized = false;
  #minimized = false;

  constructor(options: Options = {}) {
    super('BrowserWindow', EVENTS);
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    refuseWeakPreferences(options.webPreferences);
    lastId += 1;
    this.id = lastId;
    this.webContents = new WebContents(this.id);
    this.#bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    };
    this.#title = options.title ?? app.getName();
    this.#visible = options.show ?? true;
    const { preload } = options.webPreferences ?? {};
    this.#created = browser('window.create', {
      windowId: this.id,
      width: this.#bounds.width,
      height: this.#bounds.height,
      title: this.#title,
      preload: preload ? resolve(preload) : null,
    });
    this.#created.catch((error: unknown) => {
      console.error('Electron host: the window could not be created:', error);
      app.exit(1);
    });
    const self = guarded('BrowserWindow', this);
    all.set(this.id, self);
    listWindow(self);
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, self);
    // biome-ignore lint/correctness/noConstructorReturn: everyone gets the guarded one
    return self;
  }

  static getAllWindows(): BrowserWindow[] {
    return [...all.values()];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return [...all.values()].at(-1) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return all.get(id) ?? null;
  }

  static fromWebContents(contents: { readonly id: number }): BrowserWindow | null {
    return all.get(contents.id) ?? null;
  }

  /** @throws {Error} as Electron does where the page does not load. */
  async loadURL(url: string): Promise<void> {
    await this.#created;
    await decidePermissions(this.webContents, url);
    try {
      await browser('window.load', this.id, url);
    } catch (error) {
      this.webContents.emit('did-fail-load', {}, -2, 'ERR_FAILED', url, true);
      throw new Error(`ERR_FAILED (-2) loading '${url}'`, { cause: error });
    }
  }

  loadFile(path: string): Promise<void> {
    return this.loadURL(pathToFileURL(resolve(app.getAppPath(), path)).href);
  }

  reload(): void {
    this.webContents.reload();
  }

  show(): void {
    this.#visible = true;
    tell('window.focus', this.id);
    this.emit('show');
  }

  hide(): void {
    this.#visible = false;
    this.emit('hide');
  }

  focus(): void {
    tell('window.focus', this.id);
    this.emit('focus');
  }

  close(): void {
    void this.closeAndWait();
  }

  /** For the host. */
  async closeAndWait(): Promise<boolean> {
    if (this.#destroyed) return true;
    const event = preventable({});
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    await this.#created;
    await browser('window.close', this.id);
    this.gone();
    return true;
  }

  destroy(): void {
    if (this.#destroyed) return;
    tell('window.close', this.id);
    this.gone();
  }

  /** For the host: the browser's window is no more. */
  gone(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    all.delete(this.id);
    unlistWindow(this.id);
    this.webContents.destroyed();
    this.emit('closed');
    app.windowClosed();
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isFocused(): boolean {
    return this.#visible;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  isFullScreen(): boolean {
    return this.#fullScreen;
  }

  minimize(): void {
    this.#minimized = true;
  }

  restore(): void {
    this.#minimized = false;
    tell('window.focus', this.id);
  }

  maximize(): void {
    this.#maximized = true;
  }

  unmaximize(): void {
    this.#maximized = false;
  }

  setFullScreen(flag: boolean): void {
    this.#fullScreen = flag;
  }

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  /** For the host: the page's own title, which the window takes unless the app prevents it. */
  titled(title: string): void {
    const event = preventable({});
    this.emit('page-title-updated', event, title, true);
    if (!event.defaultPrevented) this.#title = title;
  }

  getBounds(): Bounds {
    return this.#bounds;
  }

  getNormalBounds(): Bounds {
    return this.#bounds;
  }

  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    tell('window.resize', this.id, this.#bounds.width, this.#bounds.height);
    this.emit('resize');
  }

  getSize(): [number, number] {
    return [this.#bounds.width, this.#bounds.height];
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  // A window of Chromium has these or has them not; the app's wish changes nothing.
  setMenu(): void {}
  removeMenu(): void {}
  setMenuBarVisibility(): void {}
  setAutoHideMenuBar(): void {}
  setBackgroundColor(): void {}
  setMinimumSize(): void {}
  setProgressBar(): void {}
  setRepresentedFilename(): void {}
  setDocumentEdited(): void {}
}

const guardedClass = guarded('BrowserWindow', BrowserWindow);

export { guardedClass as BrowserWindow };
