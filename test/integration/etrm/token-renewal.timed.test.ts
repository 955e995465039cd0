/** Points 1 to 3 on tokens: one renewal for all, two clocks, from 80 %. A real endpoint, and a clock of our own. */
import { describe, expect, it } from 'vitest';
import { TieoutError } from '../../../shared/errors.ts';
import { paced } from '../../pace.ts';
import { caller } from './support/loop.ts';
import { type Answer, inTurn, json, reset, status } from './support/test-server.ts';
import { grant, tokenBench } from './support/token-source.ts';

const MINUTE = 60_000;
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const slow =
  (ms: number, answer: Answer): Answer =>
  async (response, seen, request) => {
    await later(ms);
    await answer(response, seen, request);
  };
const codeOf = (error: unknown): string => (error instanceof TieoutError ? error.code : String(error));
const refusal =
  (error: string, code = 400): Answer =>
  (response) =>
    json(response, { error, error_description: `because of ${error}` }, code);

/** A gate that an answer waits at. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}

describe('1. one renewal for all', () => {
  it('50 parallel callers: one request, one token', async () => {
    const { source, server } = await tokenBench(slow(30, grant()));
    const callers = Array.from({ length: 50 }, (_, at) => caller(`run-${at % 5}`, at));
    const tokens = await Promise.all(callers.map(({ context }) => source.token(context)));
    expect(server.seen).toHaveLength(1);
    expect(new Set(tokens.map(({ secret }) => secret.reveal()))).toEqual(new Set(['token-1']));
    // Each of the five runs is told once.
    expect(callers.flatMap(({ heard }) => heard.tokens.map((event) => event.correlation_id)).sort()).toEqual([
      'run-0',
      'run-1',
      'run-2',
      'run-3',
      'run-4',
    ]);
  });

  it('50 parallel callers past expiry: one renewal', async () => {
    const { source, server, using } = await tokenBench(slow(20, grant()));
    await source.token(caller().context);
    using.clock.advance(61 * MINUTE);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.token(caller().context)));
    expect(server.seen).toHaveLength(2);
    expect(tokens.every(({ secret }) => secret.reveal() === 'token-2')).toBe(true);
  });

  it('a rejection reaches all who wait, and is not cached', async () => {
    const { source, server } = await tokenBench(inTurn([slow(20, refusal('invalid_client', 401)), grant()]));
    const waits = Array.from({ length: 10 }, () => source.token(caller().context));
    const ends = await Promise.allSettled(waits);
    expect(ends.map((end) => (end.status === 'rejected' ? codeOf(end.reason) : 'token'))).toEqual(
      Array(10).fill('credentials-refused'),
    );
    expect(server.seen).toHaveLength(1);
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-2');
  });

  it('one caller’s abort ends its own wait at once, and nobody else’s', async () => {
    const held = gate();
    const { source, server } = await tokenBench(async (response, seen, request) => {
      await held.passed;
      await grant()(response, seen, request);
    });
    const first = caller();
    const second = caller();
    const gone = source.token(first.context);
    const stays = source.token(second.context);
    const begun = performance.now();
    first.abort.abort(new Error('cancelled by the analyst'));
    await expect(gone).rejects.toThrow('cancelled by the analyst');
    const took = performance.now() - begun;
    expect(took).toBeLessThan(paced(100));
    held.open();
    expect((await stays).secret.reveal()).toBe('token-1');
    expect(server.seen).toHaveLength(1);
    expect([first.heard.tokens.length, second.heard.tokens.length]).toEqual([0, 1]);
  });

  it('a renewal that everybody left is still there for who comes next', async () => {
    const { source, server } = await tokenBench(slow(30, grant()));
    const first = caller();
    const gone = source.token(first.context);
    first.abort.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-1');
    expect(server.seen).toHaveLength(1);
  });

  it('closing ends a renewal in its backoff', async () => {
    const { source, using } = await tokenBench(status(503));
    using.clock.holdSleeps();
    const wait = source.token(caller().context);
    await expect.poll(() => using.clock.sleeps.length).toBe(1);
    source.close();
    await expect(wait).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('2. the lifetime, on two clocks', () => {
  it('counts from before the request was sent, not from when the answer came', async () => {
    const bench = await tokenBench((response, seen, request) => {
      bench.using.clock.advance(40_000);
      return grant({ expires_in: 100 })(response, seen, request);
    });
    const { heard, context } = caller();
    const begun = bench.using.clock.now();
    await bench.source.token(context);
    expect(heard.tokens[0]?.refresh_at).toBe(new Date(begun + 80_000).toISOString());
    bench.using.clock.advance(59_000);
    await bench.source.token(caller().context);
    // 99 s after sending it holds (and is being renewed from 80 s on); at 101 s it would not.
    expect(bench.server.seen).toHaveLength(2);
  });

  it('a retried grant counts from its last sending', async () => {
    const { source, using } = await tokenBench(
      inTurn([status(503), status(503), grant({ expires_in: 100 })]),
    );
    const { heard, context } = caller();
    const begun = using.clock.now();
    await source.token(context);
    expect(using.clock.sleeps).toEqual([0, 3000]);
    expect(heard.tokens[0]?.refresh_at).toBe(new Date(begun + 3000 + 80_000).toISOString());
  });

  it('the wall clock set back keeps no dead token alive', async () => {
    const { source, using, server } = await tokenBench();
    await source.token(caller().context);
    using.clock.advance(61 * MINUTE);
    using.clock.jumpWall(-24 * 60 * MINUTE);
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-2');
    expect(server.seen).toHaveLength(2);
  });

  it('after a sleep, in which the monotonic clock stood still, the wall clock is believed', async () => {
    const { source, using, server } = await tokenBench();
    await source.token(caller().context);
    using.clock.advance(2 * MINUTE);
    using.clock.jumpWall(8 * 60 * MINUTE);
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-2');
    expect(server.seen).toHaveLength(2);
  });

  it('a sleep that ends between 80 % and expiry renews, too', async () => {
    const { source, using } = await tokenBench();
    await source.token(caller().context);
    using.clock.advance(2 * MINUTE);
    using.clock.jumpWall(50 * MINUTE);
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-2');
  });
});

describe('3. renewal from 80 %', () => {
  it('not before, then at once', async () => {
    const { source, using, server } = await tokenBench();
    await source.token(caller().context);
    using.clock.advance(47 * MINUTE + 59_000);
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-1');
    expect(server.seen).toHaveLength(1);
    using.clock.advance(2000);
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-2');
  });

  it('while one renews, others go on with the old token', async () => {
    const held = gate();
    const { source, using, server } = await tokenBench(async (response, seen, request) => {
      if (seen.index > 0) await held.passed;
      await grant()(response, seen, request);
    });
    await source.token(caller().context);
    using.clock.advance(50 * MINUTE);
    const renewer = source.token(caller().context);
    const others = await Promise.all(Array.from({ length: 20 }, () => source.token(caller().context)));
    expect(others.map(({ secret }) => secret.reveal())).toEqual(Array(20).fill('token-1'));
    held.open();
    expect((await renewer).secret.reveal()).toBe('token-2');
    expect((await source.token(caller().context)).secret.reveal()).toBe('token-2');
    expect(server.seen).toHaveLength(2);
  });

  it('past expiry they wait for the renewal that is under way', async () => {
    const held = gate();
    const { source, using, server } = await tokenBench(async (response, seen, request) => {
      if (seen.index > 0) await held.passed;
      await grant()(response, seen, request);
    });
    await source.token(caller().context);
    using.clock.advance(50 * MINUTE);
    const renewer = source.token(caller().context);
    using.clock.advance(15 * MINUTE);
    const other = source.token(caller().context);
    expect(await Promise.race([other.then(() => 'token'), later(50).then(() => 'waits')])).toBe('waits');
    held.open();
    expect((await other).secret.reveal()).toBe('token-2');
    await renewer;
    expect(server.seen).toHaveLength(2);
  });

  it('a floor stops a loop where the server hands out the same nearly dead token', async () => {
    const { source, using, server } = await tokenBench(grant({ access_token: 'the-same', expires_in: 0.01 }));
    for (let at = 0; at < 100; at += 1) {
      await source.token(caller().context);
      using.clock.advance(20);
    }
    // 2 s of asking, one request a second.
    expect(server.seen.length).toBeLessThanOrEqual(3);
  });

  it('an early renewal that fails leaves the old token in use, with a warning, and is not tried again at once', async () => {
    const { source, using, server } = await tokenBench(inTurn([grant(), reset]));
    await source.token(caller().context);
    using.clock.advance(50 * MINUTE);
    const { context, heard } = caller();
    expect((await source.token(context)).secret.reveal()).toBe('token-1');
    expect(heard.warnings.map(([code]) => code)).toEqual(['token-renewal']);
    expect(server.seen).toHaveLength(4);
    expect((await source.token(context)).secret.reveal()).toBe('token-1');
    expect(server.seen).toHaveLength(4);
    using.clock.advance(15 * MINUTE);
    await expect(source.token(caller().context)).rejects.toMatchObject({ code: 'vendor-unreachable' });
  });

  it('an early renewal that is refused ends the run at once: a locked account is not knocked at', async () => {
    const { source, using, server } = await tokenBench(inTurn([grant(), refusal('invalid_client', 401)]));
    await source.token(caller().context);
    using.clock.advance(50 * MINUTE);
    await expect(source.token(caller().context)).rejects.toMatchObject({ code: 'credentials-refused' });
    expect(server.seen).toHaveLength(2);
  });
});
