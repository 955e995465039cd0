/** The zip file around a workbook: its parts by name, each as a bounded stream, and why a file is no workbook. */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import { TieoutError } from '../../shared/errors.ts';

/** A workbook of a million rows and thirty columns has some 2 GB of XML. */
const MOST_PART_BYTES = 8 * 1024 ** 3;
/** Deflate packs a thousand to one at most, XML of cells some twenty to one; small parts may be as dense as they like. */
const MOST_RATIO = 300;
const SMALL_BYTES = 64 * 1024 ** 2;
const MOST_PARTS = 20_000;

const OLE = [0xd0, 0xcf, 0x11, 0xe0];
const ZIP = [0x50, 0x4b];

export function workbookInvalid(file: string, why: string, cause?: unknown): TieoutError {
  return new TieoutError('workbook-invalid', `${file} ${why}.`, { file }, { cause });
}

function begins(bytes: Uint8Array, with_: readonly number[]): boolean {
  return with_.every((byte, at) => bytes[at] === byte);
}

/** An OLE file is an encrypted workbook where it has a stream of that name, else a workbook of before 2007. */
function oleFault(file: string, bytes: Buffer): TieoutError {
  return bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    ? workbookInvalid(file, 'is protected with a password; remove the password in Excel and save it again')
    : workbookInvalid(file, 'is a workbook of the old .xls form; save it as .xlsx');
}

async function fromFile(
  path: string,
  file: string,
): Promise<{ readonly head: Buffer; readonly size: number }> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      // The names of an OLE file's streams lie anywhere in it; of any other file the first bytes are enough.
      const head = Buffer.alloc(Math.min(size, 4 * 1024 ** 2));
      await handle.read(head, 0, head.length, 0);
      return { head, size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The file ${path} ${missing ? 'does not exist' : 'cannot be read'}; name a workbook.`,
      { path, file },
      { cause: error },
    );
  }
}

export class Container {
  readonly file: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(file: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.file = file;
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws TieoutError `file-*`, `workbook-invalid`. */
  static async open(source: string | Uint8Array, file: string): Promise<Container> {
    const bytes =
      typeof source === 'string' ? null : Buffer.from(source.buffer, source.byteOffset, source.length);
    const { head, size } =
      typeof source === 'string'
        ? await fromFile(source, file)
        : { head: bytes ?? Buffer.alloc(0), size: source.length };
    if (size === 0) throw workbookInvalid(file, 'is empty; name a workbook');
    if (begins(head, OLE)) throw oleFault(file, head);
    if (!begins(head, ZIP))
      throw workbookInvalid(file, 'is no .xlsx workbook; save it as .xlsx, or import it as CSV');
    let zip: ZipFile | null = null;
    try {
      zip =
        typeof source === 'string'
          ? await openPromise(source, { autoClose: false })
          : await fromBufferPromise(bytes ?? Buffer.alloc(0));
      if (zip.entryCount > MOST_PARTS)
        throw workbookInvalid(file, `has ${zip.entryCount} parts, more than a workbook has`);
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName.toLowerCase(), entry);
      return new Container(file, zip, entries);
    } catch (error) {
      zip?.close();
      if (error instanceof TieoutError) throw error;
      throw workbookInvalid(
        file,
        'is cut short or damaged, so that its parts cannot be found; fetch or save it again',
        error,
      );
    }
  }

  has(part: string): boolean {
    return this.#entries.has(part.toLowerCase());
  }

  /**
   * @param part its name without a leading slash. @param mostBytes once unpacked.
   * @returns null where there is no such part. @throws TieoutError `workbook-invalid` for one that is too large.
   */
  async part(part: string, mostBytes: number = MOST_PART_BYTES): Promise<Readable | null> {
    const entry = this.#entries.get(part.toLowerCase());
    if (!entry) return null;
    if (entry.isEncrypted())
      throw workbookInvalid(this.file, 'is protected with a password; remove the password and save it again');
    const dense =
      entry.uncompressedSize > SMALL_BYTES && entry.uncompressedSize > MOST_RATIO * entry.compressedSize;
    // The reader ends with an error where the part has more bytes than it says.
    if (dense || entry.uncompressedSize > mostBytes) {
      throw workbookInvalid(
        this.file,
        `has a part (${part}) of ${entry.uncompressedSize} bytes packed into ${entry.compressedSize}, which no honest workbook has; it was not read`,
      );
    }
    try {
      return await this.#zip.openReadStreamPromise(entry);
    } catch (error) {
      throw this.damaged(part, error);
    }
  }

  damaged(part: string, cause: unknown): TieoutError {
    if (cause instanceof TieoutError) return cause;
    return workbookInvalid(
      this.file,
      `is cut short or damaged in its part ${part}; fetch or save it again`,
      cause,
    );
  }

  close(): void {
    this.#zip.close();
  }
}
