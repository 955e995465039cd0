/**
 * One target's way through the chain: the next batch is read, delivered, and only then the cursor moves. One batch is
 * under way at a time, so the order holds; what fails is sent again, so nothing is lost.
 */
import type { SiemKind, SiemState } from '../../shared/siem.ts';
import { type Clock, isoTime } from '../clock.ts';
import type { Redactor } from '../credentials/secret.ts';
import type { Log } from '../log/log.ts';
import { waitAfter } from './backoff.ts';
import { asDeliveryError, type DeliveryError } from './delivery-error.ts';
import type { DeliveryLog, Trouble } from './delivery-log.ts';
import { BATCH_EVENTS, type EventStream } from './event-stream.ts';
import type { Receiver } from './receiver.ts';
import type { SiemTarget } from './targets.ts';

/** Between two looks at a chain that had nothing new. */
const POLL_MS = 1000;

export interface LoopParts {
  readonly stream: EventStream;
  readonly log: DeliveryLog;
  readonly clock: Clock;
  readonly random: () => number;
  readonly redactor: Redactor;
  readonly lines: Log;
  readonly open: (target: SiemTarget) => Promise<Receiver>;
  /** Told whenever what `live` shows has changed. */
  readonly onChange: () => void;
}

/**
 * When a loop ends by itself: never; once the chain is sent, or a person is needed; or, at the close, once the chain is
 * sent or an attempt failed.
 */
export type Until = 'aborted' | 'empty' | 'flushed';

/** What this process knows of a target beside what is stored. */
export interface Live {
  readonly state: SiemState;
  readonly retryAt: string | null;
  /** Of the last attempt; null once one succeeded. */
  readonly trouble: Trouble | null;
}

type Step = 'sent' | 'empty' | DeliveryError;

/** Acknowledged events that go again after a failure: a syslog receiver may have read them and died before it kept them. */
const OVERLAP: Readonly<Record<SiemKind, number>> = { syslog: BATCH_EVENTS, otlp: 0, hec: 0, file: 0 };

export class ForwardLoop {
  readonly target: SiemTarget;
  readonly done: Promise<void>;
  readonly #parts: LoopParts;
  /** Ends a pause: at a flush, and at an abort. */
  readonly #wake = new AbortController();
  readonly #abort = new AbortController();
  #until: Until;
  #live: Live = { state: 'idle', retryAt: null, trouble: null };
  #receiver: Receiver | null = null;
  #begun = false;
  /** The last event that was sent; behind the cursor where some go again. */
  #sent = 0;
  #cursor = 0;
  #floor = 0;
  #failures = 0;
  #limit = BATCH_EVENTS;

  constructor(parts: LoopParts, target: SiemTarget, until: Until) {
    this.#parts = parts;
    this.target = target;
    this.#until = until;
    this.done = this.#run();
  }

  get live(): Live {
    return this.#live;
  }

  /** Sends what there is, without waiting for anything that fails, and ends. */
  flush(): void {
    this.#until = 'flushed';
    this.#wake.abort();
  }

  /** Ends at once; what is under way goes again next time. */
  abort(): void {
    this.#abort.abort(new Error('forwarding was stopped'));
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      const step: Step = await this.#attempt().catch(asDeliveryError);
      if (this.#abort.signal.aborted) break;
      if (step === 'sent') continue;
      const wait = step === 'empty' ? POLL_MS : await this.#failed(step);
      if (this.#endsAfter(step)) break;
      await this.#parts.clock.sleep(wait, this.#wake.signal).catch(() => {});
      // Asked to end while it waited after a failure: that was the last attempt.
      if (step !== 'empty' && this.#until === 'flushed') break;
    }
    await this.#close();
  }

  #endsAfter(step: 'empty' | DeliveryError): boolean {
    if (this.#until === 'aborted') return false;
    return this.#until === 'flushed' || step === 'empty' || step.held;
  }

  async #attempt(): Promise<'sent' | 'empty'> {
    const { stream, log, clock, lines } = this.#parts;
    if (!this.#begun) await this.#begin();
    // What goes again goes together with what is new, so that each success is a step ahead.
    const again = this.#cursor - this.#sent;
    const events = await stream.after(this.#sent, this.#limit + again);
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) {
      this.#show('idle', this.#live.trouble);
      return 'empty';
    }
    this.#receiver ??= await this.#parts.open(this.target);
    this.#show('sending', this.#live.trouble);
    const { refused } = await this.#receiver.deliver(events, this.#abort.signal);
    if (last.seq > this.#cursor || refused > 0) {
      const batch = { first: first.seq, last: Math.max(last.seq, this.#cursor), refused };
      await log.delivered(this.target.id, batch, isoTime(clock.now()));
      this.#cursor = batch.last;
      this.#parts.onChange();
    }
    this.#sent = last.seq;
    this.#limit = Math.min(BATCH_EVENTS, this.#limit * 2);
    if (this.#failures > 0) lines.info('SIEM target takes events again', { target: this.target.name });
    if (refused > 0) {
      const fields = { target: this.target.name, refused, first: first.seq, last: last.seq };
      lines.warn('SIEM target refused events', fields);
    }
    this.#failures = 0;
    this.#show('sending', null);
    return 'sent';
  }

  /** Where the last process left off. */
  async #begin(): Promise<void> {
    const { seq, floor, trouble } = await this.#parts.log.progress(this.target.id);
    this.#cursor = seq;
    this.#floor = floor;
    this.#sent = seq;
    if (trouble !== null) {
      this.#live = { ...this.#live, trouble };
      this.#sendAgain();
    }
    this.#begun = true;
  }

  /** Goes back over what may be lost; one who is on the way through it already, goes on from there. */
  #sendAgain(): void {
    if (this.#sent < this.#cursor) return;
    const overlap = OVERLAP[this.target.settings.kind];
    this.#sent = Math.min(this.#cursor, Math.max(this.#floor, this.#cursor - overlap));
  }

  /** @returns milliseconds to wait before the next attempt. */
  async #failed(error: DeliveryError): Promise<number> {
    const { clock, random, redactor } = this.#parts;
    this.#failures += 1;
    if (error.tooLarge) this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#sendAgain();
    // A person may have changed the secret, or a file that was read when it was opened.
    if (error.held) await this.#close();
    const trouble = await this.#told({
      code: error.code,
      message: redactor.redact(error.message),
      at: isoTime(clock.now()),
    });
    const wait = waitAfter(error, this.#failures, random);
    this.#show(error.held ? 'held' : 'waiting', trouble, isoTime(clock.now() + wait));
    return wait;
  }

  /** Logs and keeps a trouble that is new. @returns the one that stands, with the time since when it does. */
  async #told(trouble: Trouble): Promise<Trouble> {
    const { log, lines } = this.#parts;
    const known = this.#live.trouble;
    if (known?.code === trouble.code && known.message === trouble.message) return known;
    lines.warn(trouble.message, { target: this.target.name, code: trouble.code });
    // Where this cannot be written, the cursor cannot either, and that is tried again.
    await log.failed(this.target.id, trouble).catch(() => {});
    return trouble;
  }

  #show(state: SiemState, trouble: Trouble | null, retryAt: string | null = null): void {
    const before = this.#live;
    this.#live = { state, retryAt, trouble };
    if (before.state !== state || before.trouble !== trouble) this.#parts.onChange();
  }

  async #close(): Promise<void> {
    const receiver = this.#receiver;
    this.#receiver = null;
    await receiver?.close().catch(() => {});
  }
}
