/**
 * What tests have opened is closed when the tests of their file have ended. Files of one process share their modules, so
 * that a hook at the top of a module would belong to the first of these files alone.
 */
const left: (() => unknown)[] = [];

/** Does this when the tests of the file have ended: the last that was opened is the first to be closed. */
export function atEnd(work: () => unknown): void {
  left.push(work);
}

/** @throws what the first of them throws; the others are done all the same. */
export async function endAll(): Promise<void> {
  const errors: unknown[] = [];
  for (const work of left.splice(0).reverse()) {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
