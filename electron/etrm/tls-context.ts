/**
 * What TLS trusts and shows: the bundled authorities, the operating system's (which Node leaves out by itself), the
 * analyst's CA file; a client certificate where the vendor asks for one. Nothing below TLS 1.2.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { TieoutError } from '../../shared/errors.ts';

export interface TlsSettings {
  /** PEM, one certificate or more; null: none beside the machine's. */
  readonly caFile: string | null;
  /** PEM files of a client certificate (with its chain) and its unencrypted key; null: none is shown. */
  readonly clientCertificate: { readonly certFile: string; readonly keyFile: string } | null;
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

/** @throws TieoutError `file-unreadable` naming the file and what is wrong with it. */
export function tlsContext(settings: TlsSettings): SecureContext {
  const { caFile, clientCertificate } = settings;
  const own = caFile === null ? [] : certificatesOf(caFile, 'CA file');
  const ca = [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...own])];
  if (clientCertificate === null) return createSecureContext({ ca, minVersion: 'TLSv1.2' });
  const { certFile, keyFile } = clientCertificate;
  const cert = certificatesOf(certFile, 'client certificate').join('\n');
  const key = textOf(keyFile, 'client key');
  try {
    return createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw unreadable('client key', keyFile, 'is no unencrypted PEM key of the client certificate', error);
  }
}
