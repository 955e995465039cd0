import { TieoutError } from '../../shared/errors.ts';

/** 127.0.0.0/8, ::1 and localhost: traffic that leaves no machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/**
 * An address of the vendor, checked: HTTPS, or HTTP where that is safe or allowed; no user information.
 * @param what it is, for the message: `base URL`.
 * @throws TieoutError `connection-invalid`.
 */
export function vendorUrl(text: string, what: string, allowHttp: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TieoutError(
      'connection-invalid',
      `The ${what} "${text}" is no web address; give one such as https://vendor.example.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new TieoutError(
      'connection-invalid',
      `The ${what} holds a user name or password; give it without, the secret goes to the keychain.`,
    );
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    throw new TieoutError(
      'connection-invalid',
      `The ${what} ${url.origin} is plain HTTP, which anyone on the way can read; use https, or allow it with --allow-http.`,
    );
  }
  return url;
}

/** `{base_url}{path}?...`, the base's own path kept. @param path begins with a slash. */
export function resourceUrl(base: URL, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(base.href);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = new URLSearchParams(query).toString();
  url.hash = '';
  return url;
}
