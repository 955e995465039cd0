import fc from 'fast-check';

/** The seed of every generated test: printed by fast-check with a counter-example. */
export const SEED = 20240301;

const space = fc.constantFrom('', '', '', '', ' ', '\n', '\t', '\r\n  ');

const digits = (most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: most }).map((list) => list.join(''));

const whole = fc.oneof(
  fc.constantFrom('0', '1', '9', '10', '9007199254740993', '18446744073709551616'),
  digits(3).map((text) => text.replace(/^0+(?=\d)/, '')),
  digits(25).map((text) => text.replace(/^0+(?=\d)/, '')),
);
const fraction = fc.oneof(
  fc.constantFrom('.0', '.00', '.5', '.50', '.0001', '.00001', '.00010', '.0000'),
  digits(20).map((text) => `.${text}`),
  digits(4).map((text) => `.${text}`),
);
const exponent = fc
  .tuple(
    fc.constantFrom('e', 'E'),
    fc.constantFrom('', '+', '-'),
    fc.constantFrom('0', '1', '3', '04', '15', '16', '17', '22', '100', '308', '324', '400'),
  )
  .map((parts) => parts.join(''));
const sign = fc.constantFrom('', '', '-');

/** Number tokens of every form. */
export const numberToken = fc.oneof(
  fc.tuple(sign, whole).map((parts) => parts.join('')),
  fc.tuple(sign, whole, fraction).map((parts) => parts.join('')),
  fc.tuple(sign, whole, fraction, exponent).map((parts) => parts.join('')),
  fc.tuple(sign, whole, exponent).map((parts) => parts.join('')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => String(value)),
  fc
    .tuple(fc.nat(1e9), fc.integer({ min: 0, max: 6 }))
    .map(([value, places]) => (value / 10 ** places).toFixed(places)),
  fc.constantFrom('NaN', 'Infinity', '-Infinity'),
);

const hex4 = (unit: number, upper: boolean): string => {
  const text = unit.toString(16).padStart(4, '0');
  return upper ? text.toUpperCase() : text;
};

/** One character of a string token: plain, raw of every plane, escaped in every way, lone surrogates. */
const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'Z', '0', ' ', '-', '/', '<', "'", '&') },
  { weight: 2, arbitrary: fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '\x7f',
      '\x80',
      'é',
      'ÿ',
      'ł',
      '\u2028',
      '\uE000',
      '\uFB01',
      '\uFEFF',
      '\uFFFD',
      '\uFFFF',
      '電',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('😀', '\u{10000}', '\u{10FFFF}', '🏭') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\\ud83d',
      '\\uDC00',
      '\\ud83d\\ude00',
      '\\uDBFF\\uDFFF',
      '\\ud83d\\ud83d\\ude00',
      '\\ude00\\ud83d',
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(fc.integer({ min: 0, max: 0xa0 }), fc.integer({ min: 0, max: 0xffff })), fc.boolean())
      .map(([unit, upper]) => `\\u${hex4(unit, upper)}`),
  },
);

/** String tokens, quotes included. */
export const stringToken = fc.array(character, { maxLength: 12 }).map((parts) => `"${parts.join('')}"`);

/** Keys that often collide, in equal and in different spellings. */
const keyToken = fc.oneof(
  fc.constantFrom(
    '"a"',
    '"b"',
    '"\\u0061"',
    '"ab"',
    '""',
    '"aa"',
    '"a\\u0000"',
    '"id"',
    '"next"',
    '"counterparty"',
    '"delivery_start"',
  ),
  stringToken,
  fc.constantFrom('"\\ud83d"', '"\\udc00"', '"😀"', '"\uFFFF"', '"\uE000"', '"\uFB01"', '"\\ud83d\\ude00"'),
);

const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthIdentifier: 'json' },
    fc.oneof(numberToken, stringToken, fc.constantFrom('true', 'false', 'null')),
    tie('array'),
    tie('object'),
    tie('object'),
  ),
  array: fc
    .array(fc.tuple(space, tie('value'), space), { maxLength: 5, depthIdentifier: 'json' })
    .map((elements) => `[${elements.map((parts) => parts.join('')).join(',')}]`),
  object: fc
    .array(fc.tuple(space, keyToken, space, fc.constant(':'), space, tie('value'), space), {
      maxLength: 7,
      depthIdentifier: 'json',
    })
    .map((members) => `{${members.map((parts) => parts.join('')).join(',')}}`),
}));

/** JSON documents that Python accepts, nesting and numbers within its limits. */
export const document = fc.tuple(space, value, space).map((parts) => parts.join(''));

/** Objects, as records are. */
export const record = fc
  .array(fc.tuple(space, keyToken, space, fc.constant(':'), space, value, space), { maxLength: 9 })
  .map((members) => `{${members.map((parts) => parts.join('')).join(',')}}`);

const scraps = fc.constantFrom(
  ...[
    '',
    '"',
    '\\',
    '\\u12',
    ',',
    ':',
    '[',
    ']',
    '{',
    '}',
    '-',
    '+',
    '.',
    'e',
    '0',
    '1.',
    '.5',
    'x',
    'nul',
    'NaN',
    'nan',
    'Inf',
    '-NaN',
  ],
  ...[
    '\t',
    '\n',
    '\v',
    '\f',
    '\0',
    '\x1f',
    '\u00a0',
    '\u2028',
    '\uFEFF',
    "'",
    '//',
    '/**/',
    'True',
    '0x1',
    '\\x41',
    '\\u',
    '\\ud83d',
  ],
);

/** Documents with one place cut out, doubled or overwritten: most of them invalid. */
export const damagedDocument = fc
  .tuple(document, fc.nat(), fc.nat(4), scraps)
  .map(([text, place, cut, scrap]) => {
    const at = text.length === 0 ? 0 : place % text.length;
    return (text.slice(0, at) + scrap + text.slice(at + cut)).toWellFormed();
  });

/** `count` samples of an arbitrary, always the same. */
export function samples(arbitrary: fc.Arbitrary<string>, count: number, seed = SEED): readonly Buffer[] {
  return fc.sample(arbitrary, { numRuns: count, seed }).map((text) => Buffer.from(text));
}
