/** Time as the services see it: injected, so that tests own it. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Never goes back, milliseconds from an arbitrary start. */
  monotonic(): number;
  /** Resolves after `ms`; rejects at once with the signal's reason where it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};

/** `2024-03-01T05:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
