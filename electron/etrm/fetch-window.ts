/** How far ahead pages may be fetched: widened page by page, halved with each 429, slow to widen again after one. */
export class FetchWindow {
  readonly most: number;
  #size = 1;
  #slowed = false;
  /** Pages since the last step, where it widens slowly. */
  #pages = 0;
  /** Requests under way for this window. */
  inFlight = 0;

  constructor(most: number) {
    this.most = most;
  }

  get size(): number {
    return this.#size;
  }

  /** A page has come. Before any 429 that is a step wider; after one, only as many pages as the window holds are. */
  widen(): void {
    this.#pages += 1;
    if (this.#slowed && this.#pages < this.#size) return;
    this.#pages = 0;
    this.#size = Math.min(this.#size + 1, this.most);
  }

  narrow(): void {
    this.#slowed = true;
    this.#pages = 0;
    this.#size = Math.max(1, Math.floor(this.#size / 2));
  }
}

/** The windows of all who read from one vendor: its limits are theirs together. */
export class FetchWindows {
  readonly #open = new Set<FetchWindow>();

  open(most: number): FetchWindow {
    const window = new FetchWindow(most);
    this.#open.add(window);
    return window;
  }

  close(window: FetchWindow): void {
    this.#open.delete(window);
  }

  narrow(): void {
    for (const window of this.#open) window.narrow();
  }
}
