import { mkdirSync } from 'node:fs';
import { createStream } from 'rotating-file-stream';
import type { LogSink } from './log.ts';

export interface LogFile {
  readonly sink: LogSink;
  /** Resolves when every line is on its way to the disk. */
  close(): Promise<void>;
}

/** `tieout.log` in the folder, rotated at 10 MB, the last ten kept. A disk that refuses a line never stops the work. */
export function openLogFile(folder: string): LogFile {
  mkdirSync(folder, { recursive: true });
  const stream = createStream('tieout.log', { path: folder, size: '10M', maxFiles: 10 });
  stream.on('error', () => {});
  stream.on('warning', () => {});
  return {
    sink: (line) => {
      stream.write(line);
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}
