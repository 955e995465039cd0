/** Secrets of targets as they are given: read once, named where they cannot be sent, known to the redactor. */
import { TieoutError } from '../../shared/errors.ts';
import type { SiemKind } from '../../shared/siem.ts';
import { type Redactor, Secret } from '../credentials/secret.ts';

/** RFC 9110 5.6.2 and 5.5, without obsolete forms. */
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)[ \t]*$/;
const TOKEN = /^[\x21-\x7e]+$/;
/** Ours to say. */
const OWN_HEADERS = new Set(['content-type', 'content-length', 'host', 'transfer-encoding', 'connection']);

function invalid(message: string): TieoutError {
  return new TieoutError('siem-invalid', message);
}

/** Of an OTLP target: the headers that each request carries. @throws TieoutError `siem-invalid`, without the value. */
export function headersOf(secret: Secret): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [at, line] of secret.reveal().split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = HEADER.exec(line) ?? [];
    if (name === '') {
      throw invalid(
        `Line ${at + 1} of the OTLP headers is no header; give each as "name: value", for example "Authorization: Bearer ...".`,
      );
    }
    if (OWN_HEADERS.has(name.toLowerCase()))
      throw invalid(`The header ${name} is set by Tieout; leave it out.`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** Of an HTTP event collector: its token. @throws TieoutError `siem-invalid`. */
export function tokenOf(secret: Secret): string {
  const token = secret.reveal().trim();
  if (TOKEN.test(token)) return token;
  throw invalid(
    'The token of the HTTP event collector holds white space or letters beyond ASCII; give it alone.',
  );
}

/**
 * Makes a secret known to the redactor, in the pieces in which it may be said back.
 * @throws TieoutError `siem-invalid` where it cannot be sent.
 */
export function knowSecret(kind: SiemKind, secret: Secret, redactor: Redactor): void {
  redactor.know(secret);
  if (kind === 'hec') redactor.know(new Secret(tokenOf(secret)));
  if (kind !== 'otlp') return;
  for (const value of Object.values(headersOf(secret))) {
    redactor.know(new Secret(value));
    // "Bearer abc": the scheme is no secret, what follows is.
    redactor.know(new Secret(value.slice(value.lastIndexOf(' ') + 1)));
  }
}
