/** The services on a real workspace in a temporary folder, gone when the tests of a file have ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, openApp } from '../../../electron/app.ts';
import { type Clock, systemClock } from '../../../electron/clock.ts';
import { memoryKeychain } from '../../../electron/credentials/keychain.ts';
import { Redactor } from '../../../electron/credentials/secret.ts';
import { createLog } from '../../../electron/log/log.ts';
import { type Month, parseMonth } from '../../../shared/month.ts';
import { atEnd } from '../../at-end.ts';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-test-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The real clock, set to 2 April 2024. */
function clockInApril(): Clock {
  const shift = Date.UTC(2024, 3, 2, 8) - Date.now();
  return { ...systemClock, now: () => Date.now() + shift };
}

/** `id-1`, `id-2`, ... */
function countedIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `id-${count}`;
  };
}

/** The services on a new workspace, open until the tests of the file have ended. */
export async function temporaryApp(folder = temporaryFolder()): Promise<App> {
  const redactor = new Redactor();
  const app = await openApp({
    workspaceFolder: folder,
    appVersion: '0.0.0',
    actor: 'analyst',
    clock: clockInApril(),
    random: () => 0.5,
    newId: countedIds(),
    keychain: memoryKeychain(),
    redactor,
    log: createLog([], redactor),
  });
  atEnd(() => app.close());
  return app;
}

export function monthOf(text: string): Month {
  const month = parseMonth(text);
  if (month === null) throw new Error(`not a month: ${text}`);
  return month;
}

/** For calls that nobody watches or cancels. */
export const unwatched = { signal: new AbortController().signal, onProgress: () => {} } as const;
