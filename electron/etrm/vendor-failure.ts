/** What went wrong between us and the vendor, as a sentence and an exit code. */
import { assertNever, TieoutError } from '../../shared/errors.ts';
import { redactUrl } from '../credentials/secret.ts';
import { type AttemptError, BODY_CUT } from './attempt-error.ts';
import type { WireRequest } from './transport.ts';

/** The error that ends a call whose last attempt brought no response. @param attempts made, from 1. */
export function attemptFailure(
  error: AttemptError,
  { url, lane }: Pick<WireRequest, 'url' | 'lane'>,
  attempts: number,
): TieoutError {
  const details = { url: redactUrl(url.href), error: error.code, attempts };
  const after = attempts === 1 ? '' : ` after ${attempts} attempts`;
  const options = { cause: error };
  switch (error.failure) {
    case 'certificate':
      return new TieoutError(
        'vendor-certificate',
        `The certificate of ${url.host} was refused (${error.code}); check the address, or name the vendor's CA with --ca FILE.`,
        details,
        options,
      );
    case 'handshake':
      return new TieoutError(
        'vendor-certificate',
        `No secure connection to ${url.host} came about (${error.code}); check that it speaks TLS 1.2 or later (1.3 where the connection demands it), and whether the vendor asks for a client certificate.`,
        details,
        options,
      );
    case 'proxy':
      return new TieoutError(
        'vendor-unreachable',
        `The proxy refused the way to ${url.host} (${error.message}); check HTTPS_PROXY and NO_PROXY or the connection's own proxy, and the proxy's user name and password.`,
        details,
        options,
      );
    case 'body-too-large':
      return new TieoutError(
        'vendor-body-too-large',
        `The answer of ${url.host} is too large (${error.message}); ${lane === 'token' ? 'check the token URL' : 'ask for smaller pages with --page-size'}.`,
        { ...details, limit_bytes: error.limitBytes },
        options,
      );
    case 'body-coding':
      return new TieoutError(
        'vendor-not-json',
        `The answer of ${url.host} cannot be decoded (${error.message}); report it to the vendor.`,
        details,
        options,
      );
    case 'redirect':
      return new TieoutError(
        'vendor-redirect',
        `A redirect was refused (${error.message}); credentials never leave the origin they are meant for, check the base URL.`,
        details,
        options,
      );
    case 'timeout':
      return new TieoutError(
        'vendor-timeout',
        `${url.host} did not answer in time${after} (${error.code}); what was committed stays, run the sync again later.`,
        details,
        options,
      );
    case 'network':
      if (error.code === BODY_CUT) {
        const times = attempts === 1 ? '' : ` ${attempts} times`;
        return new TieoutError(
          'vendor-unreachable',
          `The answer of ${url.host} came cut or damaged${times} (${error.code}); run the sync again, and report it to the vendor if it stays so.`,
          details,
          options,
        );
      }
      return new TieoutError(
        'vendor-unreachable',
        `${url.host} could not be reached${after} (${error.code}); check the address and the network, then run the sync again.`,
        details,
        options,
      );
    default:
      return assertNever(error.failure);
  }
}
