import type { KeyTable } from './keys.ts';
import type { Source } from './source.ts';

/**
 * Told of the records of a page while it is hashed, so that what is read for the hash need not be read again. All
 * indexes are into the source; nothing of it may be kept after the call.
 */
export interface RecordSink {
  /** `results` starts, perhaps for a second time: what was told before is void. */
  begin(source: Source, keys: KeyTable): void;
  /**
   * A record from `from` to `to`. Its `count` members lie in `members` from `base` on, as they came, three integers each:
   * the key's number or a negative number where it is not known, and the value's `Rendering`.
   */
  record(from: number, to: number, members: Int32Array, base: number, count: number): void;
  /** An element that is no object. */
  other(from: number, to: number): void;
}
