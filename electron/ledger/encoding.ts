/** The encoding of a CSV extract: what its first bytes say, else what its bytes can be, else what they look like. */
import { isUtf8 } from 'node:buffer';
import chardet from 'chardet';
import iconv from 'iconv-lite';
import { type ErrorCode, TieoutError } from '../../shared/errors.ts';

/** Those that a mapping may name; iconv-lite knows more. */
export const KNOWN_ENCODINGS: readonly string[] = [
  ...[
    'utf-8',
    'utf-16le',
    'utf-16be',
    'windows-1250',
    'windows-1251',
    'windows-1252',
    'windows-1253',
    'windows-1254',
  ],
  ...[
    'windows-1257',
    'iso-8859-1',
    'iso-8859-2',
    'iso-8859-5',
    'iso-8859-7',
    'iso-8859-9',
    'iso-8859-15',
    'macintosh',
  ],
  ...['cp437', 'cp850', 'shift_jis', 'gb18030', 'big5', 'euc-kr'],
];

export function knownEncoding(name: string): boolean {
  return KNOWN_ENCODINGS.includes(name.toLowerCase());
}

export interface Decoded {
  /** UTF-8, without a byte-order mark. */
  readonly bytes: Uint8Array;
  readonly encoding: string;
  /** True where neither the file nor the mapping tells it. */
  readonly found: boolean;
}

/** Bytes that are looked at to tell an encoding. */
const SAMPLE = 256 * 1024;

function marked(bytes: Uint8Array): { readonly encoding: string; readonly length: number } | null {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 };
  return null;
}

/** UTF-16 without a mark: nearly every second byte of a table in Latin letters is zero. */
function unmarked16(bytes: Uint8Array): string | null {
  if (bytes.length % 2 !== 0) return null;
  const head = bytes.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < head.length; at += 1) {
    if (head[at] === 0) {
      if (at % 2 === 0) even += 1;
      else odd += 1;
    }
  }
  if (odd > head.length / 4 && even === 0) return 'utf-16le';
  return even > head.length / 4 && odd === 0 ? 'utf-16be' : null;
}

/** Lines that have bytes beyond ASCII: the others say nothing of an encoding. */
function telling(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let until = 0;
  for (let at = 0; at < bytes.length && size < SAMPLE; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    const from = Math.max(until, at - 64);
    until = Math.min(bytes.length, at + 64);
    pieces.push(bytes.subarray(from, until));
    size += until - from;
    at = until;
  }
  return Buffer.concat(pieces);
}

/** Letters that only one of the code pages of the West has: a dash, a quote, a euro sign between 0x80 and 0x9f. */
function hasWindowsLetters(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte >= 0x80 && byte <= 0x9f);
}

function looksLike(bytes: Uint8Array): string | null {
  const sample = telling(bytes);
  const named = chardet.detect(sample)?.toLowerCase() ?? null;
  if (named === null || !knownEncoding(named))
    return hasWindowsLetters(sample) ? 'windows-1252' : 'iso-8859-1';
  // ISO-8859-1 has control characters where windows-1252 has letters, which no ledger means.
  return named === 'iso-8859-1' && hasWindowsLetters(sample) ? 'windows-1252' : named;
}

function refused(file: string, code: ErrorCode, why: string): TieoutError {
  return new TieoutError(code, `${file} ${why}; save it as "CSV UTF-8" and import it again.`, { file });
}

/** The line of the first character that stands for bytes that mean nothing. */
function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/**
 * @param told by the mapping, or from when the file was read before; null to find it.
 * @throws TieoutError `ledger-encoding` where the bytes are no text of the encoding.
 */
export function decodeExtract(bytes: Uint8Array, file: string, told: string | null): Decoded {
  const mark = marked(bytes);
  const body = mark ? bytes.subarray(mark.length) : bytes;
  const encoding =
    told?.toLowerCase() ?? mark?.encoding ?? unmarked16(body) ?? (isUtf8(body) ? 'utf-8' : looksLike(body));
  if (encoding === null) throw refused(file, 'ledger-encoding', 'is in an encoding that cannot be told');
  const found = told === null && mark === null && !(encoding === 'utf-8');
  if (encoding === 'utf-8') {
    if (isUtf8(body)) return { bytes: body, encoding, found };
    throw refused(file, 'ledger-encoding', 'is not UTF-8');
  }
  const text = iconv.decode(Buffer.from(body.buffer, body.byteOffset, body.length), encoding, {
    stripBOM: true,
  });
  const bad = text.search(/\ufffd/);
  if (bad >= 0) {
    const line = lineOf(text, bad);
    throw refused(
      file,
      'ledger-encoding',
      `is no text in ${encoding}: line ${line} has bytes that mean nothing in it`,
    );
  }
  return { bytes: Buffer.from(text, 'utf8'), encoding, found };
}
