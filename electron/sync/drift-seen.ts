/** What of drift a run has told, page by page: each member and kind once. */
import type { Drift } from '../ingest/record-typing.ts';

/** Above this many, fields are no longer told apart: a hostile page must not fill the memory with names. */
const MOST_DRIFT = 1000;

export class DriftSeen {
  readonly #seen = new Set<string>();

  /** What of a page's drift is new, from here on known. */
  first(drift: readonly Drift[]): readonly Drift[] {
    return drift.filter(({ field, kind }) => {
      const key = `${field}|${kind}`;
      if (this.#seen.has(key) || this.#seen.size >= MOST_DRIFT) return false;
      this.#seen.add(key);
      return true;
    });
  }
}
