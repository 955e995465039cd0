import { TieoutError } from '../../shared/errors.ts';
import type { Profile } from '../profile/profile.ts';
import { examineProfileFile } from '../profile/profile-file.ts';
import { profileSchemaText } from '../profile/profile-schema.ts';
import { findProfile, type ListedProfile, listProfiles } from '../profile/profile-store.ts';
import { seedProfile, seedProfileText } from '../profile/seed-profile.ts';
import type { Session } from './session.ts';

/** Every fault of a profile file, as `FILE:LINE:COLUMN PATH what is wrong`, which editors make a link of. */
export async function profileCheck(session: Session, file: string): Promise<number> {
  const examined = await examineProfileFile(file);
  if (examined.ok) {
    const { name, revision, sha256, resources } = examined.profile;
    session.out.event(
      { type: 'profile', file, name, revision, sha256, resources },
      `${file} is the profile "${name}", revision ${revision}, of ${resources.join(', ')}\n${sha256}`,
    );
    return 0;
  }
  for (const fault of examined.faults) {
    if (session.out.options.json) session.out.event({ type: 'profile-fault', file, ...fault });
    else session.out.result(`${file}:${fault.line}:${fault.column} ${fault.path} ${fault.message}`);
  }
  const { length } = examined.faults;
  throw new TieoutError(
    'profile-invalid',
    `${file} is no valid profile; ${length === 1 ? 'its one fault is' : `its ${length} faults are`} listed.`,
    { file, count: length },
  );
}

function printDocument(session: Session, { name, revision, sha256, document }: Profile): void {
  const content: unknown = JSON.parse(document);
  if (session.out.options.json) {
    session.out.event({ type: 'profile', name, revision, sha256, document: content });
  } else {
    session.out.result(JSON.stringify(content, null, 2));
  }
}

/** @param wanted a name or the first digits of a hash; undefined is the built-in profile. */
export async function profileShow(session: Session, wanted: string | undefined): Promise<number> {
  if (wanted === undefined) printDocument(session, seedProfile());
  else printDocument(session, await findProfile((await session.app()).workspace.database, wanted));
  return 0;
}

function inWords({ name, revision, sha256, savedAt, actor }: ListedProfile): string {
  const origin = savedAt === null ? 'built in' : `saved ${savedAt} by ${actor}`;
  return `${sha256}  ${name}  revision ${revision}  ${origin}`;
}

export async function profileList(session: Session): Promise<number> {
  const app = await session.app();
  for (const profile of await listProfiles(app.workspace.database)) {
    const { name, revision, sha256, savedAt, actor } = profile;
    if (session.out.options.json) {
      session.out.event({ type: 'profile', name, revision, sha256, saved_at: savedAt, actor });
    } else {
      session.out.result(inWords(profile));
    }
  }
  return 0;
}

/** The JSON Schema of a profile file. */
export function profileSchema(session: Session): Promise<number> {
  const text = profileSchemaText().trimEnd();
  if (session.out.options.json) session.out.event({ type: 'profile-schema', schema: JSON.parse(text) });
  else session.out.result(text);
  return Promise.resolve(0);
}

/** The built-in profile as a file to start from. */
export function profileDefault(session: Session): Promise<number> {
  if (session.out.options.json) printDocument(session, seedProfile());
  else session.out.result(seedProfileText().trimEnd());
  return Promise.resolve(0);
}
