/** No call goes round the policy: what holds of the sources, whoever changes them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');

function sources(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({
      path: join(folder, name).replaceAll('\\', '/'),
      text: readFileSync(join(ROOT, folder, name), 'utf8'),
    }));
}

const ALL = [...sources('electron'), ...sources('shared')];
const having = (pattern: RegExp, among = ALL): string[] =>
  among.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('the one way to the vendor', () => {
  it('undici is imported where connections are made, and nowhere else', () => {
    expect(having(/from 'undici'/)).toEqual(['electron/etrm/proxy.ts', 'electron/etrm/transport.ts']);
  });

  it('only the policy loop sends an attempt', () => {
    expect(having(/\.attempt\(\s*\{/)).toEqual(['electron/etrm/policy-loop.ts']);
    // A SIEM is no vendor: its events have a loop of their own.
    expect(having(/\btransport\.attempt\b/)).toEqual([
      'electron/etrm/policy-loop.ts',
      'electron/siem/http-post.ts',
    ]);
  });

  it('only the client and the token, for their own requests, call the loop', () => {
    const calling = having(/\bsendByPolicy\(/).filter((path) => path !== 'electron/etrm/policy-loop.ts');
    expect(calling).toEqual(['electron/etrm/token.ts', 'electron/etrm/vendor-client.ts']);
  });

  it('a pool is made in one place', () => {
    expect(having(/\bcreateTransport\(/)).toEqual([
      'electron/etrm/transport.ts',
      'electron/etrm/vendor-source.ts',
      'electron/siem/http-post.ts',
    ]);
    expect(having(/\b(openRoutes|new (Agent|Pool|Client|EnvHttpProxyAgent|ProxyAgent))\(/)).toEqual([
      'electron/etrm/proxy.ts',
      'electron/etrm/transport.ts',
    ]);
  });

  it('the client’s folder knows no other way out, and no listener that would see headers', () => {
    const client = ALL.filter(({ path }) => path.startsWith('electron/etrm/'));
    const other =
      /from 'node:(https?|http2|net|dgram)'|(?<!#)\bfetch\(|XMLHttpRequest|diagnostics_channel|NODE_DEBUG/;
    expect(having(other, client)).toEqual([]);
  });
});
