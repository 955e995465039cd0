/** Which way a request takes: through the proxy that the environment names, or directly. */
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { TieoutError } from '../../shared/errors.ts';
import { Secret } from '../credentials/secret.ts';
import { isLoopback } from './endpoint.ts';

export interface ProxySettings {
  /** Proxy for `https:` addresses, as a URL; empty: none. */
  readonly https: string;
  /** Proxy for `http:` addresses. */
  readonly http: string;
  /** Hosts that are reached directly, as NO_PROXY writes them. */
  readonly none: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `proxy.example:8080` is what many write; it means plain HTTP to the proxy. */
function withScheme(text: string): string {
  return text === '' || text.includes('://') ? text : `http://${text}`;
}

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY; the lower-case names win, as in curl and requests. */
export function environmentProxy(environment: Environment): ProxySettings {
  const named = (name: string): string => (environment[name.toLowerCase()] ?? environment[name] ?? '').trim();
  return {
    https: withScheme(named('HTTPS_PROXY')),
    http: withScheme(named('HTTP_PROXY')),
    none: named('NO_PROXY'),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The passwords that proxy addresses hold, to be kept out of every text. */
export function proxySecrets(proxy: ProxySettings): readonly Secret[] {
  return [proxy.https, proxy.http].flatMap((text) => {
    if (!URL.canParse(text)) return [];
    const { username, password } = new URL(text);
    if (username === '' && password === '') return [];
    const [name, word] = [decoded(username), decoded(password)];
    // A user name that stands alone is a token.
    const secret = password === '' ? [username, name] : [password, word];
    return [...secret, Buffer.from(`${name}:${word}`).toString('base64')].map((value) => new Secret(value));
  });
}

function checked(text: string, name: string): string {
  if (text === '') return text;
  const url = URL.canParse(text) ? new URL(text) : null;
  // A lone % in the password could not be sent.
  const sound = url !== null && !/%(?![0-9a-f]{2})/i.test(`${url.username}${url.password}`);
  if (sound && /^(https?|socks5?):$/.test(url.protocol)) return text;
  throw new TieoutError(
    'connection-invalid',
    `${name} is set to something that is no proxy address; give it as http://proxy.example:8080, or unset it.`,
  );
}

export interface Routes {
  /** What carries a request to this address. Loopback is never proxied: its plain HTTP must not leave the machine. */
  for(url: URL): Dispatcher;
  close(): Promise<void>;
}

/**
 * A server that speaks TLS 1.3 refuses a client certificate after the handshake. Node tells that as an error and then
 * as the end of the stream; undici keeps the last it hears, "other side closed", unless the first one ends the socket.
 */
function firstErrorStays(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...connected) => {
      const [, socket] = connected;
      socket?.prependOnceListener('error', (error) => socket.destroy(error));
      callback(...connected);
    });
}

/** @throws TieoutError `connection-invalid` for an unusable proxy address. */
export function openRoutes(
  { connect, ...options }: Agent.Options & { readonly connect: buildConnector.BuildOptions },
  proxy: ProxySettings,
): Routes {
  // What is still connecting undici leaves to its own timeout: it would hold the process for seconds after the end.
  const closing = new AbortController();
  const ending: buildConnector.BuildOptions = { ...connect, signal: closing.signal };
  const connector = firstErrorStays(buildConnector({ ...ending, allowH2: false }));
  const direct = new Agent({ ...options, connect: connector });
  const tls = { requestTls: ending, proxyTls: ending };
  // One for each scheme: undici would send https through HTTP_PROXY where HTTPS_PROXY is not set.
  const through = (https: string, http: string): Dispatcher =>
    https === '' && http === ''
      ? direct
      : new EnvHttpProxyAgent({
          ...options,
          ...tls,
          // For hosts that NO_PROXY names: without it they would be reached by TLS settings that are not ours.
          connect: connector,
          httpsProxy: https,
          httpProxy: http,
          noProxy: proxy.none,
        });
  const secure = through(checked(proxy.https, 'HTTPS_PROXY'), '');
  const plain = through('', checked(proxy.http, 'HTTP_PROXY'));
  return {
    for(url) {
      if (isLoopback(url.hostname)) return direct;
      return url.protocol === 'https:' ? secure : plain;
    },
    async close() {
      await Promise.all([...new Set([direct, secure, plain])].map((dispatcher) => dispatcher.destroy()));
      closing.abort();
    },
  };
}
