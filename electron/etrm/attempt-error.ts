/** Why an attempt brought no whole response: a stable code, and whether a repetition may help. */

/** Codes of Node and OpenSSL for a server certificate that does not hold. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ISSUER|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|CRL_/;
/** A handshake that fails will fail again; a record damaged on the way may not. */
const HANDSHAKE = /^(EPROTO$|ERR_TLS_|ERR_SSL_(?!.*(BAD_RECORD_MAC|DECRYPTION_FAILED)))/;
const REFUSED_BY_PROXY = /^Proxy response \((\d{3})\)/;

/** The code of a body that ends too early, or that cannot be unpacked. */
export const BODY_CUT = 'BODY_CUT';

export type AttemptFailure =
  | 'network'
  | 'timeout'
  /** The server's certificate does not hold. */
  | 'certificate'
  /** No TLS session came about: versions, or a client certificate that is wanted. */
  | 'handshake'
  /** The proxy refused to let us through. */
  | 'proxy'
  | 'body-too-large'
  | 'body-coding'
  | 'redirect';

export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly failure: AttemptFailure;
  /** As Node, OpenSSL or undici name it: `ECONNRESET`, `CERT_HAS_EXPIRED`, `UND_ERR_HEADERS_TIMEOUT`. */
  readonly code: string;
  /** Of a body that was too large: the limit that it broke. */
  readonly limitBytes: number | null;

  constructor(
    failure: AttemptFailure,
    code: string,
    message: string,
    options?: ErrorOptions,
    limitBytes: number | null = null,
  ) {
    super(message, options);
    this.failure = failure;
    this.code = code;
    this.limitBytes = limitBytes;
  }

  /** A repetition cannot help. */
  get final(): boolean {
    return this.failure !== 'network' && this.failure !== 'timeout';
  }

  static tooLarge(limit: number): AttemptError {
    const message = `the response is larger than ${limit} bytes`;
    return new AttemptError('body-too-large', 'BODY_TOO_LARGE', message, {}, limit);
  }

  /** @param to an origin, or words: a path or query of another's choosing may hold a secret. */
  static redirect(from: URL, to: string): AttemptError {
    return new AttemptError('redirect', 'REDIRECT_REFUSED', `${from.origin} redirects ${to}`);
  }

  static deadline(ms: number): AttemptError {
    return new AttemptError('timeout', 'DEADLINE', `no whole response within ${ms / 1000} s`);
  }

  /** @param cause what its unpacking threw. */
  static cutBody(cause?: unknown): AttemptError {
    return new AttemptError('network', BODY_CUT, 'the response ends too early or is damaged', { cause });
  }
}

/** The `code` of an error, or of the first in its causes or of an AggregateError that has one. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

function failureOf(code: string): AttemptFailure {
  // An alert is the server's word about us: it wants a client certificate, or does not trust ours.
  if (HANDSHAKE.test(code) && (code.includes('ALERT') || !CERTIFICATE.test(code))) return 'handshake';
  if (CERTIFICATE.test(code)) return 'certificate';
  return code.includes('TIMEOUT') || code === 'ETIMEDOUT' ? 'timeout' : 'network';
}

export function attemptErrorOf(error: unknown): AttemptError {
  if (error instanceof AttemptError) return error;
  const code = codeOf(error);
  const message = error instanceof Error && error.message !== '' ? error.message : code;
  const options = { cause: error };
  const status = REFUSED_BY_PROXY.exec(message)?.[1];
  if (status !== undefined) {
    const failure = status.startsWith('4') ? 'proxy' : 'network';
    return new AttemptError(failure, `PROXY_${status}`, `the proxy answered ${status}`, options);
  }
  return new AttemptError(failureOf(code), code, message, options);
}
