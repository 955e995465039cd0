/** What the app's permission handlers grant, by Chromium's names. */
import type { BrowserContext } from 'playwright-core';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  geolocation: ['geolocation'],
  'idle-detection': ['idle-detection'],
  media: ['camera', 'microphone'],
  midi: ['midi'],
  notifications: ['notifications'],
};

/** Grants these and denies all others, without asking anyone. */
export async function grantPermissions(context: BrowserContext, granted: readonly string[]): Promise<void> {
  await context.clearPermissions();
  await context.grantPermissions(granted.flatMap((permission) => NAMES[permission] ?? []));
}
