import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../electron/etrm/canonical/canonical.ts';
import { TieoutError } from '../../../../shared/errors.ts';
import { damagedDocument, document, numberToken, SEED, samples, stringToken } from './documents.ts';
import { pythonVerdicts, type Verdict } from './python-oracle.ts';

function verdict(utf8: Uint8Array): Verdict {
  try {
    return { canonical: Buffer.from(canonicalJson(utf8)).toString('ascii') };
  } catch (error) {
    if (!(error instanceof TieoutError)) throw error;
    if (error.code === 'json-syntax' || error.code === 'json-digits' || error.code === 'json-nesting') {
      return { rejected: error.code };
    }
    throw error;
  }
}

/** Expects the same of Tieout and of Python on every document; shows the first on which they differ. */
function expectParity(documents: readonly Uint8Array[]): { accepted: number; rejected: number } {
  const answers = pythonVerdicts(documents);
  let accepted = 0;
  for (const [at, utf8] of documents.entries()) {
    const ours = verdict(utf8);
    const theirs = answers[at];
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
      expect({ document: Buffer.from(utf8).toString(), seed: SEED, ...ours }).toEqual({
        document: Buffer.from(utf8).toString(),
        seed: SEED,
        ...theirs,
      });
    }
    if ('canonical' in ours) accepted += 1;
  }
  return { accepted, rejected: documents.length - accepted };
}

const digits = (count: number): string => '7'.repeat(count);

/** docs/hashing.md, row by row: what CPython 3.11 printed. */
const ACCEPTED: readonly (readonly [document: string, canonical: string])[] = [
  ['{"b":[1,2],"a":{"c":null}}', '{"a": {"c": null}, "b": [1, 2]}'],
  ['{"a":{},"b":[],"c":[[]]}', '{"a": {}, "b": [], "c": [[]]}'],
  ['[-0]', '[0]'],
  ['[-0.0,0e5,-0e5]', '[-0.0, 0.0, -0.0]'],
  ['[1.0,1234.50,0.10,1e3]', '[1.0, 1234.5, 0.1, 1000.0]'],
  ['[1e15,1e16,9999999999999998.0]', '[1000000000000000.0, 1e+16, 9999999999999998.0]'],
  ['[0.0001,0.00001,1e-7]', '[0.0001, 1e-05, 1e-07]'],
  ['[1e22,1e100,5e-324]', '[1e+22, 1e+100, 5e-324]'],
  ['[1e400,-1e400,1e-400]', '[Infinity, -Infinity, 0.0]'],
  ['[NaN,Infinity,-Infinity]', '[NaN, Infinity, -Infinity]'],
  ['[9007199254740993,18446744073709551616]', '[9007199254740993, 18446744073709551616]'],
  ['[9007199254740993.0]', '[9007199254740992.0]'],
  [digits(4300), digits(4300)],
  [`-${digits(4300)}`, `-${digits(4300)}`],
  [`[${digits(5000)}.0,${digits(5000)}e0]`, '[Infinity, Infinity]'],
  ['{"a":1,"b":2,"a":3}', '{"a": 3, "b": 2}'],
  ['{"a":1,"\\u0061":2}', '{"a": 2}'],
  [
    '{"\uFFFF":1,"\u{1F600}":2,"\uE000":3,"\uFB01":4}',
    '{"\\ue000": 3, "\\ufb01": 4, "\\uffff": 1, "\\ud83d\\ude00": 2}',
  ],
  [
    '{"\\ud83d":1,"\u{1F600}":2,"\uFFFF":3,"\uE000":4,"\\udc00":5}',
    '{"\\ud83d": 1, "\\udc00": 5, "\\ue000": 4, "\\uffff": 3, "\\ud83d\\ude00": 2}',
  ],
  ['{"ab":1,"a":2,"a\\u0000":3,"aa":4}', '{"a": 2, "a\\u0000": 3, "aa": 4, "ab": 1}'],
  ['["é","\u{1F600}","\\ud83d"]', '["\\u00e9", "\\ud83d\\ude00", "\\ud83d"]'],
  ['["\x7f\u0080\u2028\uFEFF"]', '["\\u007f\\u0080\\u2028\\ufeff"]'],
  [
    '["\\u0000\\u0008\\u0009\\u000a\\u000b\\u000c\\u000d\\u001f"]',
    '["\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f"]',
  ],
  ['["\\/","<>&\'"]', '["/", "<>&\'"]'],
  [' \t\r\n[ 1 , {"a" : 2 } ] ', '[1, {"a": 2}]'],
];

