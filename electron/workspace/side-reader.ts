/** A reader with a connection of its own: temporary tables that no other sees, and statements that can be watched and ended. */
import type { Connection } from './connection.ts';
import type { Reader } from './transaction.ts';

export interface SideWatch {
  readonly signal: AbortSignal;
  /** @param share of the statement that is under way, 0 to 1, as far as the engine knows. */
  readonly onShare: (share: number) => void;
}

export interface SideReader extends Reader {
  /** Runs `work`, whose statements of this reader end with the signal; its reason is thrown then. */
  watched<Result>(watch: SideWatch, work: () => Promise<Result>): Promise<Result>;
  /** The temporary tables go with it. */
  close(): Promise<void>;
}

/** Between two looks at how far a statement is. */
const PACE_MS = 100;

/** Without these the engine counts nothing; nothing is printed. */
export const COUNTING = 'SET enable_progress_bar = true; SET enable_progress_bar_print = false';

/** @param reader by the same connection. */
export function sideReader(connection: Connection, reader: Reader, close: () => Promise<void>): SideReader {
  return {
    ...reader,
    close,
    async watched({ signal, onShare }, work) {
      const looking = setInterval(() => {
        const { share } = connection;
        if (share >= 0) onShare(Math.min(1, share));
      }, PACE_MS);
      const unwatch = connection.endedBy(signal);
      try {
        signal.throwIfAborted();
        const result = await work();
        signal.throwIfAborted();
        return result;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        clearInterval(looking);
        unwatch();
      }
    },
  };
}
