import type { Clock } from '../../../../electron/clock.ts';

/** A clock that only moves when told, or by the sleeps, which take no time and are written down. */
export class TestClock implements Clock {
  /** Milliseconds of each sleep, in order. */
  readonly sleeps: number[] = [];
  #wall = Date.UTC(2024, 3, 2, 12);
  #monotonic = 5000;
  #holding = false;

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Both clocks. */
  advance(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }

  /** The wall clock alone: set by hand, or the machine slept. */
  jumpWall(ms: number): void {
    this.#wall += ms;
  }

  /** From now on sleeps end by an abort only. */
  holdSleeps(): void {
    this.#holding = true;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (this.#holding) return;
      this.advance(ms);
      setImmediate(resolve);
    });
  }
}
