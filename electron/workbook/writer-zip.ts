/** A zip whose bytes depend on what is in it alone: fixed times and modes, one compression level. */
import { PassThrough, Readable } from 'node:stream';
import yazl from 'yazl';

/**
 * Written into every entry as local date and time, which is what the zip format holds: the same in every time zone. It
 * is the first day that the format knows.
 */
const ENTRY_TIME = new Date(1980, 0, 1, 12);

const ENTRY = {
  mtime: ENTRY_TIME,
  forceDosTimestamp: true,
  mode: 0o100644,
  // Sheets are repetitive text: a low level takes a third of the default's time and leaves files a little larger.
  compressionLevel: 2,
} as const;

const BUFFERED = 1024 * 1024;

/** Entries are added one after another, while `bytes` is read. */
export class ZipStream {
  readonly #zip = new yazl.ZipFile();
  readonly #output = this.#zip.outputStream.pipe(new PassThrough({ highWaterMark: BUFFERED }));
  #source: Readable | null = null;

  /** The zip's bytes. @param fill adds the entries; what it throws, `bytes` throws. */
  async *bytes(fill: () => Promise<void>): AsyncGenerator<Buffer> {
    fill().then(
      () => this.#zip.end(),
      (error: unknown) => this.#output.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    try {
      for await (const chunk of this.#output) if (Buffer.isBuffer(chunk)) yield chunk;
    } finally {
      // A consumer that stops early must not leave rows waiting to be taken.
      this.#source?.destroy();
    }
  }

  add(name: string, text: string): void {
    this.#zip.addBuffer(Buffer.from(text, 'utf8'), name, ENTRY);
  }

  /** Resolves when the last of the pieces was taken; rejects with what they throw. */
  addStream(name: string, pieces: AsyncIterable<Buffer>): Promise<void> {
    return new Promise((resolve, reject) => {
      const source = Readable.from(pieces, { objectMode: false, highWaterMark: BUFFERED });
      this.#source = source;
      source.once('end', resolve);
      source.once('error', reject);
      source.once('close', () => reject(new Error('The zip was given up.')));
      this.#zip.addReadStream(source, name, ENTRY);
    });
  }
}
