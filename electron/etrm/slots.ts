/**
 * A fair limit on concurrent requests, in front of undici's pool: the pool's own queue obeys neither an abort nor a
 * timeout (network.md, measured), this one lets a waiter go at once.
 */
export class Slots {
  readonly #limit: number;
  #taken = 0;
  readonly #waiting: Set<() => void> = new Set();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Resolves with a function that gives the slot back (once; further calls do nothing). */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#taken >= this.#limit) {
      await new Promise<void>((resolve, reject) => {
        const go = (): void => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          this.#waiting.delete(go);
          reject(signal.reason);
        };
        this.#waiting.add(go);
        signal.addEventListener('abort', leave, { once: true });
      });
    } else {
      this.#taken += 1;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.#waiting.values().next();
      if (next.done) {
        this.#taken -= 1;
      } else {
        this.#waiting.delete(next.value);
        next.value();
      }
    };
  }
}
