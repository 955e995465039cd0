import { isAscii, isUtf8 } from 'node:buffer';
import { TieoutError } from '../../../shared/errors.ts';
import { decode, startsWith } from './decoders.ts';
import { type Charset, charsetNamed } from './python-codecs.ts';

/** A response body as text in UTF-8. */
export interface DecodedBody {
  /** Valid UTF-8; the very bytes of the body, not a copy, where they are that already. */
  readonly utf8: Uint8Array;
  /** The charset that it was decoded from, e.g. `utf-8`, `iso-8859-1`, `utf-16-le`. */
  readonly charset: string;
  /** Whether bytes that are not of the charset were replaced by U+FFFD. */
  readonly replaced: boolean;
}

/** Body bytes from which `requests` guesses a charset; a shorter body it leaves to `chardet`. */
const FEWEST_TO_GUESS = 4;

/**
 * Decodes a response body as Python's `requests` does before it parses the JSON (`Response.json`,
 * `utils.get_encoding_from_headers`, `utils.guess_json_utf`; requests 2.28 on CPython 3.11):
 * - a `charset` parameter is honoured, bytes it does not have become U+FFFD; a name that Python does not know means UTF-8;
 * - without one, `text/*` is ISO-8859-1 (the real one, not windows-1252) and `application/json` is UTF-8;
 * - for any other content type, or none, the UTF is guessed from the first four bytes and must then be valid.
 *
 * No result has a lone surrogate: UTF-16 and UTF-32 replace them as Python does, and the charsets that could yield
 * one (`utf-7`, `unicode_escape`) are refused.
 *
 * @param contentType the header's value, or null where there is none.
 * @throws TieoutError vendor-body-encoding where Python fails too (a byte-order mark left in the text, UTF-16 declared
 *   as UTF-8, a `charset` without a value), where it would guess by statistics, or for a charset only Python has.
 */
export function decodeBody(body: Uint8Array, contentType: string | null): DecodedBody {
  const declared = declaredCharset(contentType);
  if (declared === null || declared === '') return guessed(body, declared);
  const charset = charsetNamed(declared);
  if (charset === 'not-decoded') {
    if (isAscii(body) && ASCII_COMPATIBLE.test(declared))
      return { utf8: body, charset: declared.toLowerCase(), replaced: false };
    throw encodingError(`declares the charset ${declared}, which Tieout does not decode`, {
      charset: declared,
    });
  }
  return decodedAs(body, charset === 'unknown' ? 'utf-8' : charset);
}

/** East Asian charsets whose first 128 characters are ASCII. */
const ASCII_COMPATIBLE = /^(gbk|gb2312|gb18030|big5|euc[-_]jp|euc[-_]kr|cp936|cp949|cp950)$/i;

function decodedAs(body: Uint8Array, charset: Charset): DecodedBody {
  const asItIs = isUtf8(body) && (charset === 'utf-8' || (isAscii(body) && !charset.startsWith('utf-')));
  const { text, replaced } = asItIs ? { text: null, replaced: false } : decode(body, charset);
  const utf8 = text === null ? body : Buffer.from(text, 'utf8');
  refuseMarks(body, utf8, charset);
  return { utf8, charset, replaced };
}

/** Says what is wrong with text on whose first characters Python's JSON parser is sure to stop. */
function refuseMarks(body: Uint8Array, utf8: Uint8Array, charset: Charset): void {
  if (startsWith(utf8, 0xef, 0xbb, 0xbf)) {
    throw encodingError(`starts with a byte-order mark, which JSON in ${charset} must not have`, { charset });
  }
  const marked = startsWith(body, 0xff, 0xfe) || startsWith(body, 0xfe, 0xff);
  if (utf8.subarray(0, 4).includes(0) || (marked && charset === 'utf-8')) {
    throw encodingError(`looks like UTF-16 or UTF-32, but is read as ${charset}`, { charset });
  }
}

/** As `requests` does without a charset: strictly, by byte-order mark and zero bytes. */
function guessed(body: Uint8Array, declared: '' | null): DecodedBody {
  const charset = body.length < FEWEST_TO_GUESS ? null : guessJsonUtf(body);
  if (charset !== null) {
    const decoded = decodedAs(body, charset);
    if (!decoded.replaced) return decoded;
  }
  if (declared === '') return decodedAs(body, 'utf-8');
  if (body.length < FEWEST_TO_GUESS && isAscii(body))
    return { utf8: body, charset: 'ascii', replaced: false };
  throw encodingError('declares no charset and is not UTF-8, UTF-16 or UTF-32', {});
}

function guessJsonUtf(body: Uint8Array): Charset | null {
  if (startsWith(body, 0xff, 0xfe, 0, 0) || startsWith(body, 0, 0, 0xfe, 0xff)) return 'utf-32';
  if (startsWith(body, 0xef, 0xbb, 0xbf)) return 'utf-8-sig';
  if (startsWith(body, 0xff, 0xfe) || startsWith(body, 0xfe, 0xff)) return 'utf-16';
  const zeros = Array.from(body.subarray(0, 4), (byte) => (byte === 0 ? '0' : 'x')).join('');
  switch (zeros) {
    case 'xxxx':
      return 'utf-8';
    case '0x0x':
      return 'utf-16-be';
    case 'x0x0':
      return 'utf-16-le';
    case '000x':
      return 'utf-32-be';
    case 'x000':
      return 'utf-32-le';
    default:
      return null;
  }
}

/** What `get_encoding_from_headers` gives: a name, '' for an empty charset, null for none. */
function declaredCharset(contentType: string | null): string | null {
  if (contentType === null || contentType === '') return null;
  const [first = '', ...parameters] = contentType.split(';');
  let charset: string | true | null = null;
  for (const given of parameters) {
    const parameter = strip(given, PYTHON_SPACE);
    const equals = parameter.indexOf('=');
    const name = equals < 0 ? parameter : strip(parameter.slice(0, equals), QUOTES);
    if (name.toLowerCase() === 'charset') charset = equals < 0 || strip(parameter.slice(equals + 1), QUOTES);
  }
  if (charset === true) throw encodingError('has a content type whose charset has no value', { contentType });
  if (charset !== null) return charset;
  const type = strip(first, PYTHON_SPACE);
  if (type.includes('text')) return 'ISO-8859-1';
  return type.includes('application/json') ? 'utf-8' : null;
}

const QUOTES = '"\' ';

/** What Python's `strip()` takes for white space in a header's value; JavaScript's `trim` takes others. */
const PYTHON_SPACE = '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0';

/** Python's `text.strip(characters)`. */
function strip(text: string, characters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text.charAt(start))) start += 1;
  while (end > start && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function encodingError(what: string, details: Readonly<Record<string, string>>): TieoutError {
  return new TieoutError(
    'vendor-body-encoding',
    `The vendor's response ${what}; ask the vendor for JSON in UTF-8.`,
    details,
  );
}
