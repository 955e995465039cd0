/** Files that were dropped on the window, as the preload script tells of them. */
import type { IpcMain } from 'electron';
import { z } from 'zod';
import { DROP_CHANNEL } from '../shared/drop-channel.ts';

const paths = z.array(z.string().min(1).max(4000)).min(1).max(1000);

interface DropParts {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  /** Of our own page. */
  readonly origin: string;
  readonly onDrop: (paths: readonly string[]) => void;
}

export function bindDrops({ ipcMain, origin, onDrop }: DropParts): void {
  ipcMain.on(DROP_CHANNEL, (event, sent: unknown) => {
    const frame = event.senderFrame;
    if (!frame || frame.parent !== null || !frame.url.startsWith(`${origin}/`)) return;
    const read = paths.safeParse(sent);
    if (read.success) onDrop(read.data);
  });
}
