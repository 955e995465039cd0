import type { SyncWait } from '../../shared/jobs.ts';
import { count } from '../ui/quantity.ts';

/** `Page 7: status 429 at attempt 2; the vendor asked to wait (Retry-After), 12 s left`. */
export function waitText({ page, reason, status, error, attempt, until }: SyncWait, now: number): string {
  const subject = page === null ? 'Token' : `Page ${count(page)}`;
  const why = status === null ? (error ?? 'no answer') : `status ${status}`;
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  const who =
    reason === 'retry-after'
      ? 'the vendor asked to wait (Retry-After)'
      : 'waiting before the next try (backoff)';
  return `${subject}: ${why} at attempt ${attempt}; ${who}, ${seconds} s left`;
}
