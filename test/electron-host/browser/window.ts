/** One window of the host: a page of Chromium, the preload script's world in it, and its wire to the main process. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { dropFiles } from '../drop-files.ts';
import { pageWorldScript, preloadWorldScript } from '../page/scripts.ts';
import type { WorldsConfig } from '../page/worlds.ts';
import type { FrameInfo, WindowOptions } from '../wire.ts';

const WORLD = 'electron-host-preload';
const BINDING = 'electronHost';

/** The preload world of the document that is shown now. */
interface PreloadWorld {
  readonly contextId: number;
  readonly uniqueId: string;
  readonly origin: string;
}

export interface WindowListener {
  readonly message: (frame: FrameInfo, text: string) => void;
  readonly navigated: (url: string) => void;
  readonly loaded: (url: string) => void;
  readonly titled: (title: string) => void;
  readonly closed: () => void;
  readonly crashed: () => void;
  /** The page opens a window of its own; the host closes it at once. */
  readonly opening: (url: string) => void;
}

export class HostWindow {
  readonly page: Page;
  readonly #devtools: CDPSession;
  readonly #listener: WindowListener;
  #world: PreloadWorld | null = null;
  #topFrameId = '';
  /** What the app, not the page, is loading: no will-navigate is due for it. */
  #loading: string | null = null;

  private constructor(page: Page, devtools: CDPSession, listener: WindowListener) {
    this.page = page;
    this.#devtools = devtools;
    this.#listener = listener;
  }

  /** @param page an empty one. */
  static async open(page: Page, options: WindowOptions, listener: WindowListener): Promise<HostWindow> {
    const window = new HostWindow(page, await page.context().newCDPSession(page), listener);
    window.#listen();
    const preload = options.preload === null ? '' : await readFile(options.preload, 'utf8');
    await window.#installWorlds(preload);
    await window.resize(options.width, options.height);
    return window;
  }

  #listen(): void {
    const { page } = this;
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#listener.navigated(frame.url());
    });
    page.on('load', () => {
      this.#listener.loaded(page.url());
      page.title().then(this.#listener.titled, () => undefined);
    });
    page.on('close', () => this.#listener.closed());
    page.on('crash', () => this.#listener.crashed());
    page.on('popup', (popup) => void popup.close());
    this.#devtools.on('Page.windowOpen', ({ url }) => this.#listener.opening(url));
    this.#devtools.on('Runtime.executionContextCreated', ({ context }) => {
      // Frames inside the page have such a world too, empty: messages are the top frame's alone.
      if (context.name !== WORLD || Reflect.get(context.auxData ?? {}, 'frameId') !== this.#topFrameId)
        return;
      const { id, uniqueId, origin } = context;
      this.#world = { contextId: id, uniqueId, origin };
    });
    this.#devtools.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === BINDING && executionContextId === this.#world?.contextId)
        this.#receive(payload, this.#world);
    });
  }

  async #installWorlds(preload: string): Promise<void> {
    const config: WorldsConfig = {
      secret: randomUUID(),
      binding: BINDING,
      platform: process.platform,
      arch: process.arch,
      versions: { node: process.versions.node },
    };
    const devtools = this.#devtools;
    await devtools.send('Runtime.enable');
    await devtools.send('Page.enable');
    this.#topFrameId = (await devtools.send('Page.getFrameTree')).frameTree.frame.id;
    await devtools.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldScript(config) });
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: WORLD,
      source: preloadWorldScript(config, preload),
    });
  }

  /** The world says its full URL, which the page cannot change; the browser says its origin, and the two must agree. */
  #receive(payload: string, world: PreloadWorld): void {
    const { href, text } = JSON.parse(payload);
    if (typeof href !== 'string' || typeof text !== 'string' || new URL(href).origin !== world.origin) return;
    this.#listener.message({ url: href, origin: world.origin, isTopFrame: true }, text);
  }

  /** @param message text of one message to the preload world; lost where no document is there, as with Electron. */
  async deliver(message: string): Promise<void> {
    const world = this.#world;
    if (!world) return;
    await this.#devtools.send('Runtime.evaluate', {
      expression: `${BINDING}Receive(${message})`,
      uniqueContextId: world.uniqueId,
    });
  }

  /** Drops files on the middle of the page, as from a file manager. */
  async drop(paths: readonly string[]): Promise<void> {
    const world = this.#world;
    if (!world) return;
    const files = JSON.stringify(paths.map((path) => [basename(path), path]));
    await this.#devtools.send('Runtime.evaluate', {
      expression: `${BINDING}Dropping(${files})`,
      uniqueContextId: world.uniqueId,
    });
    await dropFiles(this.#devtools, this.page, paths);
  }

  /** @throws {Error} where the page does not load. */
  async load(url: string): Promise<void> {
    this.#loading = url;
    try {
      await this.page.goto(url, { waitUntil: 'load', timeout: 60_000 });
    } finally {
      this.#loading = null;
    }
  }

  /** Whether the page itself, and not the app or a reload, goes to this address. */
  isPagesOwnNavigation(url: string): boolean {
    return url !== this.#loading && url !== this.page.url();
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async focus(): Promise<void> {
    await this.page.bringToFront();
  }

  async resize(width: number, height: number): Promise<void> {
    const { windowId } = await this.#devtools.send('Browser.getWindowForTarget');
    await this.#devtools.send('Browser.setWindowBounds', { windowId, bounds: { width, height } });
  }

  async close(): Promise<void> {
    if (!this.page.isClosed()) await this.page.close();
  }
}
