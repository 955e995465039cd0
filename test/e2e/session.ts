/** One sitting at the desktop app: its window, a vendor to sync with, and a keyring, all of the test's own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ROOT } from '../../build/layout.ts';
import { startVendor, type Vendor, type VendorOptions } from '../../electron/demo/vendor.ts';
import { type DialogAnswer, type LaunchedApp, launchTieout } from '../electron-host/launch.ts';
import { missingForWindows } from '../electron-host/machine.ts';
import { missingForKeyring, startKeyring } from './keyring.ts';

/** Git-ignored; every run writes them anew, and people look at them. */
const SCREENSHOTS = join(ROOT, 'screenshots');

export interface SessionOptions {
  /** Of the vendor; without it there is none. */
  readonly vendor?: VendorOptions;
  /** Without a keyring the app sees a machine that has none. */
  readonly keyring: boolean;
  readonly dialogs?: readonly DialogAnswer[];
  /** Fills the workspace before the app opens it. */
  readonly prepare?: (workspace: string) => Promise<void>;
}

export interface Session {
  readonly app: LaunchedApp;
  readonly page: Page;
  /** @throws {Error} where the session was started without one. */
  readonly vendor: () => Vendor;
  /** A folder for the test's files; removed at the end. */
  readonly folder: string;
  /** Quits the app and opens it again on the same workspace and keyring. */
  readonly reopen: (dialogs?: readonly DialogAnswer[]) => Promise<Session>;
  /** Ends app, vendor and keyring. @returns the app's exit code. */
  readonly close: () => Promise<number>;
}

/** Why there can be no such session on this machine, as the reason of a skipped test; null where there can. */
export function missingForSession({ keyring }: Pick<SessionOptions, 'keyring'>): string | null {
  return missingForWindows() ?? (keyring ? missingForKeyring() : null);
}

/** Starts vendor, keyring and app; the workspace is new. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-e2e-'));
  const vendor = options.vendor ? await startVendor(options.vendor) : null;
  const keyring = options.keyring ? await startKeyring() : null;
  const env = keyring?.env ?? withoutKeyring(folder);
  const end = async () => {
    await keyring?.stop();
    await vendor?.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const open = async (dialogs: readonly DialogAnswer[]): Promise<Session> => {
    const app = await launchTieout({ env: { ...env, TIEOUT_WORKSPACE: join(folder, 'workspace') }, dialogs });
    return {
      app,
      page: app.page,
      folder,
      vendor: () => {
        if (!vendor) throw new Error('This session was started without a vendor.');
        return vendor;
      },
      reopen: async (next = []) => {
        await app.close();
        return open(next);
      },
      close: () => app.close().finally(end),
    };
  };
  try {
    await options.prepare?.(join(folder, 'workspace'));
    return await open(options.dialogs ?? []);
  } catch (error) {
    await end();
    throw error;
  }
}

/** A home of its own, and a bus address that nobody listens on. */
function withoutKeyring(folder: string): Readonly<Record<string, string>> {
  return {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, '.config'),
    XDG_DATA_HOME: join(folder, '.local', 'share'),
    XDG_RUNTIME_DIR: folder,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}`,
  };
}

/** Takes the window's picture in light and in dark: `screenshots/NAME-light.png`, `screenshots/NAME-dark.png`. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Opens a choice and takes an option of it; what there is to choose from may still be on the way when it is first opened. */
export async function choose(choice: Locator, name: string): Promise<void> {
  const option = choice.page().getByRole('option', { name });
  await expect
    .poll(async () => {
      if (await option.isVisible()) return true;
      await choice.click();
      return option.isVisible();
    })
    .toBe(true);
  await option.click();
}

/** Waits until a button can be pressed: before that its key does nothing either. */
export async function enabled(button: Locator): Promise<void> {
  await expect.poll(() => button.isEnabled()).toBe(true);
}

/** What went wrong in the page so far: exceptions, and errors on its console. */
export async function pageProblems(page: Page): Promise<readonly string[]> {
  const messages = await page.consoleMessages();
  const errors = await page.pageErrors();
  return [
    ...errors.map((error) => error.message),
    ...messages.filter((message) => message.type() === 'error').map((message) => message.text()),
  ];
}
