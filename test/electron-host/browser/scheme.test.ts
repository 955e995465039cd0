import { describe, expect, it } from 'vitest';
import { policyToInner, servedScheme, toInner, toOuter } from './scheme.ts';

const schemes = new Set(['app']);

describe('the address of a page of the app', () => {
  it.each([
    [
      'app://tieout/index.html?month=2024-03#breaks',
      'https://tieout.app.invalid/index.html?month=2024-03#breaks',
    ],
    ['app://tieout', 'https://tieout.app.invalid'],
  ])('%s is %s inside Chromium, and back', (outer, inner) => {
    expect(toInner(outer, schemes)).toBe(inner);
    expect(toOuter(inner, schemes)).toBe(outer);
    expect(servedScheme(inner, schemes)).toBe('app');
  });

  it.each(['https://example.com/', 'data:text/html,x', 'https://tieout.other.invalid/', 'about:blank'])(
    'is not %s',
    (url) => {
      expect(toInner(url, schemes)).toBe(url);
      expect(toOuter(url, schemes)).toBe(url);
      expect(servedScheme(url, schemes)).toBeNull();
    },
  );

  it('is translated where a content security policy names it', () => {
    expect(
      policyToInner("default-src 'none'; script-src 'self' app:; img-src app://tieout data:", schemes),
    ).toBe(
      "default-src 'none'; script-src 'self' https://*.app.invalid; img-src https://tieout.app.invalid data:",
    );
  });
});
