import { describe, expect, test } from 'vitest';
import {
  keeps,
  NEW_TARGET,
  type TargetDraft,
  targetArguments,
  targetDraftOf,
  targetErrors,
} from '../../../renderer/siem/target-draft.ts';
import { INVOKE } from '../../../shared/contract.ts';
import type { SiemTargetView } from '../../../shared/siem.ts';

const otlp: TargetDraft = { ...NEW_TARGET, name: 'desk', url: 'https://c.example:4318' };
const hec: TargetDraft = { ...otlp, kind: 'hec', url: 'https://s.example:8088', secret: 't0ken' };
const syslog: TargetDraft = { ...otlp, kind: 'syslog', url: 'tls://logs.example' };
const file: TargetDraft = { ...otlp, kind: 'file', url: '', path: '/var/log/tieout.ndjson' };

function stored(draft: TargetDraft, more: Partial<SiemTargetView> = {}): SiemTargetView {
  return {
    ...{ name: draft.name, settings: targetArguments(draft, true).settings, secret: 'none', state: 'idle' },
    ...{ seq: 0, behind: 0, lastSentAt: null, refused: 0, error: null, retryAt: null },
    ...more,
  };
}

describe('what is wrong with a target', () => {
  test('nothing, where all is there', () => {
    for (const draft of [otlp, hec, syslog, file]) expect(targetErrors(draft, [], null, false)).toEqual({});
  });

  test('everything at once, where nothing is', () => {
    const kinds = ['otlp', 'hec', 'syslog', 'file'] as const;
    const nothing = { ...NEW_TARGET, maxMb: '', keep: 'x', facility: '24' };
    const found = kinds.map((kind) =>
      Object.keys(targetErrors({ ...nothing, kind }, [], null, false)).sort(),
    );
    expect(found).toEqual([
      ['name', 'url'],
      ['name', 'secret', 'url'],
      ['facility', 'name', 'url'],
      ['keep', 'maxMb', 'name', 'path'],
    ]);
  });

  test('a name that is taken, or that the main process would refuse', () => {
    expect(targetErrors(otlp, ['desk'], null, false).name).toMatch(/already/);
    expect(targetErrors({ ...otlp, name: '../etc' }, [], null, false).name).toBeDefined();
  });

  test('an address of another kind, or one that is not encrypted, unless that is allowed', () => {
    expect(targetErrors({ ...syslog, url: 'https://a.example' }, [], null, false).url).toMatch(/tls:/);
    const plain = { ...syslog, url: 'tcp://logs.example' };
    expect(targetErrors(plain, [], null, false).url).toMatch(/unencrypted/);
    expect(targetErrors({ ...plain, allowPlain: true }, [], null, false)).toEqual({});
    expect(targetErrors({ ...plain, url: 'tcp://127.0.0.1' }, [], null, false)).toEqual({});
  });

  test('half a client certificate, or a header that is none', () => {
    expect(targetErrors({ ...otlp, certFile: '/c.pem' }, [], null, false)).toHaveProperty('keyFile');
    expect(targetErrors({ ...otlp, keyFile: '/k.pem' }, [], null, false)).toHaveProperty('certFile');
    expect(targetErrors({ ...otlp, secret: 'Bearer abc' }, [], null, false)).toHaveProperty('secret');
  });

  test('a missing token, unless one is stored for this very address', () => {
    const kept = stored(hec, { secret: 'keychain' });
    const empty = { ...hec, secret: '' };
    expect(targetErrors(empty, [], null, false)).toHaveProperty('secret');
    expect(targetErrors(empty, [], kept, false)).toEqual({});
    expect(targetErrors({ ...empty, url: 'https://elsewhere.example' }, [], kept, false)).toHaveProperty(
      'secret',
    );
    expect(targetErrors(empty, [], null, true)).toEqual({});
    expect(keeps({ ...empty, url: 'https://elsewhere.example' }, { ...kept, secret: 'environment' })).toBe(
      true,
    );
  });
});

test('what is sent is what the main process accepts, for each kind', () => {
  for (const draft of [otlp, hec, syslog, file]) {
    const sent = targetArguments(draft, true);
    expect(INVOKE['siem.save'].args.parse(sent)).toEqual(sent);
  }
  expect(targetArguments({ ...hec, secret: '', from: 'now' }, true)).toMatchObject({
    secret: null,
    from: 'now',
  });
  expect(targetArguments({ ...hec, from: 'now' }, false)).toMatchObject({ from: null });
  expect(targetArguments({ ...syslog, secret: 'left over' }, true).secret).toBeNull();
});

test('a stored target is edited without its secret', () => {
  expect(targetDraftOf(stored(hec))).toEqual({ ...hec, secret: '' });
  expect(targetDraftOf(stored(syslog))).toEqual(syslog);
  expect(targetDraftOf(stored(file))).toEqual(file);
});
