/** `Content-Encoding`: gzip, deflate, br, zstd, in any chain, never beyond the size limit. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { AttemptError } from './attempt-error.ts';

type Decoder = (bytes: Uint8Array, limit: number) => Promise<Uint8Array>;

const gunzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const brotli = promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);
const zstd = promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', (bytes, maxOutputLength) => gunzip(bytes, { maxOutputLength })],
  ['x-gzip', (bytes, maxOutputLength) => gunzip(bytes, { maxOutputLength })],
  // `deflate` is zlib by the RFC and raw deflate in some servers; the first byte tells.
  [
    'deflate',
    (bytes, maxOutputLength) =>
      (((bytes[0] ?? 0) & 15) === 8 ? inflate : inflateRaw)(bytes, { maxOutputLength }),
  ],
  ['br', (bytes, maxOutputLength) => brotli(bytes, { maxOutputLength })],
  ['zstd', (bytes, maxOutputLength) => zstd(bytes, { maxOutputLength })],
]);

/**
 * The other codings that there are (IANA's registry): they are named in a message. What else a server names may be
 * anything, a token that it repeats among it.
 */
const OTHERS = new Set(['aes128gcm', 'compress', 'dcb', 'dcz', 'exi', 'pack200-gzip', 'x-compress']);

/** More than any server has a use for; each further one would only cost time. */
const MOST_CODINGS = 5;

/**
 * @param encoding the header's value, or null.
 * @throws AttemptError where the content is damaged (worth a retry) or larger than the limit (not).
 */
export async function decodeContent(
  bytes: Uint8Array,
  encoding: string | null,
  limit: number,
): Promise<Uint8Array> {
  if (encoding === null || bytes.length === 0) return bytes;
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (codings.length > MOST_CODINGS) {
    throw new AttemptError('body-coding', 'CONTENT_ENCODING', `${codings.length} content encodings in a row`);
  }
  let content = bytes;
  for (const coding of codings.reverse()) {
    const decoder = DECODERS.get(coding);
    if (!decoder) {
      const named = OTHERS.has(coding) ? ` ${coding}` : '';
      throw new AttemptError('body-coding', 'CONTENT_ENCODING', `the content encoding${named} is unknown`);
    }
    try {
      content = await decoder(content, limit);
    } catch (error) {
      if (error instanceof RangeError) throw AttemptError.tooLarge(limit);
      throw AttemptError.cutBody(error);
    }
  }
  return content;
}
