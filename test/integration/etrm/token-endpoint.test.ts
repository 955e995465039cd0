/** Points 4 and 6 to 8 on tokens: what a token endpoint is sent, and what it may answer. Point 5: authorised.test.ts. */
import { describe, expect, it } from 'vitest';
import { TieoutError } from '../../../shared/errors.ts';
import { caller } from './support/loop.ts';
import { type Answer, inTurn, json, reset, status } from './support/test-server.ts';
import { CLIENT, grant, tokenBench } from './support/token-source.ts';

const MINUTE = 60_000;
const codeOf = (error: unknown): string => (error instanceof TieoutError ? error.code : String(error));
const refusal =
  (error: string, code = 400): Answer =>
  (response) =>
    json(response, { error, error_description: `because of ${error}` }, code);

describe('4. expires_in', () => {
  it.each([
    ['a number', { expires_in: 120 }, 120],
    ['a numeric string', { expires_in: '120' }, 120],
    ['a fraction', { expires_in: 0.5 }, 0.5],
    ['missing', { expires_in: undefined }, 3600],
    ['null', { expires_in: null }, 3600],
    ['larger than any date', { expires_in: 1e300 }, 366 * 86_400],
  ])('%s', async (_, fields, seconds) => {
    const { source } = await tokenBench(grant(fields));
    const { context, heard } = caller();
    await source.token(context);
    expect(heard.tokens.map((event) => event.expires_in)).toEqual([seconds]);
    expect(heard.warnings).toEqual([]);
  });

  it('missing: the connection’s own figure', async () => {
    const { source } = await tokenBench(grant({ expires_in: undefined }), { missingLifetimeS: 300 });
    const { context, heard } = caller();
    await source.token(context);
    expect(heard.tokens[0]?.expires_in).toBe(300);
  });

  it.each([
    ['zero', '0'],
    ['negative', '-1'],
    ['NaN, as Python writes it', 'NaN'],
    ['NaN in a string', '"NaN"'],
    ['Infinity in a string', '"Infinity"'],
    ['no number at all', '"soon"'],
    ['an object', '{}'],
  ])('%s: used once, with one warning a run', async (_, literal) => {
    const { source, server } = await tokenBench((response, seen) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        `{"access_token":"token-${seen.index + 1}","token_type":"Bearer","expires_in":${literal},"note":"NaN \\"NaN\\""}`,
      );
    });
    const { context, heard } = caller();
    expect((await source.token(context)).secret.reveal()).toBe('token-1');
    expect((await source.token(context)).secret.reveal()).toBe('token-2');
    expect(server.seen).toHaveLength(2);
    expect(heard.warnings.map(([code]) => code)).toEqual(['token-lifetime']);
  });

  it('of many who wait for a single-use token each gets one of its own', async () => {
    const { source } = await tokenBench(grant({ expires_in: 0 }));
    const tokens = await Promise.all(Array.from({ length: 8 }, () => source.token(caller().context)));
    expect(new Set(tokens.map(({ serial }) => serial)).size).toBe(8);
  });
});

describe('6. the token endpoint', () => {
  it.each([
    ['invalid_client', 401, 'credentials-refused'],
    ['unauthorized_client', 400, 'credentials-refused'],
    ['invalid_scope', 400, 'credentials-refused'],
    ['access_denied', 403, 'credentials-refused'],
    ['not_found', 404, 'token-endpoint'],
    ['method_not_allowed', 405, 'token-endpoint'],
  ])('%s (%i) ends the run at once', async (error, code, ends) => {
    const { source, server, using } = await tokenBench(refusal(error, code));
    const failure = await source.token(caller().context).catch((thrown: unknown) => thrown);
    expect(codeOf(failure)).toBe(ends);
    expect(server.seen).toHaveLength(1);
    expect(using.clock.sleeps).toEqual([]);
    if (ends === 'credentials-refused') expect(String(failure)).toContain(`${error}: because of ${error}`);
  });

  it('a 4xx with Retry-After is still final', async () => {
    const { source, server } = await tokenBench(status(413, { 'retry-after': '1' }));
    await expect(source.token(caller().context)).rejects.toMatchObject({ code: 'token-endpoint' });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['a reset', reset],
    ['429', status(429)],
    ['500', status(500)],
    ['503', status(503)],
  ])('%s has a budget of two retries', async (_, answer) => {
    const { source, server, using } = await tokenBench(inTurn([answer, answer, grant()]));
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-3');
    expect(using.clock.sleeps).toEqual([0, 3000]);
    const spent = await tokenBench(answer);
    await expect(spent.source.token(caller().context)).rejects.toThrow();
    expect(spent.server.seen).toHaveLength(3);
    expect(server.seen).toHaveLength(3);
  });

  it('the budget is a setting', async () => {
    const { source, server } = await tokenBench(status(503), { retries: 0 });
    await expect(source.token(caller().context)).rejects.toMatchObject({ code: 'vendor-retries-exhausted' });
    expect(server.seen).toHaveLength(1);
  });

  it('waits as long as it is told', async () => {
    const { source, using } = await tokenBench(inTurn([status(429, { 'retry-after': '9' }), grant()]));
    await source.token(caller().context);
    expect(using.clock.sleeps).toEqual([9000]);
  });
});

