/**
 * A file of JSON lines that a collector's agent reads: whole lines only, flushed to the disk before they count, rotated
 * by size (`name`, `name.1`, ... `name.N`, the highest the oldest). `rotating-file-stream`, which writes the log,
 * answers before the disk does.
 */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import type { SiemSettings } from '../../shared/siem.ts';
import { DeliveryError } from './delivery-error.ts';
import { ALL_TAKEN, type Delivered, type Receiver } from './receiver.ts';

type FileSettings = Extract<SiemSettings, { readonly kind: 'file' }>;

/** More than the longest line is looked at for the end of the last whole one. */
const TAIL_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

function failed(error: unknown, path: string): unknown {
  if (error instanceof TieoutError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new DeliveryError(
      'siem-undelivered',
      `The disk is full while writing ${path}; free space.`,
      {},
      {
        cause: error,
      },
    );
  }
  return new DeliveryError(
    'siem-undelivered',
    `${path} cannot be written (${code}); check the folder and its permissions.`,
    { held: code === 'EACCES' || code === 'EISDIR' || code === 'EROFS' },
    { cause: error },
  );
}

function isEventLine(line: Buffer): boolean {
  try {
    const event: unknown = JSON.parse(line.toString('utf8'));
    return typeof event === 'object' && event !== null && 'seq' in event && 'prev_sha256' in event;
  } catch {
    return false;
  }
}

const LINE_START = '{"seq":';

function beginsAsLine(torn: Buffer): boolean {
  return LINE_START.startsWith(torn.subarray(0, LINE_START.length).toString('latin1'));
}

/**
 * Where the next line begins: the end of the last whole line, because a crash may have left a torn one after it.
 * @throws TieoutError `siem-invalid` where the file holds something else, which is not touched.
 */
async function endOfLines(file: FileHandle, path: string): Promise<number> {
  const { size } = await file.stat();
  if (size === 0) return 0;
  const from = Math.max(0, size - TAIL_BYTES);
  const tail = Buffer.alloc(size - from);
  await file.read(tail, 0, tail.length, from);
  const end = tail.lastIndexOf(NEWLINE) + 1;
  const begin = end < 2 ? 0 : tail.lastIndexOf(NEWLINE, end - 2) + 1;
  // A first line that is torn is ours where it begins as one.
  const ours = end > 0 ? isEventLine(tail.subarray(begin, end)) : from === 0 && beginsAsLine(tail);
  if (ours) return from + end;
  throw new TieoutError(
    'siem-invalid',
    `${path} holds something that is no forwarded event; name a file of its own.`,
    { path },
  );
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** `name` becomes `name.1`, and so on; the oldest goes. */
async function rotate(path: string, keep: number): Promise<void> {
  await rm(`${path}.${keep}`, { force: true });
  for (let number = keep - 1; number >= 0; number -= 1) {
    const from = number === 0 ? path : `${path}.${number}`;
    await rename(from, `${path}.${number + 1}`).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
}

/** Opened for each batch, so that a file that was moved away is made anew. */
async function openAtEnd(path: string): Promise<{ readonly file: FileHandle; readonly size: number }> {
  const file = await open(path, 'a+', 0o600);
  try {
    const size = await endOfLines(file, path);
    if (size !== (await file.stat()).size) await file.truncate(size);
    return { file, size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function append(path: string, text: string): Promise<void> {
  const { file } = await openAtEnd(path);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function makeRoom({ path, maxBytes, keep }: FileSettings, bytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const { file, size } = await openAtEnd(path);
  await file.close();
  if (size > 0 && size + bytes > maxBytes) await rotate(path, keep);
}

/** @throws TieoutError `siem-invalid`. */
export function checkEventFile({ path }: FileSettings): void {
  if (isAbsolute(path)) return;
  throw new TieoutError('siem-invalid', `The file "${path}" is no absolute path; give the whole of it.`, {
    path,
  });
}

/** @throws TieoutError `siem-invalid`. */
export function openEventFile(settings: FileSettings): Receiver {
  checkEventFile(settings);
  const { path } = settings;
  /** Lines that fit the file, written at once; a batch may fill several files. */
  const write = async (lines: readonly string[], bytes: number): Promise<void> => {
    if (lines.length === 0) return;
    await makeRoom(settings, bytes);
    await append(path, lines.join(''));
  };
  return {
    async deliver(events, signal): Promise<Delivered> {
      signal.throwIfAborted();
      try {
        let lines: string[] = [];
        let bytes = 0;
        for (const event of events) {
          const line = `${event.json}\n`;
          const length = Buffer.byteLength(line);
          if (bytes + length > settings.maxBytes) {
            await write(lines, bytes);
            lines = [];
            bytes = 0;
          }
          lines.push(line);
          bytes += length;
        }
        await write(lines, bytes);
        // A new file, or one that was renamed, is there after a crash only when its folder says so.
        await syncFolder(path);
      } catch (error) {
        throw failed(error, path);
      }
      return ALL_TAKEN;
    },
    async probe() {
      try {
        await makeRoom(settings, 0);
      } catch (error) {
        throw failed(error, path);
      }
    },
    close: async () => {},
  };
}
