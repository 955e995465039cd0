import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TieoutError } from '../../shared/errors.ts';

const run = promisify(execFile);

/** PEM texts of a throw-away certificate authority and of a server certificate that it signed. */
export interface ServerCertificate {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const CONFIGURATION = `[req]
distinguished_name = name
prompt = no
[name]
O = Tieout embedded vendor
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
`;

/**
 * A certificate for `localhost` and 127.0.0.1, good for two days, whose authority exists for this one vendor.
 * Made by the machine's own `openssl`; keys lie in a private temporary folder that is removed at once.
 * @throws TieoutError `usage` where there is no working `openssl`
 */
export async function makeServerCertificate(): Promise<ServerCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'tieout-vendor-'));
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder, timeout: 30_000 });
  const newKey = (name: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', name);
  try {
    await writeFile(join(folder, 'openssl.cnf'), CONFIGURATION);
    await newKey('ca.key');
    await newKey('server.key');
    const request = ['req', '-new', '-config', 'openssl.cnf', '-sha256'];
    const authority = ['-subj', '/CN=Tieout embedded vendor CA', '-extensions', 'authority'];
    await openssl(...request, '-x509', '-days', '2', '-key', 'ca.key', ...authority, '-out', 'ca.pem');
    await openssl(...request, '-key', 'server.key', '-subj', '/CN=localhost', '-out', 'server.csr');
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', String(Date.now())];
    const extensions = ['-extfile', 'openssl.cnf', '-extensions', 'server'];
    await openssl(
      ...['x509', '-req', '-sha256', '-days', '2', '-in', 'server.csr', '-out', 'server.pem'],
      ...[...signing, ...extensions],
    );
    const read = (name: string) => readFile(join(folder, name), 'utf8');
    return {
      caPem: await read('ca.pem'),
      certPem: await read('server.pem'),
      keyPem: await read('server.key'),
    };
  } catch (error) {
    throw new TieoutError(
      'usage',
      `The embedded vendor cannot make its TLS certificate (${firstLine(error)}); install openssl or start it without --tls.`,
      {},
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
