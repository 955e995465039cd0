import { isUtf8 } from 'node:buffer';
import type { Charset } from './python-codecs.ts';

/** A body decoded with Python's `errors="replace"`. */
export interface Decoded {
  readonly text: string;
  /** Whether bytes that the charset does not have became U+FFFD. */
  readonly replaced: boolean;
}

const REPLACEMENT = '\uFFFD';

/** Decodes as `bytes.decode(charset, "replace")` does in Python; the text has no lone surrogate. */
export function decode(body: Uint8Array, charset: Charset): Decoded {
  switch (charset) {
    case 'utf-8':
      return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(body), replaced: !isUtf8(body) };
    case 'utf-8-sig':
      return { text: new TextDecoder('utf-8').decode(body), replaced: !isUtf8(body) };
    case 'utf-16':
      if (startsWith(body, 0xfe, 0xff)) return decodeUtf16(swapped(body.subarray(2)));
      return decodeUtf16(startsWith(body, 0xff, 0xfe) ? body.subarray(2) : body);
    case 'utf-16-le':
      return decodeUtf16(body);
    case 'utf-16-be':
      return decodeUtf16(swapped(body));
    case 'utf-32':
      if (startsWith(body, 0, 0, 0xfe, 0xff)) return decodeUtf32(body.subarray(4), false);
      return decodeUtf32(startsWith(body, 0xff, 0xfe, 0, 0) ? body.subarray(4) : body, true);
    case 'utf-32-le':
      return decodeUtf32(body, true);
    case 'utf-32-be':
      return decodeUtf32(body, false);
    case 'iso-8859-1':
      return { text: asBuffer(body).toString('latin1'), replaced: false };
    default:
      return decodeSingleBytes(body, characters(charset));
  }
}

/** The byte order marks and zero bytes by which `requests` guesses: see `guess_json_utf`. */
export function startsWith(body: Uint8Array, ...start: readonly number[]): boolean {
  return body.length >= start.length && start.every((byte, at) => body[at] === byte);
}

function asBuffer(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.length);
}

function decodeUtf16(body: Uint8Array): Decoded {
  try {
    return {
      text: new TextDecoder('utf-16le', { ignoreBOM: true, fatal: true }).decode(body),
      replaced: false,
    };
  } catch {
    return { text: new TextDecoder('utf-16le', { ignoreBOM: true }).decode(body), replaced: true };
  }
}

/** A copy with the two bytes of each unit exchanged; an odd last byte stays. */
function swapped(body: Uint8Array): Uint8Array {
  const copy = Buffer.from(body);
  copy.subarray(0, body.length & ~1).swap16();
  return copy;
}

const PIECE = 4096;

function decodeUtf32(body: Uint8Array, littleEndian: boolean): Decoded {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const pieces: string[] = [];
  let replaced = false;
  let points: number[] = [];
  for (let at = 0; at < body.length; at += 4) {
    const point = at + 4 <= body.length ? view.getUint32(at, littleEndian) : -1;
    const valid = point >= 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    if (!valid) replaced = true;
    points.push(valid ? point : 0xfffd);
    if (points.length === PIECE) {
      pieces.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  pieces.push(String.fromCodePoint(...points));
  return { text: pieces.join(''), replaced };
}

type SingleByteCharset = Exclude<Charset, 'iso-8859-1' | `utf-${string}`>;

/** The 256 characters of a charset, U+FFFD where it has none. */
function characters(charset: SingleByteCharset): readonly string[] {
  return Array.from({ length: 256 }, (_, byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : character(charset, byte),
  );
}

/**
 * The web's tables, where they differ from Python's: a Windows code page has no control characters of its own
 * (U+0080 to U+009F) and windows-1255 no 0xCA; the web takes ISO-8859-9 and -11 for the Windows pages that extend them.
 */
function character(charset: SingleByteCharset, byte: number): string {
  switch (charset) {
    case 'ascii':
      return REPLACEMENT;
    case 'iso-8859-9':
      return byte < 0xa0 ? String.fromCharCode(byte) : webCharacter('windows-1254', byte);
    case 'iso-8859-11':
      return byte < 0xa0 ? String.fromCharCode(byte) : webCharacter('windows-874', byte);
    case 'cp866':
      return webCharacter('ibm866', byte);
    default: {
      const text = webCharacter(charset, byte);
      const absent = charset === 'windows-1255' && byte === 0xca;
      return charset.startsWith('windows-') && (absent || text.charCodeAt(0) < 0xa0) ? REPLACEMENT : text;
    }
  }
}

function webCharacter(label: string, byte: number): string {
  return new TextDecoder(label).decode(Uint8Array.of(byte));
}

function decodeSingleBytes(body: Uint8Array, table: readonly string[]): Decoded {
  const pieces: string[] = [];
  let replaced = false;
  for (let start = 0; start < body.length; start += PIECE) {
    let piece = '';
    for (let at = start; at < Math.min(start + PIECE, body.length); at += 1) {
      const text = table[body[at] ?? 0] ?? REPLACEMENT;
      if (text === REPLACEMENT) replaced = true;
      piece += text;
    }
    pieces.push(piece);
  }
  return { text: pieces.join(''), replaced };
}
