/** TLS: what is trusted, what is shown, and nothing below 1.2. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type TlsSettings, tlsContext } from '../../../electron/etrm/tls-context.ts';
import type { TransportSettings } from '../../../electron/etrm/transport.ts';
import { TieoutError } from '../../../shared/errors.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { loopRequest, parts, type Sent, send } from './support/loop.ts';
import { type Answer, json, serve } from './support/test-server.ts';

const run = promisify(execFile);

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const ok: Answer = (response) => json(response, { ok: true });

async function ask(origin: string, settings: Partial<TransportSettings> = {}): Promise<Sent> {
  const using = parts({ secure: true, caFile: certificates.caFile, ...settings });
  return send(using, loopRequest(`${origin}/page`));
}
const codeOf = (sent: Sent): string =>
  sent.error instanceof TieoutError ? sent.error.code : String(sent.error ?? sent.reply?.status);
const server = (options: TlsOptions = {}) =>
  serve(ok, { cert: certificates.server.cert, key: certificates.server.key, ...options });

/** OpenSSL's own server, which demands a client certificate and refuses with an alert, as the vendors' edges do. */
async function mutual(version: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<string> {
  const server = spawn(
    'openssl',
    [
      ...['s_server', '-accept', '127.0.0.1:0', '-www', version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3'],
      ...['-cert', certificates.server.certFile, '-key', certificates.server.keyFile],
      ...['-CAfile', certificates.caFile, '-Verify', '1', '-verify_return_error'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  onTestFinished(async () => {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  });
  let told = '';
  for await (const piece of server.stdout) {
    told += String(piece);
    const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(told)?.[1];
    if (port !== undefined) return `https://127.0.0.1:${port}`;
  }
  throw new Error(`openssl s_server did not start: ${told}`);
}

describe('a server’s certificate', () => {
  it('is accepted where the CA file vouches for it, by name and by address', async () => {
    const { origin, port } = await server();
    expect(codeOf(await ask(origin))).toBe('200');
    expect(codeOf(await ask(`https://localhost:${port}`))).toBe('200');
  });

  it.each([
    ['unknown to everybody', 'server', null],
    ['signed by itself', 'stranger', 'ca'],
    ['expired', 'expired', 'ca'],
    ['of another host', 'elsewhere', 'ca'],
  ] as const)('%s: fails at once, with the reason, before anything is sent', async (_, which, ca) => {
    const { cert, key } = certificates[which];
    const refused = await serve(ok, { cert, key });
    const sent = await ask(refused.origin, { caFile: ca === null ? null : certificates.caFile });
    expect(codeOf(sent)).toBe('vendor-certificate');
    expect(sent.attempts).toHaveLength(1);
    expect(sent.sleeps).toEqual([]);
    expect(String(sent.error)).toMatch(/\((UNABLE_TO|DEPTH_ZERO|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME)/);
    expect(refused.seen).toHaveLength(0);
  });

  it('is checked, whatever the environment says', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const stranger = await serve(ok, certificates.stranger);
      expect(codeOf(await ask(stranger.origin))).toBe('vendor-certificate');
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });
});

/** What a Node of its own says of a server: without our context, and with it. */
async function withoutAndWith(
  port: number,
  flags: readonly string[],
  env: NodeJS.ProcessEnv,
  settings: TlsSettings,
): Promise<unknown> {
  const script = `
    import { connect } from 'node:tls';
    import { tlsContext } from ${JSON.stringify(new URL('../../../electron/etrm/tls-context.ts', import.meta.url).href)};
    const asked = (options) => new Promise((resolve) => {
      const socket = connect({ port: ${port}, host: 'localhost', ...options }, () => {
        resolve('connected');
        socket.destroy();
      });
      socket.on('error', (error) => resolve(error.code));
    });
    const ours = await asked({ secureContext: tlsContext(${JSON.stringify(settings)}) });
    console.log(JSON.stringify([await asked({}), ours]));
  `;
  const { stdout } = await run(process.execPath, [...flags, '--input-type=module', '-e', script], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout);
}

describe('the operating system’s store', () => {
  it('is trusted: Node by itself leaves it out', async () => {
    const { port } = await server();
    const system = { SSL_CERT_FILE: certificates.caFile, SSL_CERT_DIR: '' };
    const settings = { caFile: null, clientCertificate: null, minVersion: 'TLSv1.2' } as const;
    expect(await withoutAndWith(port, [], system, settings)).toEqual([
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'connected',
    ]);
  });
});

describe('the version', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    const { origin } = await server({ minVersion: version, maxVersion: version });
    expect(codeOf(await ask(origin))).toBe('200');
  });

  it('TLS 1.1 is refused at once', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { origin, seen } = await server(old);
    const sent = await ask(origin);
    expect(codeOf(sent)).toBe('vendor-certificate');
    expect(sent.attempts).toHaveLength(1);
    expect(String(sent.error)).toContain('TLS 1.2 or later');
    expect(seen).toHaveLength(0);
  });

  it('TLS 1.2 is refused at once where the connection demands 1.3', async () => {
    const { origin, seen } = await server({ maxVersion: 'TLSv1.2' });
    const sent = await ask(origin, { minVersion: 'TLSv1.3' });
    expect(codeOf(sent)).toBe('vendor-certificate');
    expect(sent.attempts).toHaveLength(1);
    expect(String(sent.error)).toContain('1.3 where the connection demands it');
    expect(seen).toHaveLength(0);
    expect(codeOf(await ask((await server()).origin, { minVersion: 'TLSv1.3' }))).toBe('200');
  });

  it('TLS 1.1 is refused where Node itself was told to allow it', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { port } = await server(old);
    const lax = ['--tls-min-v1.0', '--tls-cipher-list=DEFAULT@SECLEVEL=0'];
    const trusting = { NODE_EXTRA_CA_CERTS: certificates.caFile };
    const settings = { caFile: certificates.caFile, clientCertificate: null, minVersion: 'TLSv1.2' } as const;
    expect(await withoutAndWith(port, lax, trusting, settings)).toEqual([
      'connected',
      expect.stringMatching(/PROTOCOL|VERSION/),
    ]);
  });

  it('a server that speaks no TLS at all is named as such, at once', async () => {
    const plain = await serve(ok);
    const sent = await ask(plain.origin.replace('http:', 'https:'));
    expect(codeOf(sent)).toBe('vendor-certificate');
    expect(sent.attempts).toHaveLength(1);
  });
});

