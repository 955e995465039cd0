/** The host's open windows: made for the main process, and locked as it decides. */
import type { BrowserContext, Page, Request } from 'playwright-core';
import type { Args, Rpc } from '../rpc.ts';
import type { MainCalls, WindowOptions } from '../wire.ts';
import { toOuter } from './scheme.ts';
import { HostWindow } from './window.ts';

interface OpenWindow {
  readonly id: number;
  readonly window: HostWindow;
}

export class Windows {
  readonly #context: BrowserContext;
  readonly #main: Rpc<MainCalls>['call'];
  readonly #schemes: () => ReadonlySet<string>;
  readonly #opening = new Map<number, Promise<HostWindow>>();
  readonly #byPage = new Map<Page, OpenWindow>();

  constructor(context: BrowserContext, main: Rpc<MainCalls>['call'], schemes: () => ReadonlySet<string>) {
    this.#context = context;
    this.#main = main;
    this.#schemes = schemes;
  }

  /** @throws {Error} where there is no such window. */
  async get(id: number): Promise<HostWindow> {
    const window = await this.#opening.get(id);
    if (!window) throw new Error(`There is no window ${id}.`);
    return window;
  }

  async create(options: WindowOptions): Promise<HostWindow> {
    const opening = this.#open(options, this.#opening.size === 0);
    this.#opening.set(options.windowId, opening);
    return opening;
  }

  /** The first window is the one that Chromium starts with. */
  async #open(options: WindowOptions, first: boolean): Promise<HostWindow> {
    const id = options.windowId;
    const outer = (url: string) => toOuter(url, this.#schemes());
    const page = (first && this.#context.pages()[0]) || (await this.#context.newPage());
    const window = await HostWindow.open(page, options, {
      message: ({ url, origin, isTopFrame }, text) => {
        this.#tell('page.message', id, { url: outer(url), origin: outer(origin), isTopFrame }, text);
      },
      navigated: (url) => this.#tell('window.navigated', id, outer(url)),
      loaded: (url) => this.#tell('window.loaded', id, outer(url)),
      titled: (title) => this.#tell('window.titled', id, title),
      closed: () => {
        this.#byPage.delete(page);
        this.#tell('window.closed', id);
      },
      crashed: () => this.#tell('window.crashed', id),
      opening: (url) => void this.#mayOpen(id, outer(url)),
    });
    this.#byPage.set(page, { id, window });
    return window;
  }

  #tell<K extends keyof MainCalls & string>(method: K, ...args: Args<MainCalls, K>): void {
    // The main process may end between a page's event and its telling.
    this.#main(method, ...args).catch(() => undefined);
  }

  async #mayOpen(id: number, url: string): Promise<void> {
    const allowed = await this.#main('window.will-open', id, url, 'new-window').catch(() => false);
    if (allowed) {
      process.stderr.write(
        `Electron host: the app allows a window for ${url}, which the host does not provide.\n`,
      );
    }
  }

  /** The lock on navigation: a window's own requests go on as the app decides, a stranger's never. */
  async mayGo(request: Request): Promise<boolean> {
    const page = pageOf(request);
    const open = page && this.#byPage.get(page);
    if (!open) return false;
    const { id, window } = open;
    const isTop = request.isNavigationRequest() && request.frame() === window.page.mainFrame();
    if (!isTop || !window.isPagesOwnNavigation(request.url())) return true;
    return !(await this.#main('window.will-navigate', id, toOuter(request.url(), this.#schemes())));
  }
}

/** Null for the first request of a window that the page opened itself. */
function pageOf(request: Request): Page | null {
  try {
    return request.frame().page();
  } catch {
    return null;
  }
}
