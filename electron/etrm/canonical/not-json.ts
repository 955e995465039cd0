import { TieoutError } from '../../../shared/errors.ts';

const MOST_LOOKED_AT = 1024;

/**
 * The error for a vendor's body that cannot be read as JSON: names what was seen, not the body's text, which may be
 * confidential. Other errors are given back as they are.
 */
export function notJson(utf8: Uint8Array, fault: unknown): unknown {
  if (!(fault instanceof TieoutError) || !fault.code.startsWith('json-')) return fault;
  const seen = whatIsSeen(utf8, fault);
  return new TieoutError(
    'vendor-not-json',
    `The vendor's body is not a page of JSON but ${seen}. ${fault.message} Check the address, or ask the vendor.`,
    { ...fault.details, seen, reason: fault.code },
    { cause: fault },
  );
}

function whatIsSeen(utf8: Uint8Array, fault: TieoutError): string {
  const start = Buffer.from(utf8.buffer, utf8.byteOffset, Math.min(utf8.length, MOST_LOOKED_AT)).toString(
    'utf8',
  );
  const text = start.trimStart().toLowerCase();
  if (utf8.length === 0) return 'empty';
  if (text === '' && utf8.length <= MOST_LOOKED_AT) return 'white space alone';
  if (start.startsWith('\uFEFF')) return 'text after a byte-order mark';
  if (start.slice(0, 4).includes('\0')) return 'UTF-16 or UTF-32 text, or binary data';
  if (text.startsWith('<?xml')) return text.includes('<html') ? 'an HTML page' : 'an XML document';
  if (/^<(!doctype html|html|head|body|!--)/.test(text)) return 'an HTML page';
  if (text.startsWith('<')) return 'markup (XML or HTML)';
  if (fault.code === 'json-nesting') return 'JSON nested too deep';
  if (fault.code === 'json-digits') return 'JSON with an integer that is too long';
  if (fault.details.offset === utf8.length) return 'JSON that was cut short';
  return /^[[{]/.test(text) ? 'damaged JSON' : 'other text';
}
