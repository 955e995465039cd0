/** Starts the built app for a test: in Electron where its binary is installed, in the host otherwise. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { electronBinary } from '../../build/electron-binary.ts';
import { DIST } from '../../build/layout.ts';
import { launchInElectron } from './launch-electron.ts';
import { launchInHost } from './launch-host.ts';
import type { DesktopAct, DialogAnswer, SentMessage } from './wire.ts';

export type { DialogAnswer } from './wire.ts';

interface LaunchOptions {
  /** Added to this process's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The app's own arguments. */
  readonly args?: readonly string[];
  /** Laid ready for the app's dialogs, first come first served among those of a kind. */
  readonly dialogs?: readonly DialogAnswer[];
  /** Another main script than the built one. */
  readonly main?: string;
}

/** The app's side that no page shows. */
interface AppControl {
  /** Lays one more answer ready. A dialog that finds none is cancelled. */
  readonly answerDialog: (answer: DialogAnswer) => Promise<void>;
  /**
   * Clicks an item of the application menu.
   * @param path its labels from the menu bar down, without the marks of access keys.
   * @throws {Error} naming the labels that there are, where none fits.
   */
  readonly clickMenu: (...path: readonly string[]) => Promise<void>;
  /** Drops files on the middle of the first window, as from a file manager. */
  readonly dropFiles: (paths: readonly string[]) => Promise<void>;
  /** What the main process has sent to pages so far. */
  readonly sentMessages: () => Promise<readonly SentMessage[]>;
  /** What the app has asked of the desktop so far: links opened, files shown, dialogs. */
  readonly desktopActs: () => Promise<readonly DesktopAct[]>;
  /** Asks the app to quit, as its menu does. */
  readonly quit: () => Promise<void>;
  /** Ends the main process at once, as a crash does. */
  readonly kill: () => void;
  /** Resolves when the app has ended. */
  readonly exitCode: Promise<number>;
  /** What the main process has printed so far. */
  readonly output: () => string;
}

export interface LaunchedApp {
  readonly host: 'Electron' | 'Chromium host';
  /** The first window's page, loaded. */
  readonly page: Page;
  readonly electron: AppControl;
  /** Quits the app, by force where it does not go. @returns the exit code. */
  readonly close: () => Promise<number>;
}

const MAIN = join(DIST, 'main', 'main.js');

/** Where tests of the app run on this machine. */
export function appHost(): LaunchedApp['host'] {
  return electronBinary() === null ? 'Chromium host' : 'Electron';
}

/** @throws {Error} where the app ends before it shows a window; the message carries what it printed. */
export async function launchTieout(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const env = appEnvironment(options.env);
  const settled = {
    main: options.main ?? MAIN,
    env,
    args: options.args ?? [],
    dialogs: options.dialogs ?? [],
  };
  const binary = electronBinary();
  return binary === null ? launchInHost(settled) : launchInElectron(binary, settled);
}

/** The test runner's own variables would change how the app runs. */
function appEnvironment(changes: LaunchOptions['env'] = {}): Record<string, string> {
  const merged: Record<string, string | undefined> = { ...process.env, ...changes };
  const entries = Object.entries(merged).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|NODE_CHANNEL_)/.test(entry[0]),
  );
  return Object.fromEntries(entries);
}
