import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prettyJson } from '../../../shared/pretty-json.ts';

describe('JSON indented for the eye', () => {
  it('is what JSON.stringify makes of any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('keeps digits, escapes, order and members that come twice', () => {
    expect(prettyJson('{"b": 1.50 ,"a":-0.0e+01,"b":"\\u00e9 \\" , {","c":[ ] ,"d":{ }}')).toBe(
      [
        '{',
        '  "b": 1.50,',
        '  "a": -0.0e+01,',
        '  "b": "\\u00e9 \\" , {",',
        '  "c": [],',
        '  "d": {}',
        '}',
      ].join('\n'),
    );
  });

  it('loses no character of what is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\a1 \n') }), (text) => {
        const bare = (all: string): string => all.replace(/\s/g, '');
        expect(bare(prettyJson(text))).toBe(bare(text));
      }),
    );
  });
});
