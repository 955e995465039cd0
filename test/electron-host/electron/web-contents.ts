/** `webContents`: a window's page as the main process sees it. */
import { makeCodec } from '../page/codec.ts';
import type { FrameInfo } from '../wire.ts';
import { Emitter, guarded } from './guard.ts';
import { browser, tell } from './link.ts';
import { defaultSession } from './session.ts';

const EVENTS = [
  'before-input-event',
  'context-menu',
  'destroyed',
  'did-attach-webview',
  'did-create-window',
  'did-fail-load',
  'did-finish-load',
  'did-navigate',
  'dom-ready',
  'page-title-updated',
  'preload-error',
  'render-process-gone',
  'responsive',
  'unresponsive',
  'will-attach-webview',
  'will-frame-navigate',
  'will-navigate',
  'will-prevent-unload',
  'will-redirect',
];

/** The top frame; a preload script runs in no other. */
export interface TopFrame {
  url: string;
  origin: string;
  readonly name: string;
  readonly parent: null;
  readonly top: TopFrame;
  readonly detached: boolean;
  readonly frameTreeNodeId: number;
  readonly routingId: number;
  readonly processId: number;
  readonly isDestroyed: () => boolean;
}

function topFrame(id: number): TopFrame {
  const frame: TopFrame = guarded('senderFrame', {
    url: '',
    origin: '',
    name: '',
    parent: null,
    detached: false,
    frameTreeNodeId: id,
    routingId: 1,
    processId: id,
    isDestroyed: () => false,
    get top() {
      return frame;
    },
  });
  return frame;
}

export type WindowOpenHandler = (details: {
  readonly url: string;
  readonly frameName: string;
  readonly features: string;
  readonly disposition: string;
}) => { readonly action: 'allow' | 'deny' };

const codec = makeCodec();
const all = new Map<number, WebContents>();

export class WebContents extends Emitter {
  readonly id: number;
  readonly mainFrame: TopFrame;
  readonly session = defaultSession;
  #url = '';
  #title = '';
  #destroyed = false;
  #openHandler: WindowOpenHandler = () => ({ action: 'allow' });

  constructor(id: number) {
    super('webContents', EVENTS);
    this.id = id;
    this.mainFrame = topFrame(id);
    const self = guarded('webContents', this);
    all.set(id, self);
    // biome-ignore lint/correctness/noConstructorReturn: everyone gets the guarded one
    return self;
  }

  /** @throws {Error} as Electron does where an argument cannot be cloned. */
  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    let payload: string;
    try {
      payload = codec.encode(structuredClone(args));
    } catch {
      throw new Error('Failed to serialize arguments');
    }
    this.deliver({ kind: 'event', channel, payload });
    tell('message.sent', { channel, args });
  }

  /** For the host: one message to the preload world. */
  deliver(message: object): void {
    tell('window.deliver', this.id, JSON.stringify(message));
  }

  getURL(): string {
    return this.#url;
  }

  getTitle(): string {
    return this.#title;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isLoading(): boolean {
    return this.#url === '';
  }

  loadURL(url: string): Promise<void> {
    return browser('window.load', this.id, url);
  }

  reload(): void {
    tell('window.reload', this.id);
  }

  focus(): void {
    tell('window.focus', this.id);
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler;
  }

  /** For the host: whether the app lets the page open a window. */
  mayOpen(url: string, disposition: string): boolean {
    const { action } = this.#openHandler({ url, frameName: '', features: '', disposition });
    return action === 'allow';
  }

  /** For the host: what the browser knows of the top frame. */
  frameIs({ url, origin }: FrameInfo): TopFrame {
    this.mainFrame.url = url;
    this.mainFrame.origin = origin;
    return this.mainFrame;
  }

  /** For the host. */
  navigated(url: string): void {
    this.#url = url;
    this.mainFrame.url = url;
    this.emit('did-navigate', {}, url, 200, 'OK');
  }

  /** For the host. */
  titled(title: string): void {
    this.#title = title;
    this.emit('page-title-updated', {}, title, true);
  }

  /** For the host. */
  destroyed(): void {
    this.#destroyed = true;
    all.delete(this.id);
    this.emit('destroyed');
  }

  /** There is no printer: a test sees that something was to be printed. */
  print(_options: object = {}, done: (success: boolean, failureReason: string) => void = () => {}): void {
    tell('desktop.act', { act: 'print', detail: this.#url });
    done(true, '');
  }

  // A person opens these in the window itself.
  openDevTools(): void {}
  closeDevTools(): void {}
  setVisualZoomLevelLimits(): Promise<void> {
    return Promise.resolve();
  }
}

/** The static side of `webContents`. */
export const webContents = guarded('webContents', {
  fromId: (id: number) => all.get(id),
  getAllWebContents: () => [...all.values()],
});