describe('a client certificate', () => {
  it('is shown where the vendor asks for it', async () => {
    const origin = await mutual();
    const sent = await ask(origin, { clientCertificate: certificates.client });
    expect(codeOf(sent)).toBe('200');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that is missing fails at once and says so (%s)',
    async (version) => {
      const sent = await ask(await mutual(version));
      expect(codeOf(sent)).toBe('vendor-certificate');
      expect(sent.attempts).toHaveLength(1);
      expect(String(sent.error)).toMatch(/ALERT.*whether the vendor asks for a client certificate/);
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that the vendor does not trust fails at once (%s)',
    async (version) => {
      const sent = await ask(await mutual(version), { clientCertificate: certificates.stranger });
      expect(codeOf(sent)).toBe('vendor-certificate');
      expect(sent.attempts).toHaveLength(1);
    },
  );
});

describe('the files', () => {
  const context = (settings: Partial<Pick<TransportSettings, 'caFile' | 'clientCertificate'>>) => () =>
    tlsContext({ caFile: null, clientCertificate: null, minVersion: 'TLSv1.2', ...settings });
  const file = (name: string, text: string): string => {
    const path = join(certificates.folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('a CA file that is missing, empty or damaged is named before anything is sent', () => {
    const damaged = certificates.ca.replace(/[A-Za-z0-9+/]{64}/, 'A'.repeat(64));
    for (const caFile of [
      join(certificates.folder, 'nowhere.pem'),
      file('empty.pem', ''),
      file('key-only.pem', certificates.client.key),
      file('damaged.pem', damaged),
    ]) {
      expect(context({ caFile })).toThrow(
        expect.objectContaining({ code: 'file-unreadable', details: { path: caFile } }),
      );
    }
  });

  it('a CA file may hold several certificates, and text between them', () => {
    const caFile = file('several.pem', `# ours\n${certificates.ca}\n# theirs\n${certificates.stranger.cert}`);
    expect(context({ caFile })).not.toThrow();
  });

  it('a client key that is no key, or of another certificate, is named', () => {
    const { certFile } = certificates.client;
    for (const keyFile of [
      join(certificates.folder, 'nowhere.key'),
      file('no.key', 'no key'),
      certificates.server.keyFile,
    ]) {
      expect(context({ clientCertificate: { certFile, keyFile } })).toThrow(
        expect.objectContaining({ code: 'file-unreadable', details: { path: keyFile } }),
      );
    }
  });
});

describe('closing', () => {
  it('gives up a handshake that never ends: it would hold the process until it times out', async () => {
    const open = new Set<Socket>();
    const silent = createServer((socket) => {
      open.add(socket.resume());
      socket.on('error', () => {}).on('close', () => open.delete(socket));
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
      silent.close();
    });
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { transport } = parts({ secure: true });
    const abort = new AbortController();
    const attempt = transport.attempt(loopRequest(`https://127.0.0.1:${port}/page`), abort.signal);
    await expect.poll(() => open.size).toBe(1);
    abort.abort(new Error('cancelled'));
    await expect(attempt).rejects.toThrow('cancelled');
    await transport.close();
    await expect.poll(() => open.size, { timeout: 3000 }).toBe(0);
  });
});
