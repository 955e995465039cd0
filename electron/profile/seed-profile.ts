/** The built-in profile: a vendor that is asked, and answers, as Tieout's own names say. */
import { RESOURCES } from '../../shared/resource.ts';
import { seedShape } from '../etrm/page-shape.ts';
import { parseProfile } from './parse-profile.ts';
import type { Profile } from './profile.ts';
import { FORMAT } from './profile-document.ts';

function resource(name: string): object {
  const { path, parameters, paging, results } = seedShape(name);
  const { start, end, pageSize } = parameters;
  return { path, parameters: { start, end, page_size: pageSize }, paging, results };
}

/** As a file, to start an own profile from. */
export function seedProfileText(): string {
  const document = {
    profile: FORMAT,
    name: 'default',
    // Raised with any change of what is below: a workspace takes a revision in one wording only.
    revision: 1,
    description: "Tieout's own names throughout: every field comes from the member of its name.",
    idempotency: false,
    resources: Object.fromEntries(RESOURCES.map((name) => [name, resource(name)])),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What a connection without a profile of its own is synced by. */
export function seedProfile(): Profile {
  return parseProfile(seedProfileText(), 'the built-in profile', []);
}
