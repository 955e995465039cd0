import { expect, test } from 'vitest';
import {
  checkDraft,
  NO_SETTINGS,
  type SettingsDraft,
  settingsDraftOf,
} from '../../../renderer/connections/settings-draft.ts';
import type { ConnectionSettings } from '../../../shared/connection-settings.ts';

const typed = (
  texts: SettingsDraft['texts'],
  proxyKind: SettingsDraft['proxyKind'] = 'environment',
): SettingsDraft => ({ texts, proxyKind });

test.each<[ConnectionSettings]>([
  [{}],
  [{ retries: 0, backoff_factor_s: 0.5, retry_statuses: [429, 503], token_auth: 'basic', min_tls: '1.3' }],
  [{ client_cert_file: '/c.pem', client_key_file: '/k.pem', proxy: 'none' }],
  [{ retry_statuses: [], retry_after_statuses: [], proxy_bypass: [] }],
  [{ proxy: 'http://proxy.example:8080', proxy_bypass: ['.a.example', '*'] }],
])('%j is stored as it was, where nothing was changed', (settings) => {
  expect(checkDraft(settingsDraftOf(settings))).toEqual({ ok: true, settings });
});

test('a proxy from the environment need not be said', () => {
  expect(checkDraft(settingsDraftOf({ proxy: 'environment' }))).toEqual({ ok: true, settings: {} });
});

test('empty fields set nothing, and blanks around a value do not count', () => {
  expect(checkDraft(NO_SETTINGS)).toEqual({ ok: true, settings: {} });
  const draft = typed({
    retries: ' 3 ',
    jitter_ms: '  ',
    retry_statuses: '429,503  520',
    proxy_bypass: ' a , b ',
  });
  expect(checkDraft(draft)).toEqual({
    ok: true,
    settings: { retries: 3, retry_statuses: [429, 503, 520], proxy_bypass: ['a', 'b'] },
  });
});

test('what is no number is told as such, below its field', () => {
  expect(checkDraft(typed({ retries: 'many', page_timeout_s: '1,5', retry_statuses: '5xx' }))).toEqual({
    ok: false,
    errors: {
      retries: 'Must be a whole number from 0 to 20',
      page_timeout_s: 'Must be a number of seconds from 0.1 to 600',
      retry_statuses: 'Must be a list of statuses from 400 to 599, without 401 and 403',
    },
  });
});

test('the kind of proxy decides what of its fields counts', () => {
  const texts = { proxy: 'http://proxy.example:1', proxy_bypass: 'a' };
  expect(checkDraft(typed(texts, 'none'))).toEqual({ ok: true, settings: { proxy: 'none' } });
  expect(checkDraft(typed(texts, 'environment'))).toEqual({ ok: true, settings: { proxy_bypass: ['a'] } });
  expect(checkDraft(typed(texts, 'address'))).toEqual({
    ok: true,
    settings: { proxy: 'http://proxy.example:1', proxy_bypass: ['a'] },
  });
  expect(checkDraft(typed({}, 'address'))).toMatchObject({
    ok: false,
    errors: { proxy: expect.any(String) },
  });
});
