/** Evidence beside a break: a file, kept under its hash before the act that names it. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BreakActResult } from '../../shared/breaks.ts';
import { sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { CloseParts } from '../close/parts.ts';
import { actOnBreaks, type BreakChoice } from './break-acts.ts';
import type { BreakBook } from './break-book.ts';
import type { LineWatch } from './break-lines.ts';

/** Evidence is read whole. */
const MOST_BYTES = 100_000_000;

/** @throws TieoutError `file-not-found`, `file-unreadable`; what `actOnBreaks` throws. */
export async function attachEvidence(
  parts: CloseParts,
  choice: BreakChoice,
  { path, note }: { readonly path: string; readonly note: string },
  watch?: LineWatch,
): Promise<BreakActResult> {
  watch?.onProgress('Keeping the file', 0, null);
  const bytes = await readEvidence(path);
  const fileSha256 = await parts.workspace.evidence.put(bytes);
  return actOnBreaks(parts, choice, { act: 'attach', fileName: basename(path), fileSha256, note }, watch);
}

export interface Attachment {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * @param named a name or a SHA-256; null: the newest file.
 * @throws TieoutError `break-unknown`, `file-not-found`.
 */
export async function attachmentOf(
  parts: CloseParts,
  book: BreakBook,
  breakId: string,
  named: string | null,
): Promise<Attachment> {
  const { history } = await book.detail(breakId);
  const found = history.findLast(
    ({ fileName, fileSha256 }) =>
      fileSha256 !== null && (named === null || fileName === named || fileSha256 === named),
  );
  const bytes = found?.fileSha256 ? await parts.workspace.evidence.get(sha256Of(found.fileSha256)) : null;
  if (!found || bytes === null) {
    throw new TieoutError(
      'file-not-found',
      `${named ?? 'A file'} does not lie beside the break ${breakId}; see tieout breaks show ${breakId}.`,
      { break_id: breakId },
    );
  }
  return { name: found.fileName ?? breakId, bytes };
}

async function readEvidence(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      throw new TieoutError(
        'file-unreadable',
        `The file ${path} has ${size} bytes, above the ${MOST_BYTES} that can be attached; attach the part that matters.`,
        { path },
      );
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof TieoutError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The file ${path} ${missing ? 'does not exist' : 'cannot be read'}; name the file to attach.`,
      { path },
      { cause: error },
    );
  }
}
