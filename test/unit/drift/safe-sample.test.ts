import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASK, Redactor, Secret } from '../../../electron/credentials/secret.ts';
import { safeSample } from '../../../electron/drift/safe-sample.ts';

const nothing = new Redactor();

describe('a sample', () => {
  it.each([
    'password',
    'Client-Secret',
    'access_token',
    'apiKey',
    'Authorization',
    'X-API-Key',
    'session_cookie',
    'digitalSignature',
  ])('is never shown of a member named %s', (member) => {
    expect(safeSample(member, 'hunter2', nothing)).toBe(MASK);
  });

  it.each([
    ['a JSON web token', 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3OD'],
    ['a cut JSON web token', 'id is eyJhbGci'],
    ['a bearer header', 'Bearer abc.def-ghi'],
    ['a basic header', 'basic dXNlcjpwYXNz'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----'],
    ['a cloud key', 'AKIAIOSFODNN7EXAMPLE'],
    ['a platform key', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'],
    ['a repository token', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['a URL with a user', 'https://svc:hunter2@vendor.example/x'],
    ['a URL with a secret', 'https://vendor.example/x?api_key=abc'],
    ['hexadecimal', '9f86d081884c7d659a2feaa0c55ad015'],
    ['random letters and digits', 'q7Zk2Lm9Xw4Rt8Vb3Nc6'],
    ['a nested password', '{"user":"svc","password":"hunter2"}'],
  ])('that looks like %s is not shown', (_, text) => {
    expect(safeSample('note', text, nothing)).toBe(MASK);
  });

  it.each([
    'FINAL',
    'PJM-RTO',
    'S-2024-03-01-HE01-ENERGY-00001234',
    'SETTLEMENT00000000000000001234',
    'Northern States Power Company (Minnesota)',
    '123e4567-e89b-12d3-a456-426614174000',
    '2024-03-01T05:00:00.000000Z',
    '-1417.44580',
    'USD/MWH',
    'https://vendor.example/docs?page=2',
    '',
  ])('that an analyst needs is shown: %s', (text) => {
    expect(safeSample('note', text, nothing)).toBe(text);
  });

  it('of a nested value shows its form, not what its strings say', () => {
    expect(safeSample('risk', '{"var":12.50,"desk":"East","x":["a\\"b",null]}', nothing)).toBe(
      '{"var":12.50,"desk":"…","x":["…",null]}',
    );
    expect(safeSample('risk', '["cut in the mid', nothing)).toBe('["…"');
  });

  it('never holds a secret that is known, nor the beginning of one that was cut', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 90, unit: 'grapheme-ascii' }),
        fc.string({ maxLength: 70 }),
        (secret, before) => {
          const redactor = new Redactor();
          redactor.know(new Secret(secret));
          const sample = `${before}${secret} and more`.slice(0, 60);
          const safe = safeSample('note', sample, redactor);
          expect(safe).not.toContain(secret);
          const cut = Math.min(60 - before.length, secret.length);
          // The part of it that the sample held is gone, unless the same letters stand elsewhere in it.
          if (cut >= 6 && !before.includes(secret.slice(0, cut)) && !MASK.includes(secret.slice(0, cut)))
            expect(safe.endsWith(secret.slice(0, cut))).toBe(false);
        },
      ),
    );
  });
});
