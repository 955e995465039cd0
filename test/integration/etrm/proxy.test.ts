/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, through a real proxy. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentProxy, proxySecrets } from '../../../electron/etrm/proxy.ts';
import { TieoutError } from '../../../shared/errors.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { loopRequest, NO_PROXY, parts, send } from './support/loop.ts';
import { proxy } from './support/proxy.ts';
import { type Answer, closedPort, json, serve } from './support/test-server.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const ok: Answer = (response) => json(response, { ok: true });

const vendor = () => serve(ok, { cert: certificates.server.cert, key: certificates.server.key });
const using = (settings: Parameters<typeof parts>[0]) =>
  parts({ secure: true, caFile: certificates.caFile, ...settings });

describe('a proxy', () => {
  it('HTTPS goes through it by CONNECT, its TLS our own: the CA file counts', async () => {
    const server = await vendor();
    const { url, asked } = await proxy(server.port);
    const sent = await send(
      using({ proxy: { ...NO_PROXY, https: url } }),
      loopRequest('https://vendor.test/page'),
    );
    expect(sent.reply?.status).toBe(200);
    expect(asked).toEqual(['CONNECT vendor.test:443']);
  });

  it('does not make a bad certificate good', async () => {
    const stranger = await serve(ok, certificates.stranger);
    const { url } = await proxy(stranger.port);
    const sent = await send(
      using({ proxy: { ...NO_PROXY, https: url } }),
      loopRequest('https://vendor.test/page'),
    );
    expect(sent.error).toMatchObject({ code: 'vendor-certificate' });
    expect(sent.attempts).toHaveLength(1);
  });

  it('shows the client certificate to the vendor behind it', async () => {
    const { cert, key } = certificates.server;
    const server = await serve(ok, {
      cert,
      key,
      ca: certificates.ca,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const { url } = await proxy(server.port);
    const settings = { proxy: { ...NO_PROXY, https: url }, clientCertificate: certificates.client };
    const sent = await send(using(settings), loopRequest('https://vendor.test/page'));
    expect(sent.reply?.status).toBe(200);
  });

  it('HTTP goes through the HTTP proxy only', async () => {
    const server = await serve(ok);
    const { url, asked } = await proxy(server.port);
    const sent = await send(
      using({ proxy: { ...NO_PROXY, http: url } }),
      loopRequest('http://vendor.test/page'),
    );
    expect(sent.reply?.status).toBe(200);
    expect(asked).toEqual(['GET http://vendor.test/page']);
  });

  it('HTTPS does not go through the HTTP proxy', async () => {
    const { url, asked } = await proxy(await closedPort());
    await send(using({ proxy: { ...NO_PROXY, http: url } }), loopRequest('https://vendor.test/page'), {
      retries: 0,
    });
    expect(asked).toEqual([]);
  });

  it.each(['vendor.test', '.test', '*.test', 'other.example, vendor.test', '*'])(
    'NO_PROXY=%s is heeded',
    async (none) => {
      const { url, asked } = await proxy(await closedPort());
      await send(using({ proxy: { https: url, http: '', none } }), loopRequest('https://vendor.test/page'), {
        retries: 0,
      });
      expect(asked).toEqual([]);
    },
  );

  it('a host that NO_PROXY names is reached by the TLS settings of the connection: its CA file counts', async () => {
    const server = await serve(ok, certificates.server);
    const { url, asked } = await proxy(server.port);
    // Loopback by a name that is not known as such. The certificate is for another name, and its authority is trusted.
    const address = `https://[::ffff:127.0.0.1]:${server.port}/page`;
    const sent = await send(using({ proxy: { https: url, http: '', none: '*' } }), loopRequest(address), {
      retries: 0,
    });
    expect(sent.attempts.map(({ error }) => error)).toEqual(['ERR_TLS_CERT_ALTNAME_INVALID']);
    expect(asked).toEqual([]);
  });

  it('never carries what is for this machine: plain HTTP to loopback must not leave it', async () => {
    const server = await serve(ok);
    const { url, asked } = await proxy(server.port);
    for (const host of ['127.0.0.1', 'localhost']) {
      const sent = await send(
        using({ proxy: { https: url, http: url, none: '' } }),
        loopRequest(`http://${host}:${server.port}/page`),
      );
      expect(sent.reply?.status).toBe(200);
    }
    expect(asked).toEqual([]);
  });

  it('gets its own user name and password, and nobody else does', async () => {
    const server = await vendor();
    const { port, authorisations } = await proxy(server.port);
    const https = `http://desk:p%40ssword@127.0.0.1:${port}`;
    const sent = await send(
      using({ proxy: { ...NO_PROXY, https } }),
      loopRequest('https://vendor.test/page'),
    );
    expect(sent.reply?.status).toBe(200);
    expect(authorisations).toEqual([`Basic ${Buffer.from('desk:p@ssword').toString('base64')}`]);
    expect(server.seen[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it.each([
    [407, 'PROXY_407', 1],
    [403, 'PROXY_403', 1],
    [503, 'PROXY_503', 5],
  ])(
    'that answers %i: %s after %i attempts, and the sentence says that it was the proxy',
    async (status, code, attempts) => {
      const { url } = await proxy(1, status);
      const sent = await send(
        using({ proxy: { ...NO_PROXY, https: url } }),
        loopRequest('https://vendor.test/page'),
      );
      expect(sent.attempts.map(({ error }) => error)).toEqual(Array(attempts).fill(code));
      expect(sent.error).toMatchObject({ code: 'vendor-unreachable' });
      if (attempts === 1) expect(String(sent.error)).toContain('check HTTPS_PROXY and NO_PROXY');
    },
  );

  it('that is not there: retried, then unreachable', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const sent = await send(
      using({ proxy: { ...NO_PROXY, https: url } }),
      loopRequest('https://vendor.test/page'),
    );
    expect(sent.attempts.map(({ error }) => error)).toEqual(Array(5).fill('ECONNREFUSED'));
  });
});

describe('the environment', () => {
  it('lower case wins, a missing scheme is http, blanks do not count', () => {
    expect(environmentProxy({ HTTPS_PROXY: 'https://a:1', https_proxy: ' proxy.example:8080 ' })).toEqual({
      https: 'http://proxy.example:8080',
      http: '',
      none: '',
    });
    expect(environmentProxy({ HTTP_PROXY: 'http://b', NO_PROXY: 'x,y' })).toEqual({
      https: '',
      http: 'http://b',
      none: 'x,y',
    });
  });

  it('a proxy that is no address is refused before anything is sent', () => {
    expect(() => parts({ proxy: { ...NO_PROXY, https: 'ftp://proxy' } })).toThrow(
      expect.objectContaining({ code: 'connection-invalid' }),
    );
    expect(() => parts({ proxy: { ...NO_PROXY, http: 'http://' } })).toThrow(TieoutError);
    expect(() => parts({ proxy: { ...NO_PROXY, https: 'http://desk:50%off@proxy:1' } })).toThrow(TieoutError);
  });

  it('what a proxy’s address holds in secrets is known as such', () => {
    const revealed = (https: string) => proxySecrets({ ...NO_PROXY, https }).map((secret) => secret.reveal());
    expect(revealed('http://desk:p%40ss@proxy:1')).toEqual(['p%40ss', 'p@ss', 'ZGVzazpwQHNz']);
    expect(revealed('http://a-token@proxy:1')).toContain('a-token');
    expect(revealed('http://desk:50%off@proxy:1')).toContain('50%off');
    expect(revealed('http://proxy:1')).toEqual([]);
  });
});
