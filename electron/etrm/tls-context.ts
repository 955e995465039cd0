/**
 * What TLS trusts and shows: the bundled authorities, the operating system's (which Node leaves out by itself), the
 * analyst's CA file; a client certificate where the vendor asks for one. Nothing below TLS 1.2.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { TieoutError } from '../../shared/errors.ts';

export interface TlsSettings {
  /** PEM, one certificate or more; null: none beside the machine's. */
  readonly caFile: string | null;
  /** PEM files of a client certificate (with its chain) and its unencrypted key; null: none is shown. */
  readonly clientCertificate: ClientCertificate | null;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

interface ClientCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function unreadable(what: string, path: string, why: string, cause: unknown): TieoutError {
  return new TieoutError('file-unreadable', `The ${what} ${path} ${why}.`, { path }, { cause });
}

function textOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(what, path, 'cannot be read; name a PEM file that exists', error);
  }
}

/** The certificates of a PEM file, each of them parsed once, so that a bad file is named before anything is sent. */
function certificatesOf(path: string, what: string): readonly string[] {
  const found = textOf(path, what).match(PEM_CERTIFICATE) ?? [];
  try {
    for (const pem of found) new X509Certificate(pem);
  } catch (error) {
    throw unreadable(what, path, 'holds a certificate that cannot be read; export it again as PEM', error);
  }
  if (found.length === 0)
    throw unreadable(what, path, 'holds no PEM certificate; export it again as PEM', undefined);
  return found;
}

/** The certificate, with its chain, and its key, read and held against each other. */
function clientPair({ certFile, keyFile }: ClientCertificate): {
  readonly cert: string;
  readonly key: string;
} {
  const chain = certificatesOf(certFile, 'client certificate');
  const key = textOf(keyFile, 'client key');
  if (/\bENCRYPTED\b/.test(key)) {
    const why =
      'is protected by a passphrase, which is not supported; store it as PEM without one, readable by you alone';
    throw unreadable('client key', keyFile, why, undefined);
  }
  let parsed: KeyObject;
  try {
    parsed = createPrivateKey(key);
  } catch (error) {
    throw unreadable('client key', keyFile, 'holds no private key; export it again as PEM', error);
  }
  // The first of the chain is the client's own.
  if (!new X509Certificate(chain[0] ?? '').checkPrivateKey(parsed)) {
    const why = `is not the key of the client certificate ${certFile}; name two files that belong together`;
    throw unreadable('client key', keyFile, why, undefined);
  }
  return { cert: chain.join('\n'), key };
}

/**
 * What is wrong with the files that TLS is to use, each in a sentence, without the work of a whole context: for the
 * moment when a connection is stored.
 */
export function tlsFileProblems(settings: Omit<TlsSettings, 'minVersion'>): readonly TieoutError[] {
  const { caFile, clientCertificate } = settings;
  const problems: TieoutError[] = [];
  const check = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof TieoutError)) throw error;
      problems.push(error);
    }
  };
  if (caFile !== null) check(() => certificatesOf(caFile, 'CA file'));
  if (clientCertificate !== null) check(() => clientPair(clientCertificate));
  return problems;
}

/** @throws TieoutError `file-unreadable` naming the file and what is wrong with it. */
export function tlsContext(settings: TlsSettings): SecureContext {
  const { caFile, clientCertificate, minVersion } = settings;
  const own = caFile === null ? [] : certificatesOf(caFile, 'CA file');
  const ca = [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...own])];
  if (clientCertificate === null) return createSecureContext({ ca, minVersion });
  const pair = clientPair(clientCertificate);
  try {
    return createSecureContext({ ca, ...pair, minVersion });
  } catch (error) {
    const why =
      'cannot be used by TLS with its key, which may be of a kind no longer taken; ask for a new one';
    throw unreadable('client certificate', clientCertificate.certFile, why, error);
  }
}
