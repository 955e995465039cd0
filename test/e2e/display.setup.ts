/** Gives tests that open windows a virtual display where the machine has no screen. */
import { needsVirtualDisplay, startVirtualDisplay } from '../../build/display.ts';
import { hasProgram } from '../../build/system.ts';

/** Runs once before the tests, in the process that their workers are started from. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Without Xvfb the tests that need a window say so themselves.
  if (!needsVirtualDisplay() || !hasProgram('Xvfb')) return undefined;
  const display = await startVirtualDisplay();
  process.env.DISPLAY = display.name;
  return display.stop;
}
