import { readFile } from 'node:fs/promises';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import { decodeBody } from '../etrm/canonical/charset.ts';
import { hashDocument } from '../etrm/canonical/page.ts';
import type { Session } from './session.ts';

async function pageHash(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `${file} ${missing ? 'does not exist' : 'cannot be read'}.`,
      { path: file },
      { cause: error },
    );
  }
  return hashDocument(decodeBody(bytes, 'application/json').utf8);
}

/** One line a file, as sha256sum prints it; a file that has no page hash is named and the rest goes on. */
export async function hashCommand(session: Session, files: readonly string[]): Promise<number> {
  let code = 0;
  for (const file of files) {
    try {
      const digest = await pageHash(file);
      if (session.out.options.json) session.out.event({ type: 'hash', path: file, page_sha256: digest });
      else session.out.result(`${digest}  ${file}`);
    } catch (error) {
      const known = asTieoutError(error);
      const named = known.message.includes(file)
        ? known
        : new TieoutError(known.code, `${file}: ${known.message}`, known.details, { cause: known });
      session.out.error(named);
      code = 2;
    }
  }
  return code;
}
