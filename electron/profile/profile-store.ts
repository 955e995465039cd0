/** Profiles of a workspace, by the SHA-256 of their canonical JSON: what a run was typed with can always be read again. */
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { calendarIds } from '../ingest/calendars/calendars.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { sha256 as digestOf, type EvidenceStore } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import { parseProfile } from './parse-profile.ts';
import type { Profile } from './profile.ts';
import { seedProfile } from './seed-profile.ts';

/** As a list shows it; the built-in one was saved by nobody. */
export interface ListedProfile {
  readonly name: string;
  readonly revision: number;
  readonly sha256: Sha256;
  /** RFC 3339, UTC. */
  readonly savedAt: string | null;
  readonly actor: string | null;
}

/** Keeps a profile's document among the evidence, under its hash: what a run was typed with outlives the database. */
export async function keepDocument(evidence: EvidenceStore, { document }: Profile): Promise<void> {
  await evidence.put(Buffer.from(document));
}

/**
 * Keeps a profile, in the transaction of what uses it; one that is there already is left as it is.
 * @param by when, RFC 3339, and who.
 * @returns true where it is new to the workspace.
 * @throws TieoutError `profile-invalid` where another document has the same name and revision, or the built-in's name.
 */
export async function saveProfile(
  tx: Transaction,
  profile: Profile,
  by: { readonly at: string; readonly actor: string },
): Promise<boolean> {
  const { name, revision, sha256, document } = profile;
  if (!(await isNew(tx, profile))) return false;
  const seq = await appendAudit(tx, { ...by, type: 'profile.save', payload: { name, revision, sha256 } });
  const values = [sha256, seq, name, revision, document, by.at, by.actor];
  await tx.run('INSERT INTO profile VALUES (?, ?, ?, ?, ?, ?, ?)', values);
  return true;
}

/**
 * Whether a profile would be new to the workspace.
 * @throws TieoutError `profile-invalid` where another document has the same name and revision, or the built-in's name.
 */
export async function isNew(reader: Reader, { name, revision, sha256 }: Profile): Promise<boolean> {
  if (await reader.row('SELECT sha256 FROM profile WHERE sha256 = ?', [sha256])) return false;
  const seed = seedProfile();
  if (name === seed.name && sha256 !== seed.sha256) {
    throw new TieoutError(
      'profile-invalid',
      `"${name}" is the name of the built-in profile; give the one that you changed a name of its own.`,
      { name, revision },
    );
  }
  const other = await reader.row('SELECT sha256 FROM profile WHERE name = ? AND revision = ?', [
    name,
    revision,
  ]);
  if (other) {
    throw new TieoutError(
      'profile-invalid',
      `This workspace has the profile "${name}" of revision ${revision} in another wording; raise the revision of the one that you changed.`,
      { name, revision, stored: other.text('sha256'), given: sha256 },
    );
  }
  return true;
}

/**
 * The built-in one, or one that was saved.
 * @throws TieoutError `profile-unknown`; `workspace-damaged` where the document is not what was saved.
 */
export async function storedProfile(database: Reader, sha256: Sha256): Promise<Profile> {
  const seed = seedProfile();
  if (sha256 === seed.sha256) return seed;
  const row = await database.row('SELECT document FROM profile WHERE sha256 = ?', [sha256]);
  if (!row) {
    throw new TieoutError(
      'profile-unknown',
      `There is no profile ${sha256} in this workspace; see tieout profile list.`,
      { sha256 },
    );
  }
  const document = row.text('document');
  if (digestOf(document) !== sha256) {
    throw new TieoutError(
      'workspace-damaged',
      `The profile ${sha256} of this workspace was changed after it was saved; restore the workspace from a backup.`,
      { sha256 },
    );
  }
  return parseProfile(document, `The profile ${sha256}`, calendarIds());
}

function listed(row: Row): ListedProfile {
  return {
    name: row.text('name'),
    revision: row.int('revision'),
    sha256: row.sha256('sha256'),
    savedAt: row.text('saved_at'),
    actor: row.text('actor'),
  };
}

const COLUMNS = 'SELECT name, revision, sha256, saved_at, actor FROM profile';

/** The built-in one first, then all that were saved, in the order in which they were. */
export async function listProfiles(database: Reader): Promise<readonly ListedProfile[]> {
  const { name, revision, sha256 } = seedProfile();
  const rows = await database.rows(`${COLUMNS} WHERE sha256 <> ? ORDER BY seq`, [sha256]);
  return [{ name, revision, sha256, savedAt: null, actor: null }, ...rows.map(listed)];
}

/** Digits of a hash that are enough to name a profile. */
const LEAST_DIGITS = 8;

/**
 * By name, of which the one that was saved last, or by the first digits of its SHA-256.
 * @throws TieoutError `profile-unknown`, also where more than one begins with the digits.
 */
export async function findProfile(database: Reader, wanted: string): Promise<Profile> {
  const all = await listProfiles(database);
  const digits = wanted.toLowerCase();
  const byHash = digits.length < LEAST_DIGITS ? [] : all.filter(({ sha256 }) => sha256.startsWith(digits));
  const found = all.findLast(({ name }) => name === wanted) ?? (byHash.length === 1 ? byHash[0] : undefined);
  if (found) return await storedProfile(database, found.sha256);
  const names = [...new Set(all.map(({ name }) => name))].join(', ');
  throw new TieoutError(
    'profile-unknown',
    byHash.length > 1
      ? `${byHash.length} profiles of this workspace begin with ${wanted}; give more digits.`
      : `This workspace has no profile "${wanted}"; it has ${names}. A profile is saved with the connection that uses it (tieout connect --profile FILE).`,
    { wanted },
  );
}
