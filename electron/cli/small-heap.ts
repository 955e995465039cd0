/** Work that makes a great deal of short-lived text, in as little memory as it takes. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets its space for new objects grow to a hundred megabytes where much is made and little kept, and gives none of it back.
 * The flag is read at each collection and is taken back after the work: for
 * a command, which does nothing else meanwhile.
 */
export async function inSmallHeap<Result>(work: () => Promise<Result>): Promise<Result> {
  setFlagsFromString('--optimize-for-size');
  try {
    return await work();
  } finally {
    setFlagsFromString('--no-optimize-for-size');
  }
}
