/** What takes events: one interface over the four kinds. */
import type { Clock } from '../clock.ts';
import type { Redactor } from '../credentials/secret.ts';
import type { ForwardedEvent } from './event-stream.ts';

export interface ReceiverParts {
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly appVersion: string;
  readonly workspaceId: string;
}

export interface Delivered {
  /** Events of the batch that the receiver refused for good while it took the others. */
  readonly refused: number;
}

export const ALL_TAKEN: Delivered = { refused: 0 };

export interface Receiver {
  /**
   * Resolves once the receiver has acknowledged the batch, in its order; a batch that is not acknowledged comes again.
   * @throws DeliveryError; the signal's reason where it is aborted.
   */
  deliver(events: readonly ForwardedEvent[], signal: AbortSignal): Promise<Delivered>;
  /** Shows that deliveries would arrive: sends the event, or what comes closest. @throws as `deliver`. */
  probe(trial: ForwardedEvent, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
