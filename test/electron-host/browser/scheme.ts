/**
 * Chromium knows no scheme of an app's own, so inside it `app://tieout/x` is `https://tieout.app.invalid/x`: a
 * secure origin that no network answers and that the host does. On the way out everything is translated back.
 */

/** @param schemes those that the app handles, without the colon. */
export function toInner(url: string, schemes: ReadonlySet<string>): string {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url);
  if (!parts) return url;
  const [, scheme = '', host = '', rest = ''] = parts;
  return schemes.has(scheme.toLowerCase()) ? `https://${host}.${scheme}.invalid${rest}` : url;
}

export function toOuter(url: string, schemes: ReadonlySet<string>): string {
  const parts = /^https:\/\/([^/?#]+)\.([a-z][a-z0-9+-]*)\.invalid(?=[/?#]|$)(.*)$/i.exec(url);
  if (!parts) return url;
  const [, host = '', scheme = '', rest = ''] = parts;
  return schemes.has(scheme) ? `${scheme}://${host}${rest}` : url;
}

/** The scheme of an inner URL that the app itself serves; null for any other URL. */
export function servedScheme(url: string, schemes: ReadonlySet<string>): string | null {
  const outer = toOuter(url, schemes);
  return outer === url ? null : outer.slice(0, outer.indexOf(':'));
}

/** A content security policy may name the scheme or an origin of it. */
export function policyToInner(policy: string, schemes: ReadonlySet<string>): string {
  return policy
    .split(/(?<=[\s;])/)
    .map((word) => {
      const source = word.trimEnd().replace(/;$/, '');
      const inner = schemes.has(source.replace(/:$/, ''))
        ? `https://*.${source.slice(0, -1)}.invalid`
        : toInner(source, schemes);
      return inner + word.slice(source.length);
    })
    .join('');
}
