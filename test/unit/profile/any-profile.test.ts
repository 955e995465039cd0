import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Examined, examineProfile } from '../../../electron/profile/parse-profile.ts';
import { profileSchemaText } from '../../../electron/profile/profile-schema.ts';
import { RESOURCES } from '../../../shared/resource.ts';
import { SEED } from '../shared/decimals.ts';

const CALENDARS = ['ERCOT'];

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'profiles.md'), 'utf8');
const [cursor, , link] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => text);

type Document = Readonly<Record<string, unknown>> | readonly unknown[];

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}

/** The document with one of its values, chosen by `at`, replaced; undefined takes it away. */
function changed(document: unknown, at: number, value: unknown): unknown {
  let count = 0;
  return JSON.parse(
    JSON.stringify(document, (_, part: unknown) => {
      count += 1;
      return count === at + 1 ? value : part;
    }) ?? 'null',
  );
}

function valuesIn(document: unknown): number {
  return isDocument(document)
    ? 1 + Object.values(document).reduce<number>((sum, part) => sum + valuesIn(part), 0)
    : 1;
}

/** What people write into profiles, and what nobody should. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    undefined,
    null,
    '',
    ' ',
    0,
    -1,
    1.5,
    true,
    [],
    {},
    '__proto__',
    'page',
    'results',
    'amount',
    'UTC',
    'yyyy-MM-dd',
    '/',
    '//x',
    'POWER',
    '0.1',
  ),
  fc.record(
    {
      from: fc.string(),
      form: fc.string(),
      zone: fc.constantFrom('UTC', 'x'),
      scale: fc.string(),
      constant: fc.string(),
    },
    { requiredKeys: [] },
  ),
);

const profile = fc
  .tuple(fc.constantFrom(cursor, link), fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 4 }))
  .map(([text = '', changes]) =>
    changes.reduce<unknown>(
      (document, [at, next]) => changed(document, at % valuesIn(document), next),
      JSON.parse(text),
    ),
  );

/** That the answer is whole: a profile that works, or faults that say where and what. */
function expectWhole(examined: Examined, text: string): void {
  if (examined.ok) {
    for (const resource of RESOURCES.filter((name) => examined.profile.resources.includes(name))) {
      expect(examined.profile.shape(resource).path).toMatch(/^\//);
      expect(examined.profile.mapping(resource).fields.size).toBeGreaterThan(0);
    }
    expect(examineProfile(examined.profile.document, CALENDARS)).toMatchObject({
      ok: true,
      profile: { sha256: examined.profile.sha256 },
    });
    return;
  }
  expect(examined.faults.length).toBeGreaterThan(0);
  const lines = text.split('\n');
  for (const { line, column, path, message } of examined.faults) {
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
    expect(path).not.toBe('');
    expect(message).toMatch(/^(is|has|holds|says|sounds|stands) /);
    expect(message).not.toMatch(/undefined|\[object|Invalid|\n/);
  }
}

describe('whatever a file holds', { timeout: 60_000 }, () => {
  it('it is a profile or has faults with their places, in words', () => {
    fc.assert(
      fc.property(profile, (document) => {
        const text = JSON.stringify(document, null, 2);
        expectWhole(examineProfile(text, CALENDARS), text);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('also where it is no JSON', () => {
    const cut = fc
      .tuple(fc.nat(), fc.string())
      .map(([at, more]) => `${(cursor ?? '').slice(0, at % (cursor ?? '').length)}${more}`);
    fc.assert(
      fc.property(fc.oneof(cut, fc.string({ unit: 'binary' })), (text) => {
        expectWhole(examineProfile(text, CALENDARS), text.toWellFormed());
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('nothing is a profile that the published schema refuses', () => {
    const schema = z.fromJSONSchema(JSON.parse(profileSchemaText()));
    fc.assert(
      fc.property(profile, (document) => {
        fc.pre(examineProfile(JSON.stringify(document), CALENDARS).ok);
        expect(schema.safeParse(document).error).toBeUndefined();
      }),
      { seed: SEED, numRuns: 40, maxSkipsPerRun: 1000 },
    );
  });
});
