import { describe, expect, it } from 'vitest';
import { type AttemptFailure, attemptErrorOf } from '../../../electron/etrm/attempt-error.ts';

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('what failed, by its code', () => {
  it.each<[string, AttemptFailure, boolean]>([
    ['ECONNREFUSED', 'network', false],
    ['ECONNRESET', 'network', false],
    ['ENOTFOUND', 'network', false],
    ['EAI_AGAIN', 'network', false],
    ['EPIPE', 'network', false],
    ['UND_ERR_SOCKET', 'network', false],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'network', false],
    ['HPE_INVALID_CHUNK_SIZE', 'network', false],
    ['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', 'network', false],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'network', false],
    ['ETIMEDOUT', 'timeout', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', false],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', false],
    ['UND_ERR_BODY_TIMEOUT', 'timeout', false],
    ['CERT_HAS_EXPIRED', 'certificate', true],
    ['CERT_NOT_YET_VALID', 'certificate', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate', true],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate', true],
    ['HOSTNAME_MISMATCH', 'certificate', true],
    ['CRL_HAS_EXPIRED', 'certificate', true],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'handshake', true],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'handshake', true],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'handshake', true],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'handshake', true],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'handshake', true],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'handshake', true],
    ['EPROTO', 'handshake', true],
  ])('%s is %s', (code, failure, final) => {
    const error = attemptErrorOf(coded(code));
    expect([error.code, error.failure, error.final]).toEqual([code, failure, final]);
  });

  it('is found in the cause, and in the first of several addresses that failed', () => {
    const nested = new TypeError('fetch failed', { cause: coded('ECONNREFUSED') });
    const several = new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]);
    expect([attemptErrorOf(nested).code, attemptErrorOf(several).code]).toEqual([
      'ECONNREFUSED',
      'EHOSTUNREACH',
    ]);
  });

  it('a proxy that says no is final, one that is out of order is not', () => {
    const refused = (status: number) =>
      attemptErrorOf(coded('UND_ERR_ABORTED', `Proxy response (${status}) !== 200 when HTTP Tunneling`));
    expect([refused(407).failure, refused(407).final]).toEqual(['proxy', true]);
    expect([refused(502).failure, refused(502).final]).toEqual(['network', false]);
  });

  it('what has no code at all is kept as it is', () => {
    expect(attemptErrorOf(new TypeError('odd'))).toMatchObject({ code: 'TypeError', message: 'odd' });
    expect(attemptErrorOf('odd')).toMatchObject({ code: 'UNKNOWN', failure: 'network' });
  });
});
