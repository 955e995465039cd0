/** Gives each file of tests that open windows a virtual display of its own, where the machine has no screen. */
import { afterAll } from 'vitest';
import { needsVirtualDisplay, startVirtualDisplay } from '../../build/display.ts';
import { hasProgram } from '../../build/system.ts';

// Before the file is read: what it needs it asks at its top. Without Xvfb it says so itself.
if (needsVirtualDisplay() && hasProgram('Xvfb')) {
  const display = await startVirtualDisplay();
  process.env.DISPLAY = display.name;
  afterAll(async () => {
    delete process.env.DISPLAY;
    await display.stop();
  });
}
