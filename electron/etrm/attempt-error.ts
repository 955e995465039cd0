/** Why an attempt brought no whole response: a stable code, and whether a repetition may help. */

const CERTIFICATE =
  /CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ISSUER|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|CRL_/;

export type AttemptFailure =
  | 'network'
  | 'timeout'
  | 'certificate'
  | 'body-too-large'
  | 'body-coding'
  | 'redirect';

export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly failure: AttemptFailure;
  /** As Node, OpenSSL or undici name it: `ECONNRESET`, `CERT_HAS_EXPIRED`, `UND_ERR_HEADERS_TIMEOUT`. */
  readonly code: string;

  constructor(failure: AttemptFailure, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.code = code;
  }

  /** A repetition cannot help. */
  get final(): boolean {
    return this.failure !== 'network' && this.failure !== 'timeout';
  }

  static tooLarge(limit: number): AttemptError {
    return new AttemptError('body-too-large', 'BODY_TOO_LARGE', `the response is larger than ${limit} bytes`);
  }

  static redirect(from: URL, to: string): AttemptError {
    return new AttemptError('redirect', 'REDIRECT_REFUSED', `${from.origin} redirects to ${to}`);
  }

  static deadline(ms: number, cause: unknown): AttemptError {
    return new AttemptError('timeout', 'DEADLINE', `no whole response within ${ms / 1000} s`, { cause });
  }

  static cutBody(cause: unknown): AttemptError {
    return new AttemptError('network', 'BODY_CUT', 'the compressed response ends too early or is damaged', {
      cause,
    });
  }
}

/** The `code` of an error, or of the first in its causes or of an AggregateError that has one. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

export function attemptErrorOf(error: unknown): AttemptError {
  if (error instanceof AttemptError) return error;
  const code = codeOf(error);
  const message = error instanceof Error && error.message !== '' ? error.message : code;
  if (CERTIFICATE.test(code)) return new AttemptError('certificate', code, message, { cause: error });
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT')
    return new AttemptError('timeout', code, message, { cause: error });
  return new AttemptError('network', code, message, { cause: error });
}
