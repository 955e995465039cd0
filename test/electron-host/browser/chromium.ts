/** Finds the machine's Chromium and starts it, driven over a pipe: no port is opened. */
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const ELSEWHERE = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `TIEOUT_CHROMIUM` where it is set, else the first that the machine has; null where it has none. */
export function findChromium(): string | null {
  const named = process.env.TIEOUT_CHROMIUM;
  if (named) return named;
  const ending = process.platform === 'win32' ? '.exe' : '';
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name + ending)));
  return [...onPath, ...ELSEWHERE].find(isExecutable) ?? null;
}

export interface RunningChromium {
  readonly context: BrowserContext;
  /** Ends Chromium and removes its profile. */
  readonly stop: () => Promise<void>;
}

/** @throws {Error} where there is no Chromium, or no display to open a window on. */
export async function startChromium(): Promise<RunningChromium> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium on this machine: run "node build/system.ts".');
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error('There is no display to open a window on: set DISPLAY, or start Xvfb.');
  }
  const profile = mkdtempSync(join(tmpdir(), 'tieout-chromium-'));
  const remove = () => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: false,
      viewport: null,
      chromiumSandbox: false,
      // The host ends Chromium itself, after the app has had its say.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        '--app=about:blank',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // "--no-sandbox" brings up a warning bar, which would take room from the page.
        '--test-type',
      ],
    });
    const stop = async () => {
      // Chromium may be going already, with its last window or with the display.
      await context.close().catch(() => undefined);
      await remove();
    };
    return { context, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
