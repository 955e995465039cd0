/** Whether this machine can open the app's window. */
import { needsVirtualDisplay } from '../../build/display.ts';
import { electronBinary } from '../../build/electron-binary.ts';
import { findChromium } from './browser/chromium.ts';

/** Why it cannot, as the reason of a skipped test; null where it can. */
export function missingForWindows(): string | null {
  if (electronBinary() === null && findChromium() === null)
    return 'neither Electron nor Chromium is installed';
  return needsVirtualDisplay() ? 'there is no display, and no Xvfb to make one' : null;
}
