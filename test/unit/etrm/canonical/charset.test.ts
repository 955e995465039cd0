import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../electron/etrm/canonical/canonical.ts';
import { decodeBody } from '../../../../electron/etrm/canonical/charset.ts';
import { TieoutError } from '../../../../shared/errors.ts';
import { document, SEED, samples } from './documents.ts';
import { hasRequests, pythonResponses, type ResponseCase } from './python-oracle.ts';

const JSON_TYPE = 'application/json';
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

function bytes(...parts: readonly (string | readonly number[] | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  );
}

/** The canonical form of a response, or null where it is refused with one of our errors. */
function canonicalResponse([contentType, body]: ResponseCase): string | null {
  try {
    return Buffer.from(canonicalJson(decodeBody(body, contentType).utf8)).toString('ascii');
  } catch (error) {
    if (error instanceof TieoutError) return null;
    throw error;
  }
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const utf32 = (text: string, littleEndian: boolean): Buffer => {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const buffer = Buffer.alloc(points.length * 4);
  for (const [at, point] of points.entries()) {
    if (littleEndian) buffer.writeUInt32LE(point, at * 4);
    else buffer.writeUInt32BE(point, at * 4);
  }
  return buffer;
};

const PRINTABLE = ALL_BYTES.filter((byte) => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c);
const EVERY_BYTE = bytes('["', PRINTABLE, '"]');
const BAD_UTF8 = [
  [0xff],
  [0xc3, 0x28],
  [0xe2, 0x82],
  [0xe2, 0x28, 0xa1],
  [0xf0, 0x9f, 0x98],
  [0xf0, 0x80, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  [0xc0, 0xaf],
  [0xf4, 0x90, 0x80, 0x80],
  [0x80, 0x80, 0xc2],
  [0xfe, 0xff, 0xf5],
];

const SINGLE_BYTE = [
  ...['iso-8859-1', 'latin-1', 'l1', 'ISO_8859-1:1987', 'ascii', 'us-ascii', 'koi8-r', 'cp866', 'macintosh'],
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16].map((part) => `iso-8859-${part}`),
  ...[874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => `cp${page}`),
  ...['windows-1252', 'WINDOWS_1252', 'Latin1', 'latin 9', 'cyrillic'],
];

const TEXT = '{"a":"é電😀","b":1.50}';

const RESPONSES: readonly ResponseCase[] = [
  [JSON_TYPE, bytes(TEXT)],
  [`${JSON_TYPE}; charset=utf-8`, bytes(TEXT)],
  [`${JSON_TYPE};charset="UTF-8"`, bytes(TEXT)],
  [`${JSON_TYPE} ; x=1; Charset = 'utf8' `, bytes(TEXT)],
  [`${JSON_TYPE}; charset=utf-8; charset=latin-1`, bytes(TEXT)],
  [`${JSON_TYPE}; charset`, bytes(TEXT)],
  [`${JSON_TYPE}; charset; charset=utf-8`, bytes(TEXT)],
  [`${JSON_TYPE}; charset=`, bytes(TEXT)],
  [`${JSON_TYPE}; charset=`, bytes('["', [0xff], '"]')],
  [`${JSON_TYPE}; charset=""`, Buffer.from(TEXT, 'utf16le')],
  [`${JSON_TYPE}; charset=klingon`, bytes(TEXT)],
  [`${JSON_TYPE}; charset=klingon`, bytes('["', [0xe9], '"]')],
  [`${JSON_TYPE}; charset=hex`, bytes('["', [0xe9], '"]')],
  [`${JSON_TYPE}; charset=utf-8-sig`, bytes('\uFEFF', TEXT)],
  [`${JSON_TYPE}; charset=utf-8-sig`, bytes(TEXT, [0x20])],
  [JSON_TYPE, bytes('\uFEFF', TEXT)],
  [`${JSON_TYPE}; charset=utf-8`, bytes('\uFEFF', TEXT)],
  [null, bytes('\uFEFF', TEXT)],
  [null, bytes('\uFEFF\uFEFF', TEXT)],
  ['', bytes(TEXT)],
  [null, bytes(TEXT)],
  [null, bytes('[1]')],
  [null, bytes('1')],
  [null, bytes('')],
  [JSON_TYPE, bytes('')],
  ['application/vnd.api+json', bytes(TEXT)],
  ['Application/JSON', bytes('\uFEFF', TEXT)],
  ['text/json', bytes(TEXT)],
  ['text/plain', EVERY_BYTE],
  ['text/html; charset=utf-8', bytes(TEXT)],
  ['application/text+json', bytes(TEXT)],
  [JSON_TYPE, Buffer.from(TEXT, 'utf16le')],
  [JSON_TYPE, bytes([0xff, 0xfe], Buffer.from(TEXT, 'utf16le'))],
  [JSON_TYPE, bytes([0xfe, 0xff], utf16be(TEXT))],
  [JSON_TYPE, utf16be(TEXT)],
  [JSON_TYPE, utf32(TEXT, true)],
  ...[null, 'application/octet-stream', `${JSON_TYPE}; charset=`].flatMap((type): readonly ResponseCase[] => [
    [type, Buffer.from(TEXT, 'utf16le')],
    [type, utf16be(TEXT)],
    [type, bytes([0xff, 0xfe], Buffer.from(TEXT, 'utf16le'))],
    [type, bytes([0xfe, 0xff], utf16be(TEXT))],
    [type, utf32(TEXT, true)],
    [type, utf32(TEXT, false)],
    [type, bytes([0xff, 0xfe, 0, 0], utf32(TEXT, true))],
    [type, bytes([0, 0, 0xfe, 0xff], utf32(TEXT, false))],
  ]),
  ...[
    'utf-16',
    'UTF16',
    'u16',
    'utf-16-le',
    'utf-16LE',
    'utf-16-be',
    'utf-32',
    'utf_32_le',
    'utf-32-be',
  ].flatMap((charset): readonly ResponseCase[] =>
    [
      Buffer.from(TEXT, 'utf16le'),
      utf16be(TEXT),
      bytes([0xff, 0xfe], Buffer.from(TEXT, 'utf16le')),
      bytes([0xfe, 0xff], utf16be(TEXT)),
      utf32(TEXT, true),
      utf32(TEXT, false),
      bytes([0xff, 0xfe, 0, 0], utf32(TEXT, true)),
      bytes([0, 0, 0xfe, 0xff], utf32(TEXT, false)),
      bytes(
        Buffer.from('["a', 'utf16le'),
        [0x3d, 0xd8],
        Buffer.from('b', 'utf16le'),
        [0x00, 0xde],
        Buffer.from('"]', 'utf16le'),
      ),
      bytes(utf16be('["a'), [0xd8, 0x3d], utf16be('b'), [0xde, 0x00], utf16be('"]')),
      bytes(Buffer.from('["a"]', 'utf16le'), [0x20]),
      bytes(
        utf32('["', true),
        [0x00, 0xd8, 0, 0],
        [0, 0, 0x11, 0],
        [0xff, 0xff, 0xff, 0xff],
        utf32('"]', true),
      ),
      bytes(
        utf32('["', false),
        [0, 0, 0xd8, 0],
        [0, 0x11, 0, 0],
        [0xff, 0xff, 0xff, 0xff],
        utf32('"]', false),
      ),
    ].map((body): ResponseCase => [`${JSON_TYPE}; charset=${charset}`, body]),
  ),
  ...BAD_UTF8.flatMap((bad): readonly ResponseCase[] => [
    [JSON_TYPE, bytes('["a', bad, 'b"]')],
    [JSON_TYPE, bytes('["a', bad, '"]')],
    [`${JSON_TYPE}; charset=UTF8`, bytes('["', bad, bad, '"]')],
    [`${JSON_TYPE}; charset=ascii`, bytes('["', bad, 'é"]')],
  ]),
  ...SINGLE_BYTE.map((charset): ResponseCase => [`${JSON_TYPE}; charset=${charset}`, EVERY_BYTE]),
];

describe('a response body', () => {
  it('is given back without a copy where it is UTF-8 already', () => {
    const body = bytes(TEXT);
    expect(decodeBody(body, JSON_TYPE)).toEqual({ utf8: body, charset: 'utf-8', replaced: false });
    expect(decodeBody(body, JSON_TYPE).utf8).toBe(body);
    expect(decodeBody(body, null).utf8).toBe(body);
  });

  it('has invalid bytes replaced, and says so', () => {
    const decoded = decodeBody(bytes('["', [0xe9], '"]'), JSON_TYPE);
    expect(decoded).toMatchObject({ charset: 'utf-8', replaced: true });
    expect(Buffer.from(decoded.utf8).toString()).toBe('["\uFFFD"]');
    expect(decodeBody(bytes('["', [0x81], '"]'), 'text/x; charset=windows-1252').replaced).toBe(true);
    expect(decodeBody(bytes('["', [0x81], '"]'), 'text/x').replaced).toBe(false);
  });

  it('of text/* is ISO-8859-1, not windows-1252', () => {
    const decoded = decodeBody(bytes('["', [0x80, 0xe9], '"]'), 'text/plain');
    expect(decoded).toMatchObject({ charset: 'iso-8859-1', replaced: false });
    expect(Buffer.from(decoded.utf8).toString()).toBe('["\u0080é"]');
  });

  it.each([
    ['a byte-order mark', bytes('\uFEFF[]'), JSON_TYPE],
    ['UTF-16', Buffer.from('[1]', 'utf16le'), JSON_TYPE],
    ['UTF-16 with a mark', bytes([0xff, 0xfe], Buffer.from('[1]', 'utf16le')), JSON_TYPE],
    ['a charset without a value', bytes('[]'), `${JSON_TYPE}; charset`],
    ['a charset that only Python has', bytes('["+2D0-"]'), `${JSON_TYPE}; charset=utf-7`],
    ['bytes that only statistics could tell', bytes('["', [0xe9], '"]'), null],
    ['an East Asian charset', bytes('["', [0xb5, 0xe7], '"]'), `${JSON_TYPE}; charset=gbk`],
  ])('is refused for %s', (_, body, contentType) => {
    expect(() => decodeBody(body, contentType)).toThrow(
      expect.objectContaining({ code: 'vendor-body-encoding' }),
    );
  });

  it('in an East Asian charset is read where it is plain ASCII', () => {
    expect(decodeBody(bytes('["a"]'), `${JSON_TYPE}; charset=GBK`)).toMatchObject({
      charset: 'gbk',
      replaced: false,
    });
  });
});

describe.skipIf(!hasRequests())(
  'response.json() of requests (skipped where Debian python3-requests is missing)',
  () => {
    it('agrees on every charset and content type', () => {
      expectAgreement(RESPONSES);
    });

    it('agrees on generated bodies with damaged bytes', () => {
      const types = [
        JSON_TYPE,
        `${JSON_TYPE}; charset=utf-8`,
        'text/plain',
        `${JSON_TYPE}; charset=windows-1252`,
        `${JSON_TYPE}; charset=utf-16-le`,
        `${JSON_TYPE}; charset=utf-32-be`,
      ];
      const cases = samples(document, 2000, SEED + 6).map((utf8, at): ResponseCase => {
        const type = types[at % types.length] ?? JSON_TYPE;
        const body = type.includes('utf-16')
          ? Buffer.from(utf8.toString(), 'utf16le')
          : type.includes('utf-32')
            ? utf32(utf8.toString(), false)
            : Buffer.from(utf8);
        if (at % 3 > 0 && body.length > 0) body[(at * 7919) % body.length] = (at * 104729) % 256;
        return [type, at % 7 === 0 ? body.subarray(0, -1) : body];
      });
      expectAgreement(cases);
    });
  },
);

function expectAgreement(cases: readonly ResponseCase[]): void {
  const answers = pythonResponses(cases);
  for (const [at, [contentType, body]] of cases.entries()) {
    const shown = { contentType, body: Buffer.from(body).toString('latin1') };
    expect({ ...shown, json: canonicalResponse([contentType, body]) }).toEqual({
      ...shown,
      json: answers[at],
    });
  }
}
