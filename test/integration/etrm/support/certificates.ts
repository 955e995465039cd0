import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIGURATION = `[req]
distinguished_name = name
prompt = no
[name]
O = Tieout tests
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:localhost, DNS:vendor.test, IP:127.0.0.1
[elsewhere]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:elsewhere.test
[client]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = clientAuth
[ca]
default_ca = signing
[signing]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = anything
unique_subject = no
[anything]
commonName = supplied
`;

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  readonly folder: string;
  /** PEM and its file: the authority that signed all of the others. */
  readonly ca: string;
  readonly caFile: string;
  /** For localhost, vendor.test and 127.0.0.1. */
  readonly server: Certificate;
  readonly expired: Certificate;
  /** For another host. */
  readonly elsewhere: Certificate;
  readonly client: Certificate;
  /** Signed by itself. */
  readonly stranger: Certificate;
  remove(): void;
}

/** Certificates of a throw-away authority, in a temporary folder, by the machine's `openssl`. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-certificates-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe', timeout: 30_000 });
  };
  const path = (name: string): string => join(folder, name);
  const read = (name: string): Certificate => ({
    cert: readFileSync(path(`${name}.pem`), 'utf8'),
    key: readFileSync(path(`${name}.key`), 'utf8'),
    certFile: path(`${name}.pem`),
    keyFile: path(`${name}.key`),
  });
  const newKey = (name: string): void =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
  const selfSigned = (name: string, extensions: string): void => {
    newKey(name);
    openssl(
      ...['req', '-new', '-x509', '-config', 'openssl.cnf', '-extensions', extensions, '-days', '2'],
      ...['-subj', `/CN=${name}`, '-key', `${name}.key`, '-out', `${name}.pem`],
    );
  };
  const signed = (name: string, extensions: string, from: string, until: string): void => {
    newKey(name);
    openssl(
      ...['req', '-new', '-config', 'openssl.cnf', '-subj', `/CN=${name}`, '-key', `${name}.key`],
      ...['-out', `${name}.csr`],
    );
    openssl(
      ...['ca', '-batch', '-notext', '-config', 'openssl.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'],
      ...['-extensions', extensions, '-startdate', from, '-enddate', until],
      ...['-in', `${name}.csr`, '-out', `${name}.pem`],
    );
  };
  const stamp = (days: number): string =>
    `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '')}`;
  writeFileSync(path('openssl.cnf'), CONFIGURATION);
  writeFileSync(path('index.txt'), '');
  writeFileSync(path('serial'), '1000\n');
  selfSigned('ca', 'authority');
  selfSigned('stranger', 'server');
  signed('server', 'server', stamp(-1), stamp(2));
  signed('expired', 'server', stamp(-10), stamp(-1));
  signed('elsewhere', 'elsewhere', stamp(-1), stamp(2));
  signed('client', 'client', stamp(-1), stamp(2));
  return {
    folder,
    ca: readFileSync(path('ca.pem'), 'utf8'),
    caFile: path('ca.pem'),
    server: read('server'),
    expired: read('expired'),
    elsewhere: read('elsewhere'),
    client: read('client'),
    stranger: read('stranger'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
