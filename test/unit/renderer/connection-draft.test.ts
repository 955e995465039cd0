import { describe, expect, test } from 'vitest';
import {
  argumentsOf,
  draftErrors,
  draftOf,
  NEW_DRAFT,
} from '../../../renderer/connections/connection-draft.ts';
import { INVOKE } from '../../../shared/contract.ts';
import { sha256Of } from '../../../shared/digest.ts';

const draft = {
  ...NEW_DRAFT,
  name: 'North vendor',
  baseUrl: 'https://etrm.example.com',
  tokenUrl: 'https://login.example.com/oauth/token',
  clientId: 'desk',
  secret: 'shh',
};

describe('what is wrong with a connection', () => {
  test('nothing, where all is there', () => {
    expect(draftErrors(draft, [], true)).toEqual({});
  });

  test('everything at once, where nothing is', () => {
    expect(Object.keys(draftErrors(NEW_DRAFT, [], true)).sort()).toEqual(
      ['baseUrl', 'clientId', 'name', 'secret', 'tokenUrl'].sort(),
    );
  });

  test('a name that is taken, or that the main process would refuse', () => {
    expect(draftErrors(draft, ['North vendor'], true).name).toMatch(/already/);
    expect(draftErrors({ ...draft, name: '../etc' }, [], true).name).toBeDefined();
    expect(draftErrors({ ...draft, name: 'n'.repeat(65) }, [], true).name).toMatch(/At most 64/);
  });

  test('plain HTTP, unless it is allowed or stays on this computer', () => {
    const http = { ...draft, baseUrl: 'http://etrm.example.com' };
    expect(draftErrors(http, [], true).baseUrl).toMatch(/HTTP/);
    expect(draftErrors({ ...http, allowHttp: true }, [], true)).toEqual({});
    for (const baseUrl of ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:9']) {
      expect(draftErrors({ ...draft, baseUrl }, [], true)).toEqual({});
    }
    expect(draftErrors({ ...draft, baseUrl: 'ftp://etrm.example.com' }, [], true).baseUrl).toBeDefined();
  });

  test('a missing secret, only where none is stored', () => {
    expect(draftErrors({ ...draft, secret: '' }, [], true).secret).toBeDefined();
    expect(draftErrors({ ...draft, secret: '' }, [], false)).toEqual({});
  });
});

test('what is sent is what the main process accepts, and an empty secret keeps the stored one', () => {
  const sent = argumentsOf({ ...draft, secret: '', baseUrl: ' https://etrm.example.com ' });
  expect(INVOKE['connections.save'].args.parse(sent)).toEqual(sent);
  expect(sent).toMatchObject({
    secret: null,
    caFile: null,
    baseUrl: 'https://etrm.example.com',
    settings: {},
  });
});

test('a stored connection is edited without its secret', () => {
  const profile = { name: 'north', revision: 2, sha256: sha256Of('ab'.repeat(32)) };
  const settings = { retries: 0, proxy: 'none' };
  const view = { ...argumentsOf(draft), hasSecret: true, profile, settings };
  const edited = draftOf(view);
  expect(edited).toMatchObject({ ...draft, secret: '', settings: { proxyKind: 'none' }, profile });
  expect(argumentsOf(edited)).toMatchObject({ settings, profile: profile.sha256, secret: null });
});

test('what is wrong with a setting is told beside the rest, by the setting', () => {
  const settings = { texts: { retries: '99' }, proxyKind: 'environment' } as const;
  expect(draftErrors({ ...draft, name: '', settings, caFile: 'ca.pem' }, [], true)).toEqual({
    name: 'Enter a name',
    caFile: 'Must be the whole path of a PEM file',
    settings: { retries: 'Must be a whole number from 0 to 20' },
  });
});
