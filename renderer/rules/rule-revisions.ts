/** Names and revisions of rule sets: what a changed set is to be saved as. */
import type { ListedRules } from '../../shared/rules.ts';
import { type JsonObject, textAt, valueAt, withValue } from './rule-document.ts';

/** The name of the built-in set, which no other has. */
export const BUILT_IN = 'default';
const FIRST_OWN = 'desk';

type Named = Pick<ListedRules, 'name' | 'revision'>;

/** The revision that the next change of a name gets. */
export function nextRevision(saved: readonly Named[], name: string): number {
  return Math.max(0, ...saved.filter((one) => one.name === name).map(({ revision }) => revision)) + 1;
}

/** A set that is being changed: a name of its own, and the revision that follows the newest of that name. */
export function asNewRevision(document: JsonObject, saved: readonly Named[]): JsonObject {
  const given = textAt(document, ['name']);
  const name = given === BUILT_IN ? FIRST_OWN : given;
  return withValue(
    withValue(document, ['name'], name),
    ['revision'],
    nextRevision(name === BUILT_IN ? [] : saved, name),
  );
}

/** Why a set cannot be saved under its name and revision, beside the member that says so. */
export function revisionFaults(
  document: JsonObject,
  saved: readonly Named[],
): readonly { readonly path: 'name' | 'revision'; readonly message: string }[] {
  const name = textAt(document, ['name']);
  // What is no revision at all is refused by the check.
  if (typeof valueAt(document, ['revision']) !== 'number') return [];
  const next = nextRevision(saved, name);
  if (name === BUILT_IN)
    return [
      { path: 'name', message: 'is the name of the built-in set; give the changed one a name of its own' },
    ];
  if (Number(textAt(document, ['revision'])) >= next) return [];
  return [{ path: 'revision', message: `is saved already; the next of "${name}" is ${next}` }];
}
