/** How long a target waits after a failure. Pure. */
import type { DeliveryError } from './delivery-error.ts';

const FIRST_MS = 1000;
/** The longest wait of our own, and the wait of a target that only a person can mend. */
const LONGEST_WAIT_MS = 300_000;
const LONGEST_WISH_MS = 3_600_000;

/**
 * Milliseconds before the next attempt: 1 s doubled with each failure up to five minutes, between half and the whole
 * of it; at least what the receiver asked for, up to an hour.
 * @param failures in a row, from 1. @param random uniform in [0, 1).
 */
export function waitAfter(error: DeliveryError, failures: number, random: () => number): number {
  const whole = error.held ? LONGEST_WAIT_MS : Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  const jittered = Math.round(whole * (0.5 + random() / 2));
  return Math.max(jittered, Math.min(error.retryAfterMs ?? 0, LONGEST_WISH_MS));
}
