/** Files dropped on a page, as from a file manager: Chromium's own drag, so that the page sees a trusted event. */
import type { CDPSession, Page } from 'playwright-core';

const COPY = 1;

export async function dropFiles(devtools: CDPSession, page: Page, paths: readonly string[]): Promise<void> {
  const { width, height } = await page.evaluate<{ readonly width: number; readonly height: number }>(
    '({ width: innerWidth, height: innerHeight })',
  );
  const data = { items: [], files: [...paths], dragOperationsMask: COPY };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
}