const REJECTED: readonly (readonly [document: string, code: string])[] = [
  ['[-NaN]', 'json-syntax'],
  ['[nan]', 'json-syntax'],
  ['[Inf]', 'json-syntax'],
  [digits(4301), 'json-digits'],
  [`-${digits(4301)}`, 'json-digits'],
  ['["\t"]', 'json-syntax'],
  ['["\\x41"]', 'json-syntax'],
  ['[01]', 'json-syntax'],
  ['[1.]', 'json-syntax'],
  ['[.5]', 'json-syntax'],
  ['[+1]', 'json-syntax'],
  ['[1,]', 'json-syntax'],
  ['[1,\u00a02]', 'json-syntax'],
  ['[1,\f2]', 'json-syntax'],
  ['\uFEFF[]', 'json-syntax'],
  ['', 'json-syntax'],
  [' ', 'json-syntax'],
  ['[1] 2', 'json-syntax'],
  ['{"a":1,}', 'json-syntax'],
  ['{a:1}', 'json-syntax'],
  ["{'a':1}", 'json-syntax'],
  ['{"a" 1}', 'json-syntax'],
  ['{"a":}', 'json-syntax'],
  ['["\\u12', 'json-syntax'],
  ['["\\u12g4"]', 'json-syntax'],
  ['["abc', 'json-syntax'],
  ['[1', 'json-syntax'],
  ['tru', 'json-syntax'],
  ['[1e]', 'json-syntax'],
  ['[1e+]', 'json-syntax'],
  ['-', 'json-syntax'],
  ['[1\0]', 'json-syntax'],
];

describe('the canonical form', () => {
  it.each(ACCEPTED)('of %j is %s', (given, canonical) => {
    expect(verdict(Buffer.from(given))).toEqual({ canonical });
  });

  it.each(REJECTED)('of %j is refused', (given, rejected) => {
    expect(verdict(Buffer.from(given))).toEqual({ rejected });
  });

  it('is what a real Python gives for every row of the table', () => {
    expectParity([...ACCEPTED, ...REJECTED].map(([given]) => Buffer.from(given)));
  });

  it('refuses bytes that are not UTF-8, and says where', () => {
    const [before, after] = [Buffer.from(`["${'é'.repeat(5000)}`), Buffer.from('"]')];
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80], [0x80]]) {
      const utf8 = Buffer.concat([before, Buffer.from(bad), after]);
      expect(() => canonicalJson(utf8)).toThrow(
        expect.objectContaining({
          code: 'json-syntax',
          details: expect.objectContaining({ offset: before.length }),
        }),
      );
    }
  });

  it('names line, column in characters and byte offset of a fault', () => {
    expect(() => canonicalJson(Buffer.from('{\n  "é": "電",\n  "ü" 1}'))).toThrow(
      expect.objectContaining({ details: { offset: 24, line: 3, column: 7 } }),
    );
    expect(() => canonicalJson(Buffer.from('[1'))).toThrow(
      expect.objectContaining({ details: { offset: 2, line: 1, column: 3 } }),
    );
  });

  it('does not depend on where the bytes lie in a larger buffer', () => {
    const buffer = Buffer.from('xx{"b":1,"a":[1.50]}yy');
    expect(Buffer.from(canonicalJson(buffer.subarray(2, -2))).toString()).toBe('{"a": [1.5], "b": 1}');
  });

  it('is read anew after a fault', () => {
    expect(verdict(Buffer.from('{"a":{"b":[1,{"c":'))).toEqual({ rejected: 'json-syntax' });
    expect(verdict(Buffer.from('{"b":{"b":[1,{"c":2}]},"a":0}'))).toEqual({
      canonical: '{"a": 0, "b": {"b": [1, {"c": 2}]}}',
    });
  });
});

describe('documents of every kind', () => {
  it('equal Python on generated documents', () => {
    const { accepted } = expectParity(samples(document, 9000));
    expect(accepted).toBe(9000);
  });

  it('are rejected where Python rejects them', () => {
    const { accepted, rejected } = expectParity(samples(damagedDocument, 7000));
    expect(Math.min(accepted, rejected)).toBeGreaterThan(500);
  });

  it('equal Python on numbers of every form', () => {
    const numbers = samples(numberToken, 20_000).map((token) => token.toString());
    const lists = Array.from(
      { length: 2000 },
      (_, at) => `[${numbers.slice(at * 10, at * 10 + 10).join(',')}]`,
    );
    const { accepted } = expectParity(lists.map((list) => Buffer.from(list)));
    expect(accepted).toBe(2000);
  });

  it('equal Python on every double near a power of ten', () => {
    const numbers: string[] = [];
    for (let power = -330; power <= 310; power += 1) {
      for (const mantissa of [
        '1',
        '9.999999999999999',
        '1.0000000000000002',
        '4.5',
        '123456789012345',
        '12345678901234567',
      ]) {
        numbers.push(`${mantissa}e${power}`);
      }
    }
    for (let places = 0; places <= 20; places += 1)
      numbers.push(`0.${'0'.repeat(places)}1`, `1${'0'.repeat(places)}.0`, `0.${'0'.repeat(places)}`);
    expectParity([Buffer.from(`[${numbers.join(',')}]`)]);
  });

  it('equal Python on strings of every code unit, raw and escaped', () => {
    const units: string[] = [];
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const hex = unit.toString(16).padStart(4, '0');
      units.push(`\\u${hex}`, `\\u${hex.toUpperCase()} `);
      if (unit >= 0x20 && unit !== 0x22 && unit !== 0x5c && (unit < 0xd800 || unit > 0xdfff))
        units.push(String.fromCharCode(unit));
    }
    expectParity([Buffer.from(`["${units.join('')}"]`), ...samples(stringToken, 3000)]);
  });

  it('equal Python on pages whose records share a shape, skip fields, repeat and shuffle them', () => {
    const records = samples(document, 500, SEED + 1).map((value) => value.toString());
    const pages = Array.from({ length: 100 }, (_, page) => {
      const fields = ['id', 'x', 'legs', 'é', 'id', 'trade', 'x'].slice(page % 4);
      const list = Array.from({ length: 12 }, (_, at) => {
        const names = fields.filter((_, field) => (at * 7 + page + field) % 5 > 0);
        const rotated = [...names.slice(at % 3), ...names.slice(0, at % 3)];
        return `{${rotated.map((name, field) => `"${name}":${records[(page * 12 + at * 5 + field) % records.length]}`).join(',')}}`;
      });
      return Buffer.from(`{"results":[${list.join(',')}]}`);
    });
    expectParity(pages);
  });

  it('equal Python where an object lies in another of the same parent key', () => {
    const shapes = [
      '{"z":1,"p":2}',
      '{"p":1,"x":{"q":1,"a":2}}',
      '{"x":{"x":{"b":1,"a":2},"a":3},"p":4}',
      '{"p":1,"x":{"p":2,"x":3}}',
    ];
    const pages = shapes.flatMap((first) =>
      shapes.flatMap((second) =>
        shapes.map((third) => Buffer.from(`[{"x":${first}},{"x":${second}},{"x":${third}}]`)),
      ),
    );
    expectParity(pages);
  });
});

