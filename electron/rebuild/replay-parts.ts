/** What every part of a rebuild works with. */
import type { Sha256 } from '../../shared/digest.ts';
import type { Redactor } from '../credentials/secret.ts';
import { calendarIds } from '../ingest/calendars/calendars.ts';
import type { PageWorkers } from '../ingest/page-workers.ts';
import { parseProfile } from '../profile/parse-profile.ts';
import type { Profile } from '../profile/profile.ts';
import { seedProfile } from '../profile/seed-profile.ts';
import type { Findings } from '../verify/findings.ts';
import type { Database } from '../workspace/database.ts';
import { type EvidenceStore, sha256 } from '../workspace/evidence.ts';
import type { Remains } from '../workspace/remains.ts';
import { NotEnough } from './told-event.ts';

export interface ReplayParts {
  /** The new one. */
  readonly database: Database;
  readonly evidence: EvidenceStore;
  readonly workers: PageWorkers;
  readonly redactor: Redactor;
  /** What is left of the old one; null where it cannot be opened. */
  readonly remains: Remains | null;
  readonly findings: Findings;
  readonly signal: AbortSignal;
  /** Makes the redactor know the secret of a connection, where it can be had. */
  readonly knowSecret: (connection: string) => Promise<void>;
  /** What cannot be made again by itself, in words. */
  readonly again: (what: string) => void;
}

/** Evidence by its hash. @throws NotEnough where it is gone or was changed. */
export async function document(parts: ReplayParts, digest: Sha256): Promise<Uint8Array> {
  const bytes = await parts.evidence.get(digest);
  if (bytes === null) throw new NotEnough(`the evidence ${digest} is missing or cannot be read`);
  if (sha256(bytes) !== digest) throw new NotEnough(`the evidence ${digest} was changed`);
  return bytes;
}

export async function documentText(parts: ReplayParts, digest: Sha256): Promise<string> {
  return Buffer.from(await document(parts, digest)).toString('utf8');
}

/** The profile that records were typed with. @throws NotEnough; TieoutError `profile-invalid`. */
export async function profileOf(parts: ReplayParts, digest: Sha256): Promise<Profile> {
  const seed = seedProfile();
  if (digest === seed.sha256) return seed;
  const kept = await parts.database.row('SELECT document FROM profile WHERE sha256 = ?', [digest]);
  const text = kept?.text('document') ?? (await documentText(parts, digest));
  return parseProfile(text, `The profile ${digest}`, calendarIds());
}
