/** Long work on the thread that the window, the network and the database share: others get their turn. */

/** Longest stretch without one, in milliseconds. */
const STRETCH_MS = 8;

/** Lets what waits run now. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** For work in many small steps, whose time is not known beforehand. */
export class Turns {
  #begun = performance.now();

  /** After a step: gives others a turn, if the last one is long enough ago. */
  async step(): Promise<void> {
    if (performance.now() - this.#begun < STRETCH_MS) return;
    await turn();
    this.#begun = performance.now();
  }
}
