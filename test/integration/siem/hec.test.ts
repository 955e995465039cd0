import { describe, expect, it } from 'vitest';
import type { SiemSettings } from '../../../shared/siem.ts';
import { TestClock } from '../etrm/support/test-clock.ts';
import { add, network, range, siemBench } from './support/bench.ts';
import { chainFault } from './support/chain.ts';
import { HEC_TOKEN, hecCollector } from './support/collectors.ts';

const soon = (): AbortSignal => AbortSignal.timeout(20_000);

function hec(url: string, index: string | null = null): SiemSettings {
  return { kind: 'hec', url, index, ...network };
}

describe('an HTTP event collector', () => {
  it('has every event in order, with token, channel and index, and the chain verifies there', async () => {
    const collector = await hecCollector({ index: 'audit' });
    const bench = await siemBench();
    await add(bench, hec(collector.url, 'audit'), { secret: HEC_TOKEN });
    const last = await bench.append(450, (number) => ({ number, text: 'Größe \u2028 😀' }));
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.faults).toEqual([]);
    expect(collector.events.map(({ seq }) => seq)).toEqual(range(1, last));
    expect(chainFault(collector.events)).toBeNull();
    expect(await bench.siem.view('target')).toMatchObject({ seq: last, behind: 0, error: null });
  });

  it('that refuses the token leaves the cursor, says so without the token, and is asked again in minutes only', async () => {
    const clock = new TestClock();
    const collector = await hecCollector();
    const asked = Promise.withResolvers<void>();
    collector.answer((request) => {
      if (request === 9) asked.resolve();
      return { status: 403, body: `{"text":"Invalid token ${HEC_TOKEN}","code":4}` };
    });
    const bench = await siemBench({ clock, random: () => 0.5 });
    await add(bench, hec(collector.url), { secret: HEC_TOKEN });
    await bench.append(3);
    const begun = clock.now();
    await bench.siem.follow();
    await asked.promise;
    const view = await bench.siem.view('target');
    await bench.siem.stop(0);
    expect(view).toMatchObject({ seq: 0, behind: 4, error: { code: 'credentials-refused' } });
    expect(view.error?.message).toMatch(
      /^127\.0\.0\.1:\d+ refused the credentials \(status 403, the token is not known\); /,
    );
    expect(JSON.stringify(view) + bench.log()).not.toContain(HEC_TOKEN);
    const requests = collector.requests();
    // Ten requests, and between them nine times three quarters of five minutes.
    expect(clock.now() - begun).toBeGreaterThanOrEqual((requests - 1) * 225_000);
    expect(new Set(clock.sleeps)).toEqual(new Set([225_000]));
    // One failure is told once, however often it comes.
    const failures = await bench.workspace.database.rows('SELECT message FROM siem_failure');
    expect(failures).toHaveLength(1);
    expect(bench.log().match(/refused the credentials/g)).toHaveLength(1);
  });

  it('that gets its right token goes on where it was, at once', async () => {
    const collector = await hecCollector();
    const bench = await siemBench();
    await add(bench, hec(collector.url), { secret: 'not-the-right-token' });
    await bench.append(3);
    await bench.siem.follow();
    // The collector itself refuses another token, with 400.
    await expect.poll(async () => (await bench.siem.view('target')).state).toBe('held');
    expect(collector.events).toEqual([]);
    await add(bench, hec(collector.url), { secret: HEC_TOKEN });
    await expect.poll(async () => (await bench.siem.view('target')).behind).toBe(0);
    expect(collector.events.map(({ seq }) => seq)).toEqual(range(1, 5));
    expect(await bench.siem.view('target')).toMatchObject({ error: null });
  });

  it('that acknowledges when it has indexed is waited for', async () => {
    const clock = new TestClock();
    const collector = await hecCollector({ acknowledged: (_, asked) => asked >= 3 });
    const bench = await siemBench({ clock });
    await add(bench, hec(collector.url), { secret: HEC_TOKEN });
    const last = await bench.append(250);
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.faults).toEqual([]);
    expect(collector.events.map(({ seq }) => seq)).toEqual(range(1, last));
    expect(clock.sleeps).toEqual([1000, 1000, 1000, 1000]);
  });

  it('that takes events and never indexes them is sent them again', async () => {
    const clock = new TestClock();
    const collector = await hecCollector({ acknowledged: (ackId) => ackId > 0 });
    const bench = await siemBench({ clock });
    await add(bench, hec(collector.url), { secret: HEC_TOKEN });
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.events.map(({ seq }) => seq)).toEqual([1, 1]);
    expect(clock.sleeps).toHaveLength(61);
    expect(await bench.siem.view('target')).toMatchObject({ seq: 1, behind: 0, error: null });
  });

  it('that finds a request too large is sent fewer events at once', async () => {
    const collector = await hecCollector();
    collector.answer((_, events) => (events.length > 30 ? { status: 413 } : 'taken'));
    const bench = await siemBench({ clock: new TestClock() });
    await add(bench, hec(collector.url), { secret: HEC_TOKEN });
    const last = await bench.append(300);
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.events.map(({ seq }) => seq)).toEqual(range(1, last));
  });

  it.each([
    ['seconds', () => '120', 120_000],
    ['a date', (clock: TestClock) => new Date(clock.now() + 90_000).toUTCString(), 90_000],
  ])('that asks for a wait, in %s, gets it', async (_, wish, ms) => {
    const clock = new TestClock();
    const collector = await hecCollector();
    collector.answer((request) =>
      request === 0
        ? { status: 503, headers: { 'retry-after': wish(clock) }, body: '{"text":"Server is busy","code":9}' }
        : 'taken',
    );
    const bench = await siemBench({ clock });
    await add(bench, hec(collector.url), { secret: HEC_TOKEN });
    await bench.siem.untilEmpty(['target'], soon());
    expect(clock.sleeps).toEqual([ms]);
    expect(collector.events).toHaveLength(1);
  });

  it('without its token, in keychain or environment, is sent nothing', async () => {
    const collector = await hecCollector();
    const bench = await siemBench();
    await expect(add(bench, hec(collector.url))).rejects.toMatchObject({ code: 'credentials-missing' });
    const fed = await siemBench({ environment: { target: HEC_TOKEN } });
    await add(fed, hec(collector.url));
    await fed.siem.untilEmpty(['target'], soon());
    expect(collector.events).toHaveLength(1);
    expect(await fed.siem.view('target')).toMatchObject({ secret: 'environment', behind: 0 });
  });

  it('at another address is not sent the token that was stored for the first', async () => {
    const [collector, elsewhere] = [await hecCollector(), await hecCollector()];
    const bench = await siemBench();
    await add(bench, hec(collector.url), { secret: HEC_TOKEN });
    await expect(add(bench, hec(elsewhere.url))).rejects.toMatchObject({ code: 'credentials-missing' });
    expect((await bench.siem.view('target')).settings).toMatchObject({ url: collector.url });
  });
});
