import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../electron/etrm/canonical/canonical.ts';
import { hashDocument, type PageReading, readPage } from '../../../../electron/etrm/canonical/page.ts';
import { TieoutError } from '../../../../shared/errors.ts';
import { document, record, SEED, samples } from './documents.ts';
import { pythonPages } from './python-oracle.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** A reading in the form of the oracle's answer. */
function summary(body: Uint8Array): unknown {
  let page: PageReading;
  try {
    page = readPage(body);
  } catch (error) {
    if (!(error instanceof TieoutError)) throw error;
    return error.code === 'vendor-page-shape' ? 'not-an-object' : 'not-json';
  }
  const count = page.kind === 'not-an-array' ? 0 : page.records.length / 2;
  return [page.kind, page.pageSha256 ?? '', count, page.next.truthy];
}

function faultOf(body: string | Uint8Array): TieoutError {
  try {
    readPage(Buffer.from(body));
  } catch (error) {
    if (error instanceof TieoutError) return error;
    throw error;
  }
  throw new Error('the page was read');
}

/** JSON values, with what Python takes them for. */
const TRUTH: readonly (readonly [value: string, truthy: boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', false],
  ['0', false],
  ['-0', false],
  ['0.0', false],
  ['-0.0', false],
  ['0e5', false],
  ['1e-400', false],
  ['1', true],
  ['-1', true],
  ['5e-324', true],
  ['NaN', true],
  ['Infinity', true],
  ['-Infinity', true],
  ['""', false],
  ['" "', true],
  ['"\\u0000"', true],
  ['[]', false],
  ['[ ]', false],
  ['[0]', true],
  ['{}', false],
  ['{ \n }', false],
  ['{"a":0}', true],
  ['9'.repeat(4300), true],
];

describe('a page', () => {
  it('gives hash, record spans and next page', () => {
    const body = Buffer.from(' {"results" : [ {"b":1,"a":2} , 5,["x"]], "next_page": true}');
    const page = readPage(body);
    if (page.kind !== 'records') throw new Error(page.kind);
    const spans = Array.from({ length: page.records.length / 2 }, (_, at) =>
      body.subarray(page.records[2 * at], page.records[2 * at + 1]).toString(),
    );
    expect(spans).toEqual(['{"b":1,"a":2}', '5', '["x"]']);
    expect(page.pageSha256).toBe(sha256('[{"a": 2, "b": 1}, 5, ["x"]]'));
    expect(page.next.truthy).toBe(true);
  });

  it.each(TRUTH)('whose next_page is %.20s goes on: %s', (value, truthy) => {
    expect(readPage(Buffer.from(`{"results":[1],"next_page":${value}}`))).toMatchObject({
      kind: 'records',
      next: { truthy },
    });
  });

  it.each(TRUTH)('whose results are %.20s is not empty: %s', (value, truthy) => {
    const page = readPage(Buffer.from(`{"results":${value}}`));
    expect(page.kind).toBe(truthy ? (value === '[0]' ? 'records' : 'not-an-array') : 'empty');
    expect(page.pageSha256).toBe(sha256(canonicalJson(Buffer.from(value))));
    expect(page.next).toEqual({ present: false, truthy: false, text: null });
  });

  it('without results is empty, has no hash, and may still have a next page', () => {
    expect(readPage(Buffer.from('{"next_page":1}'))).toEqual({
      kind: 'empty',
      pageSha256: null,
      records: new Uint32Array(),
      next: { present: true, truthy: true, text: '1' },
    });
  });

  it('whose results are not an array says what they are', () => {
    expect(readPage(Buffer.from('{"results":{"a":1}}'))).toMatchObject({
      kind: 'not-an-array',
      seen: 'object',
    });
    expect(readPage(Buffer.from('{"results":"x"}'))).toMatchObject({ kind: 'not-an-array', seen: 'string' });
  });

  it('takes the last of duplicate keys, in whatever spelling', () => {
    const page = readPage(
      Buffer.from('{"results":[1,2,3],"next_page":1,"r\\u0065sults":[{"a":1}],"next_pag\\u0065":0}'),
    );
    expect(page).toMatchObject({
      kind: 'records',
      pageSha256: sha256('[{"a": 1}]'),
      next: { truthy: false },
    });
    expect(page.kind === 'records' && page.records.length).toBe(2);
    expect(readPage(Buffer.from('{"results":[1],"results":null}')).kind).toBe('empty');
  });

  it('equals what the seed in Python sees, on generated pages', () => {
    const values = samples(document, 4000, SEED + 2).map(String);
    const records = samples(record, 4000, SEED + 3).map(String);
    const bodies = values.map((value, at) => {
      const results = at % 4 === 0 ? value : `[${records.slice(at, at + (at % 6)).join(' , ')}]`;
      const more =
        at % 3 === 0
          ? `,"next_page":${values[(at * 7 + 1) % values.length]}`
          : `,"next_page":${TRUTH[at % TRUTH.length]?.[0]}`;
      const again = at % 11 === 0 ? `,"results":${records[at]}` : '';
      return Buffer.from(at % 50 === 0 ? value : `{"results":${results}${more}${again}}`);
    });
    const answers = pythonPages(bodies);
    for (const [at, body] of bodies.entries()) {
      const ours = summary(body);
      if (JSON.stringify(ours) !== JSON.stringify(answers[at])) {
        expect({ body: body.toString(), seed: SEED, seen: ours }).toEqual({
          body: body.toString(),
          seed: SEED,
          seen: answers[at],
        });
      }
    }
  });
});

describe('a body that is no page', () => {
  it.each([
    ['[{"a":1}]', 'array'],
    ['"text"', 'string'],
    ['12', 'number'],
    ['null', 'null'],
  ])('%s has the wrong shape', (body, seen) => {
    expect(faultOf(body)).toMatchObject({ code: 'vendor-page-shape', details: { seen } });
  });

  it.each([
    ['', 'empty'],
    [' \n', 'white space alone'],
    ['<!DOCTYPE html><html>', 'an HTML page'],
    ['\n<html><body>502', 'an HTML page'],
    ['<?xml version="1.0"?><error/>', 'an XML document'],
    ['\uFEFF{}', 'text after a byte-order mark'],
    ['{"results":[{"a":1},{"b"', 'JSON that was cut short'],
    ['{"results":[1,,2]}', 'damaged JSON'],
    ['Bad Gateway', 'other text'],
    [Buffer.from('{"results":[]}', 'utf16le'), 'UTF-16 or UTF-32 text, or binary data'],
    [`{"results":${'['.repeat(2000)}`, 'JSON nested too deep'],
    [`{"results":[${'1'.repeat(4301)}]}`, 'JSON with an integer that is too long'],
    [`{"other":${'1'.repeat(4301)}}`, 'JSON with an integer that is too long'],
    ['{"results":[]} x', 'damaged JSON'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'damaged JSON'],
  ])('%.40s is named', (body, seen) => {
    const fault = faultOf(body);
    expect(fault).toMatchObject({ code: 'vendor-not-json', details: { seen } });
    expect(fault.message).toContain(seen);
  });

  it('is not quoted in the error, as it may hold a secret', () => {
    expect(JSON.stringify(faultOf('client_secret=hunter2').toShape())).not.toContain('hunter2');
  });
});

describe('the hash of a document', () => {
  it('is that of results where the top level has them, whatever they are', () => {
    expect(hashDocument(Buffer.from('{"next_page":true,"results":[{"b":1,"a":1.50}]}'))).toBe(
      sha256('[{"a": 1.5, "b": 1}]'),
    );
    expect(hashDocument(Buffer.from('{"results":null}'))).toBe(sha256('null'));
    expect(hashDocument(Buffer.from('{"results":1,"results":2}'))).toBe(sha256('2'));
  });

  it('is that of the whole document otherwise', () => {
    expect(hashDocument(Buffer.from('[1,{"results":2}]'))).toBe(sha256('[1, {"results": 2}]'));
    expect(hashDocument(Buffer.from('{"b":1,"a":2}'))).toBe(sha256('{"a": 2, "b": 1}'));
    expect(hashDocument(Buffer.from(' 1.50 '))).toBe(sha256('1.5'));
  });

  it('is refused for a document that Python refuses', () => {
    expect(() => hashDocument(Buffer.from('{"results":[1]'))).toThrow(
      expect.objectContaining({ code: 'json-syntax' }),
    );
    expect(() => hashDocument(Buffer.from('{"results":[1]}]'))).toThrow(
      expect.objectContaining({ code: 'json-syntax' }),
    );
    expect(() => hashDocument(Buffer.from('[1]]'))).toThrow(expect.objectContaining({ code: 'json-syntax' }));
    expect(() => hashDocument(Buffer.from('\uFEFF[1]'))).toThrow(
      expect.objectContaining({ code: 'json-syntax' }),
    );
  });
});