describe('7. what counts as a token', () => {
  const page =
    (text: string): Answer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    };

  it.each([
    ['no access_token', '{"token_type":"Bearer","expires_in":60}'],
    ['no token_type', '{"access_token":"abc","expires_in":60}'],
    ['another token_type', '{"access_token":"abc","token_type":"mac","expires_in":60}'],
    ['an access_token that is no string', '{"access_token":7,"token_type":"Bearer"}'],
    ['an empty access_token', '{"access_token":"","token_type":"Bearer"}'],
    ['an access_token that no header holds', '{"access_token":"a\\r\\nb: c","token_type":"Bearer"}'],
    ['HTML', '<html>sign in</html>'],
    ['a list', '[]'],
    ['nothing', ''],
  ])('%s is an error', async (_, text) => {
    const { source, server } = await tokenBench(page(text));
    const { context, heard } = caller();
    await expect(source.token(context)).rejects.toMatchObject({ code: 'token-endpoint' });
    expect(server.seen).toHaveLength(1);
    expect(heard.tokens).toEqual([]);
  });

  it.each(['bearer', 'Bearer', 'BEARER'])('token_type %s is bearer', async (type) => {
    const { source } = await tokenBench(grant({ token_type: type }));
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-1');
  });

  it('warns where the granted scope is narrower than the one asked for', async () => {
    const { source } = await tokenBench(grant({ scope: 'trade:read' }));
    const { context, heard } = caller();
    await source.token(context);
    expect(heard.warnings).toEqual([['token-scope', expect.stringContaining('settlement:write is missing')]]);
  });

  it.each([['trade:read settlement:write'], ['settlement:write trade:read more'], [null], [undefined]])(
    'does not warn where it is %j',
    async (scope) => {
      const { source } = await tokenBench(grant({ scope }));
      const { context, heard } = caller();
      await source.token(context);
      expect(heard.warnings).toEqual([]);
    },
  );
});

describe('8. client authentication', () => {
  it('client_secret_post, as the seed: id and secret in the form', async () => {
    const { source, server } = await tokenBench();
    await source.token(caller().context);
    const [seen] = server.seen;
    expect(seen?.headers.authorization).toBeUndefined();
    expect(seen?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(seen?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      scope: 'trade:read settlement:write',
    });
  });

  it('client_secret_basic: each form-encoded, then joined, then base64 (RFC 6749 2.3.1)', async () => {
    const { source, server } = await tokenBench(grant(), { authentication: 'client_secret_basic' });
    await source.token(caller().context);
    const [seen] = server.seen;
    const pair = Buffer.from(seen?.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString();
    expect(pair).toBe('svc+settlement%3Async:s3cret%2Fwith%2Bsigns%26more%3D');
    expect(Object.fromEntries(new URLSearchParams(seen?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'trade:read settlement:write',
    });
  });

  it.each(['client_secret_post', 'client_secret_basic'] as const)(
    '%s: neither secret nor token in the log, even where the server echoes them',
    async (authentication) => {
      const echo: Answer = (response, seen) =>
        json(response, {
          error: 'invalid_client',
          error_description: `no client ${seen.headers.authorization} ${new URLSearchParams(seen.body).get('client_secret')}`,
        });
      const { source, using } = await tokenBench(inTurn([grant(), echo]), { authentication });
      await source.token(caller().context);
      using.clock.advance(61 * MINUTE);
      const failure = await source.token(caller().context).catch((thrown: unknown) => thrown);
      const left = JSON.stringify([using.lines, String(failure), failure]);
      for (const secret of [CLIENT.secret, encodeURIComponent(CLIENT.secret), 'token-1']) {
        expect(left).not.toContain(secret);
      }
      expect(left).not.toContain('c3ZjK3NldHRsZW1lbnQ');
    },
  );
});

describe('a refusal in the server’s own words', () => {
  it('shows nothing of the secret, even where the words are too long to be shown whole', async () => {
    const { source } = await tokenBench((response, seen) =>
      json(response, { error: 'invalid_client', error_description: `${'x'.repeat(470)} ${seen.body}` }, 401),
    );
    const failure = await source.token(caller().context).catch((thrown: unknown) => thrown);
    const form = new URLSearchParams({ s: CLIENT.secret }).toString().slice(2);
    for (let length = 4; length <= form.length; length += 1)
      expect(String(failure)).not.toContain(`client_secret=${form.slice(0, length)}`);
  });

  it('that is too large names the token URL, not the size of pages', async () => {
    const { source } = await tokenBench((response) => json(response, { filler: 'x'.repeat(2 ** 21) }));
    await expect(source.token(caller().context)).rejects.toMatchObject({
      code: 'vendor-body-too-large',
      message: expect.stringContaining('check the token URL'),
    });
  });
});
