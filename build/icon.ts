/** Draws icon.svg as icon.png, from which electron-builder makes every platform's own; run by hand when it changes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../test/electron-host/browser/chromium.ts';

const SIZE = 512;

const executablePath = findChromium();
if (!executablePath) throw new Error('There is no Chromium on this machine: run "node build/system.ts".');
const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  await page.setContent(
    `<style>body { margin: 0 }</style>${readFileSync(join(import.meta.dirname, 'icon.svg'), 'utf8')}`,
  );
  await page.screenshot({ path: join(import.meta.dirname, 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
