import type { SiemNetwork } from '../../shared/siem.ts';
import type { TlsSettings } from '../etrm/tls-context.ts';

/** A target's TLS, as the vendor client has it: the machine's authorities and the target's own, nothing below 1.2. */
export function tlsOf({ caFile, certFile, keyFile }: SiemNetwork): TlsSettings {
  const clientCertificate = certFile === null || keyFile === null ? null : { certFile, keyFile };
  return { caFile, clientCertificate, minVersion: 'TLSv1.2' };
}
