/**
 * The clock of an IANA zone: its offset at an instant, its changes, and which local hours come twice. The facts are
 * Intl's; each stretch of time is asked about once and kept, so that a question costs two comparisons.
 */

const DAY_MS = 86_400_000;
/** What is asked of Intl at once: about a year. */
const SPAN_MS = 400 * DAY_MS;
/** Shorter than any two changes of a zone have followed each other since 1970 (seven days: Recife, Gaza). */
const STEP_MS = 3 * DAY_MS;
/** A change is looked for this long before a span, because the hours it repeats may reach into it. */
const LEAD_MS = 2 * DAY_MS;
const MAX_SPANS = 128;
const MAX_ZONES = 1_000;

/** Time in which the offset stays the same: `[fromMs, toMs)`, cut at the edges of a span. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** Local time minus UTC. */
  readonly offsetMs: number;
  /** Until here the clock shows what it showed before the change that began the stretch. */
  readonly repeatsUntilMs: number;
}

export interface ClockChange {
  /** The first instant with the new offset. */
  readonly atMs: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

const NOWHERE: Stretch = { fromMs: 0, toMs: 0, offsetMs: 0, repeatsUntilMs: 0 };

export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #spans = new Map<number, readonly Stretch[]>();
  /** The answer to the last question, which is most often the answer to the next one. */
  #last = NOWHERE;

  /** @throws {RangeError} where Intl does not know the zone. */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  }

  /** Local time minus UTC at the instant, in milliseconds. */
  offsetAt(ms: number): number {
    return this.#stretchAt(ms).offsetMs;
  }

  /** True where the clock showed the same local time at an earlier instant. */
  repeats(ms: number): boolean {
    return ms < this.#stretchAt(ms).repeatsUntilMs;
  }

  /** The changes with `fromMs < atMs < toMs`, in order. */
  changesBetween(fromMs: number, toMs: number): readonly ClockChange[] {
    const changes: ClockChange[] = [];
    let stretch = this.#stretchAt(fromMs);
    while (stretch.toMs < toMs) {
      const next = this.#stretchAt(stretch.toMs);
      // Stretches also end where a span does, with the same offset on both sides.
      if (next.offsetMs !== stretch.offsetMs)
        changes.push({ atMs: next.fromMs, beforeMs: stretch.offsetMs, afterMs: next.offsetMs });
      stretch = next;
    }
    return changes;
  }

  /**
   * The instant at which the clock first shows a local time. A time that the clock skips is taken as the instant of
   * the change, so that a day whose midnight is skipped begins there.
   * @param localMs the local time as if it were UTC.
   */
  instantOf(localMs: number): number {
    const before = this.offsetAt(localMs - DAY_MS);
    const after = this.offsetAt(localMs + DAY_MS);
    const first = localMs - before;
    const second = localMs - after;
    if (this.offsetAt(first) === before) return first;
    if (this.offsetAt(second) === after) return second;
    return this.changesBetween(localMs - DAY_MS, localMs + DAY_MS)[0]?.atMs ?? first;
  }

  #stretchAt(ms: number): Stretch {
    const last = this.#last;
    if (ms >= last.fromMs && ms < last.toMs) return last;
    const index = Math.floor(ms / SPAN_MS);
    let span = this.#spans.get(index);
    if (span === undefined) {
      span = this.#ask(index * SPAN_MS);
      if (this.#spans.size >= MAX_SPANS) this.#spans.clear();
      this.#spans.set(index, span);
    }
    for (const stretch of span) {
      if (ms < stretch.toMs) {
        this.#last = stretch;
        return stretch;
      }
    }
    throw new RangeError(`${ms} is no instant.`);
  }

  #ask(spanMs: number): readonly Stretch[] {
    const endMs = spanMs + SPAN_MS;
    const stretches: Stretch[] = [];
    let fromMs = spanMs - LEAD_MS;
    let offsetMs = this.#asked(fromMs);
    let repeatsUntilMs = fromMs;
    const close = (toMs: number) => {
      if (toMs > spanMs) stretches.push({ fromMs: Math.max(fromMs, spanMs), toMs, offsetMs, repeatsUntilMs });
    };
    for (let seenMs = fromMs; seenMs < endMs; ) {
      const nextMs = Math.min(seenMs + STEP_MS, endMs);
      const next = this.#asked(nextMs);
      if (next !== offsetMs) {
        const changeMs = this.#changeBetween(seenMs, nextMs, offsetMs);
        if (changeMs < endMs) {
          close(changeMs);
          repeatsUntilMs = changeMs + Math.max(0, offsetMs - next);
          fromMs = changeMs;
          offsetMs = next;
        }
      }
      seenMs = nextMs;
    }
    close(endMs);
    return stretches;
  }

  /** The first instant after `lowMs` with another offset than it has. */
  #changeBetween(lowMs: number, highMs: number, offsetMs: number): number {
    let low = lowMs;
    let high = highMs;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#asked(middle) === offsetMs) low = middle;
      else high = middle;
    }
    return high;
  }

  /** Intl writes `3/10/2024, GMT-05:00`, UTC as `GMT`, and old local mean times with seconds. */
  #asked(ms: number): number {
    const text = this.#format.format(ms);
    const at = text.indexOf('GMT') + 3;
    if (at >= text.length) return 0;
    const [hours = 0, minutes = 0, seconds = 0] = text
      .slice(at + 1)
      .split(':')
      .map(Number);
    return (text[at] === '-' ? -1_000 : 1_000) * (hours * 3_600 + minutes * 60 + seconds);
  }
}

const clocks = new Map<string, ZoneClock>();

/**
 * The clock of a zone, kept.
 * @throws {RangeError} where Intl does not know the zone.
 */
export function zoneClock(zone: string): ZoneClock {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new ZoneClock(zone);
    if (clocks.size >= MAX_ZONES) clocks.clear();
    clocks.set(zone, clock);
  }
  return clock;
}

/**
 * True in the second of two equal local hours: where the zone's clock showed the same time before.
 * @param zone IANA name. @param startMs UTC.
 * @throws {RangeError} where Intl does not know the zone.
 */
export function repeatedHour(zone: string, startMs: number): boolean {
  return zoneClock(zone).repeats(startMs);
}
