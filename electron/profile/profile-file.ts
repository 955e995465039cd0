/** Profiles from files. */
import { readFile } from 'node:fs/promises';
import { TieoutError } from '../../shared/errors.ts';
import { calendarIds } from '../ingest/calendars/calendars.ts';
import { profileInvalid } from './faults.ts';
import { type Examined, examineProfile } from './parse-profile.ts';
import type { Profile } from './profile.ts';

/** A profile of every field of all resources has some 20,000 characters. */
const MOST_BYTES = 1_000_000;

async function textOf(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The profile ${path} ${missing ? 'does not exist' : 'cannot be read'}; name a JSON file.`,
      { path },
      { cause: error },
    );
  }
  if (bytes.length > MOST_BYTES) {
    throw new TieoutError(
      'file-unreadable',
      `${path} has ${bytes.length} bytes, more than a profile may have (${MOST_BYTES}); name a profile.`,
      { path },
    );
  }
  try {
    // A byte-order mark, as some editors write, is no part of the text.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TieoutError(
      'file-unreadable',
      `The profile ${path} is not UTF-8; save it as UTF-8.`,
      { path },
      { cause: error },
    );
  }
}

/** @throws TieoutError `file-not-found`, `file-unreadable`. */
export async function examineProfileFile(path: string): Promise<Examined> {
  return examineProfile(await textOf(path), calendarIds());
}

/** @throws TieoutError `file-not-found`, `file-unreadable`; `profile-invalid` with every fault in its details. */
export async function readProfileFile(path: string): Promise<Profile> {
  const examined = await examineProfileFile(path);
  if (examined.ok) return examined.profile;
  throw profileInvalid(path, examined.faults);
}
