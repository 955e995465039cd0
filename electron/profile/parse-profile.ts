/** Profiles from their text: checked as a whole, every fault at once, and compiled. */
import type { Sha256 } from '../../shared/digest.ts';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import { RESOURCES, type Resource } from '../../shared/resource.ts';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { sha256 } from '../workspace/evidence.ts';
import { mappingOf, shapeOf } from './compile.ts';
import { crossFaults } from './cross-checks.ts';
import {
  type Fault,
  inOrder,
  type ProfileFault,
  profileInvalid,
  schemaFaults,
  shownFault,
  wording,
} from './faults.ts';
import { type Places, pathText, placesOf } from './places.ts';
import type { Profile } from './profile.ts';
import { type ProfileDocument, profileDocument, type ResourceDocument } from './profile-document.ts';

/** A profile, or every fault that keeps its text from being one. */
export type Examined =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly faults: readonly ProfileFault[] };

function refused(faults: readonly ProfileFault[]): Examined {
  return { ok: false, faults: inOrder(faults) };
}

/** Of text that is no JSON, where it stops being JSON. */
function notJson(error: unknown): Examined {
  const known = asTieoutError(error);
  if (!known.code.startsWith('json-')) throw error;
  const { line, column } = known.details;
  const message = `is no JSON: ${known.message.replace(/^The JSON cannot be read: /, '').replace(/ \(line .*$/, '')}`;
  return refused([{ path: pathText([]), message, line: Number(line), column: Number(column) }]);
}

function placed(faults: readonly Fault[], places: Places): readonly ProfileFault[] {
  return faults.map((fault) =>
    shownFault(fault, fault.ofName ? places.ofName(fault.path) : places.ofValue(fault.path)),
  );
}

function compiled(document: ProfileDocument, canonical: string, digest: Sha256): Profile {
  const { name, revision, idempotency, resources } = document;
  const of = (resource: Resource): ResourceDocument => {
    const described = resources[resource];
    if (described) return described;
    throw new TieoutError(
      'usage',
      `The profile "${name}" (revision ${revision}) does not describe ${resource}; add resources.${resource} to it.`,
      { profile: name, resource },
    );
  };
  return {
    name,
    revision,
    document: canonical,
    sha256: digest,
    idempotencyKeys: idempotency,
    resources: RESOURCES.filter((resource) => resources[resource] !== undefined),
    shape: (resource) => shapeOf(of(resource)),
    mapping: (resource) => mappingOf(resource, of(resource)),
  };
}

/** @param calendars ids of the market calendars that there are. */
export function examineProfile(text: string, calendars: readonly string[]): Examined {
  let canonical: Uint8Array;
  try {
    canonical = canonicalJson(Buffer.from(text.toWellFormed()));
  } catch (error) {
    return notJson(error);
  }
  const places = placesOf(text);
  const odd = places.faults.map(({ path, place, message }) => ({ path: pathText(path), message, ...place }));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Python's JSON knows NaN and Infinity; they are named already.
    return refused(odd);
  }
  const read = profileDocument.safeParse(value, { error: wording });
  const faults = [
    ...odd,
    ...placed(read.success ? [] : schemaFaults(read.error.issues), places),
    ...placed(crossFaults(value, calendars), places),
  ];
  if (!read.success || faults.length > 0) return refused(faults);
  const bytes = Buffer.from(canonical);
  return { ok: true, profile: compiled(read.data, bytes.toString('latin1'), sha256(bytes)) };
}

/**
 * @param file its name, for messages. @param calendars ids of the market calendars that there are.
 * @throws TieoutError `profile-invalid`, with every fault in its details.
 */
export function parseProfile(text: string, file: string, calendars: readonly string[]): Profile {
  const examined = examineProfile(text, calendars);
  if (examined.ok) return examined.profile;
  throw profileInvalid(file, examined.faults);
}
