import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonPath, type Place, pathText, placesOf } from '../../../electron/profile/places.ts';
import { SEED } from '../shared/decimals.ts';

/** What stands in the text at a place. */
function textAt(text: string, { line, column }: Place): string {
  return text
    .split('\n')
    .slice(line - 1)
    .join('\n')
    .slice(column - 1);
}

/** Each value of a document with its path. */
function* valuesOf(value: unknown, path: JsonPath = []): Generator<readonly [JsonPath, unknown]> {
  yield [path, value];
  if (Array.isArray(value)) {
    for (const [at, element] of value.entries()) yield* valuesOf(element, [...path, at]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* valuesOf(member, [...path, name]);
  }
}

describe('the places of a JSON text', () => {
  it('are where its values and names stand, however it is indented', () => {
    const indent = fc.constantFrom(0, 1, 2, '\t', '\r\n ');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), indent, (value, space) => {
        const text = JSON.stringify(value, null, space);
        const places = placesOf(text);
        for (const [path, part] of valuesOf(JSON.parse(text))) {
          const start =
            typeof part === 'object' && part !== null
              ? Array.isArray(part)
                ? '['
                : '{'
              : JSON.stringify(part);
          expect(textAt(text, places.ofValue(path)).startsWith(start)).toBe(true);
          const name = path.at(-1);
          if (typeof name === 'string') {
            expect(textAt(text, places.ofName(path)).startsWith(JSON.stringify(name))).toBe(true);
          }
        }
      }),
      { seed: SEED },
    );
  });

  it('are those of what is around, where a part is not there', () => {
    const places = placesOf('{\n  "a": {\n    "b": 1 }\n}');
    expect(places.ofValue(['a', 'c', 'd'])).toEqual({ line: 2, column: 8 });
    expect(places.ofName(['a', 'c'])).toEqual({ line: 2, column: 8 });
    expect(places.ofValue(['x'])).toEqual({ line: 1, column: 1 });
  });

  it('tell a name that is given twice, at the second', () => {
    expect(placesOf('{"a": 1, "b": {"a": 1,\n "\\u0061": 2}}').faults).toEqual([
      { path: ['b', 'a'], place: { line: 2, column: 2 }, message: 'is given twice; keep one' },
    ]);
  });

  it.each([
    ['{"a": 1.0}', 'is 1.0; numbers here are whole, and decimals stand as strings'],
    ['{"a": 1e3}', 'is 1e3; numbers here are whole, and decimals stand as strings'],
    ['{"a": NaN}', 'is NaN; numbers here are whole, and decimals stand as strings'],
    ['{"a": "\\ud83d"}', 'holds half a surrogate pair, which is no character'],
  ])('tell what a profile must not hold: %s', (text, message) => {
    expect(placesOf(text).faults).toEqual([{ path: ['a'], place: { line: 1, column: 7 }, message }]);
  });
});

describe('a path in words', () => {
  it.each([
    [['resources', 'settlements', 'fields', 'amount'], 'resources.settlements.fields.amount'],
    [['a', 'b c', 0, 'd'], 'a["b c"][0].d'],
    [[' '], '[" "]'],
    [[], 'the profile'],
  ] as const)('%j is %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});
