import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttemptError } from '../../../electron/etrm/attempt-error.ts';
import { decodeContent } from '../../../electron/etrm/content-coding.ts';

const LIMIT = 1024 * 1024;
const ENCODERS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  'x-gzip': (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
};
const text = Buffer.from('{"results":[1,2,3],"next_page":true}'.repeat(50));
const failing = async (work: Promise<unknown>): Promise<AttemptError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof AttemptError) return error;
  throw new Error(`no AttemptError but ${String(error)}`);
};

describe('content coding', () => {
  it.each(Object.keys(ENCODERS))('%s is decoded, in any letter case', async (coding) => {
    const packed = ENCODERS[coding]?.(text) ?? text;
    expect(Buffer.from(await decodeContent(packed, coding.toUpperCase(), LIMIT))).toEqual(text);
  });

  it('raw deflate, as some servers mean it, is decoded too', async () => {
    expect(Buffer.from(await decodeContent(zlib.deflateRawSync(text), 'deflate', LIMIT))).toEqual(text);
  });

  it('gzip of several members is one body', async () => {
    const members = Buffer.concat([zlib.gzipSync(text), zlib.gzipSync(text)]);
    expect(Buffer.from(await decodeContent(members, 'gzip', LIMIT))).toEqual(Buffer.concat([text, text]));
  });

  it('none, identity and an empty body stay as they are', async () => {
    expect(await decodeContent(text, null, LIMIT)).toBe(text);
    expect(await decodeContent(text, 'identity', LIMIT)).toBe(text);
    expect((await decodeContent(new Uint8Array(), 'gzip', LIMIT)).length).toBe(0);
  });

  it('any chain of codings is undone in the reverse order', async () => {
    const chain = fc.array(fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity'), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(chain, fc.uint8Array({ minLength: 1, maxLength: 500 }), async (codings, bytes) => {
        const packed = codings.reduce<Uint8Array>((body, coding) => ENCODERS[coding]?.(body) ?? body, bytes);
        const decoded = await decodeContent(packed, codings.join(' , '), LIMIT);
        expect(Buffer.from(decoded)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
  });

  it.each(Object.keys(ENCODERS))('a bomb of %s stops at the limit, and is not retried', async (coding) => {
    const bomb = ENCODERS[coding]?.(Buffer.alloc(4 * LIMIT)) ?? text;
    const error = await failing(decodeContent(bomb, coding, LIMIT));
    expect([error.code, error.final]).toEqual(['BODY_TOO_LARGE', true]);
  });

  it('a bomb within a bomb stops at the limit, too', async () => {
    const bomb = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(64 * LIMIT)));
    expect((await failing(decodeContent(bomb, 'gzip, gzip', LIMIT))).code).toBe('BODY_TOO_LARGE');
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'])(
    '%s that is cut or damaged may be better the next time',
    async (coding) => {
      const whole = ENCODERS[coding]?.(text) ?? text;
      for (const bad of [whole.subarray(0, whole.length - 5), Buffer.from('garbage, surely')]) {
        const error = await failing(decodeContent(bad, coding, LIMIT));
        expect([error.code, error.final]).toEqual(['BODY_CUT', false]);
      }
    },
  );

  it('an unknown coding, or too many of them, is final', async () => {
    for (const codings of ['compress', 'gzip, gzip, gzip, gzip, gzip, gzip']) {
      const error = await failing(decodeContent(text, codings, LIMIT));
      expect([error.code, error.final]).toEqual(['CONTENT_ENCODING', true]);
    }
  });

  it('an unknown coding is named where there is such a one, and else not: it may be a token repeated', async () => {
    expect((await failing(decodeContent(text, 'Compress', LIMIT))).message).toContain(' compress ');
    expect((await failing(decodeContent(text, 'SECRETTOKEN', LIMIT))).message).not.toMatch(/secrettoken/i);
  });
});
