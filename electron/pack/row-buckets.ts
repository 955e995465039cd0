/** Lines put aside in temporary files by a key, so that all of a key can be read together and memory does not grow with them. */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A million records a side make files of about twenty megabytes. */
const BUCKETS = 64;
/** Characters that wait in memory. */
const MOST_WAITING = 2 * 1024 * 1024;

/** FNV-1a: any spread of the keys will do. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}

export class RowBuckets {
  readonly #files: readonly { readonly path: string; readonly handle: FileHandle; waiting: string }[];
  #size = 0;

  private constructor(files: readonly { readonly path: string; readonly handle: FileHandle }[]) {
    this.#files = files.map((file) => ({ ...file, waiting: '' }));
  }

  /** @param name of the files in the folder. */
  static async open(folder: string, name: string): Promise<RowBuckets> {
    const paths = Array.from({ length: BUCKETS }, (_, at) => join(folder, `${name}-${at}`));
    const files: { path: string; handle: FileHandle }[] = [];
    for (const path of paths) files.push({ path, handle: await open(path, 'wx') });
    return new RowBuckets(files);
  }

  /** @param line without a line end. */
  put(key: string, line: string): void {
    const file = this.#files[bucketOf(key)];
    if (!file) return;
    file.waiting += `${line}\n`;
    this.#size += line.length;
  }

  /** To be called now and then: lines that wait lie in memory. */
  async putAside(): Promise<void> {
    if (this.#size >= MOST_WAITING) await this.#flush();
  }

  async #flush(): Promise<void> {
    for (const file of this.#files) {
      if (file.waiting !== '') await file.handle.appendFile(file.waiting);
      file.waiting = '';
    }
    this.#size = 0;
  }

  /** The lines bucket by bucket: all of a key are in one. */
  async *read(): AsyncGenerator<readonly string[]> {
    await this.#flush();
    for (const { path } of this.#files) {
      const text = await readFile(path, 'utf8');
      yield text === '' ? [] : text.slice(0, -1).split('\n');
    }
  }

  async close(): Promise<void> {
    for (const { handle } of this.#files) await handle.close();
  }
}
