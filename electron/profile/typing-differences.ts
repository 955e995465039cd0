/** What a profile makes of a settlement's members, held against another profile, in words that a list shows. */
import { z } from 'zod';
import type { ProfileDifference } from '../../shared/dead-letters.ts';
import type { Profile } from './profile.ts';

/** What decides how a record is typed; paths, parameters and paging decide only how it is asked for. */
const document = z.object({
  resources: z.object({
    settlements: z
      .object({
        fields: z.record(z.string(), z.json()).optional(),
        only: z.boolean().optional(),
        delivery: z.record(z.string(), z.json()).optional(),
      })
      .optional(),
  }),
});

type Typing = ReadonlyMap<string, string>;

function shown(value: z.core.util.JSONType): string {
  if (typeof value === 'string') return value;
  return value === null ? 'nothing' : JSON.stringify(value);
}

function typingOf(profile: Profile): Typing {
  const { settlements } = document.parse(JSON.parse(profile.document)).resources;
  const { fields = {}, only = false, delivery = {} } = settlements ?? {};
  return new Map([
    ...Object.entries(fields).map(([name, source]) => [name, shown(source)] as const),
    ...(only ? [['fields that are not named', 'nothing'] as const] : []),
    ...Object.entries(delivery).map(([name, value]) => [`delivery ${name}`, shown(value)] as const),
  ]);
}

/** In the order of the names; empty where both type a settlement alike. */
export function typingDifferences(before: Profile, after: Profile): readonly ProfileDifference[] {
  const [was, is] = [typingOf(before), typingOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .filter((what) => was.get(what) !== is.get(what))
    .map((what) => ({ what, before: was.get(what) ?? null, after: is.get(what) ?? null }));
}