describe('laws of the canonical form', () => {
  const canonical = (text: string): string => Buffer.from(canonicalJson(Buffer.from(text))).toString('ascii');

  it('its own canonical form is itself', () => {
    fc.assert(
      fc.property(document, (text) => canonical(canonical(text)) === canonical(text)),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('the order of distinct keys and white space do not change it', () => {
    const members = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-zé電😀]{0,9}$/u), document), {
      selector: ([key]) => key,
      maxLength: 40,
    });
    fc.assert(
      fc.property(members, (list) => {
        const object = (entries: typeof list, space: string): string =>
          `{${entries.map(([key, value]) => `${space}"${key}"${space}:${value}`).join(`${space},`)}}`;
        return canonical(object(list, '')) === canonical(object(list.toReversed(), ' \n'));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('large and hostile documents', () => {
  const nested = (open: string, close: string, depth: number): Buffer =>
    Buffer.from(`${open.repeat(depth)}1${close.repeat(depth)}`);

  it('accept all nesting that Python accepts, and refuse a little more with a clear error', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"b":', '}]'],
    ] as const) {
      const levels = open === '[{"b":' ? 2 : 1;
      expectParity([nested(open, close, 990 / levels), nested(open, close, 1200)]);
      expect(verdict(nested(open, close, 1000 / levels))).toHaveProperty('canonical');
      expect(verdict(nested(open, close, 1000 / levels + 1))).toEqual({ rejected: 'json-nesting' });
      expect(verdict(nested(open, close, 1_000_000))).toEqual({ rejected: 'json-nesting' });
    }
  });

  it('equal Python on objects of many keys', () => {
    const keyed = (count: number, key: (at: number) => string): Buffer =>
      Buffer.from(
        `{${Array.from({ length: count }, (_, at) => `"${key((at * 7919) % count)}":${at}`).join(',')}}`,
      );
    expectParity([
      keyed(40, (at) => `k${at}`),
      keyed(2000, (at) => `k${at % 1500}`),
      keyed(5000, (at) => `${'x'.repeat(300)}${at % 4000}`),
      keyed(5000, (at) => `\\u006b${at % 4000}é`),
      keyed(60_000, (at) => `key_${at}`),
      Buffer.concat([
        Buffer.from('['),
        keyed(3000, (at) => `a${at}`),
        Buffer.from(','),
        keyed(3000, (at) => `b${at}`),
        Buffer.from(']'),
      ]),
    ]);
  });

  it('forget keys rather than keep those of every page for ever', () => {
    const page = (number: number): Buffer =>
      Buffer.from(
        `[${Array.from({ length: 400 }, (_, record) => `{"z":1,"k${number}_${record}":2,"a":3}`).join(',')}]`,
      );
    expectParity(Array.from({ length: 30 }, (_, number) => page(number)));
  });

  it('write long strings and pieces longer than a buffer', () => {
    expectParity([
      Buffer.from(`["${'x'.repeat(300_000)}",{"b":"${'é'.repeat(100_000)}","a":"${'y'.repeat(70_000)}"}]`),
      Buffer.from(`{"${'k'.repeat(200_000)}":1,"${'k'.repeat(199_999)}":2}`),
      Buffer.from(`[${'1,'.repeat(100_000)}0.${'1'.repeat(100_000)}]`),
    ]);
  });
});
