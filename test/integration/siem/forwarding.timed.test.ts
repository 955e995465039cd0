/** What holds for every target: order, nothing lost, cursors of their own, and calm where a receiver is not there. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../../../electron/clock.ts';
import type { SiemSettings } from '../../../shared/siem.ts';
import { paced } from '../../pace.ts';
import { TestClock } from '../etrm/support/test-clock.ts';
import {
  add,
  firstSeen,
  network,
  range,
  type SiemBench,
  siemBench,
  temporaryFolder,
} from './support/bench.ts';
import { chainFault } from './support/chain.ts';
import { type Collector, otlpCollector } from './support/collectors.ts';

const soon = (): AbortSignal => AbortSignal.timeout(20_000);
const seqs = (collector: Collector): readonly number[] => collector.events.map(({ seq }) => seq);
const behind = async ({ siem }: SiemBench, name = 'target') => (await siem.view(name)).behind;

function otlp({ url }: Collector): SiemSettings {
  return { kind: 'otlp', url, ...network };
}

/** The same numbers in [0, 1) in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe('forwarding', () => {
  it('waits for a collector that is down, ever longer, says so, and then sends everything in order', async () => {
    const clock = new TestClock();
    const collector = await otlpCollector();
    await collector.down();
    const bench = await siemBench({ clock, random: () => 0.5 });
    await add(bench, otlp(collector));
    const last = await bench.append(430);
    await bench.siem.follow();
    await expect.poll(() => clock.sleeps.length).toBeGreaterThan(12);
    expect(clock.sleeps.slice(0, 4)).toEqual([750, 1500, 3000, 6000]);
    expect(Math.max(...clock.sleeps)).toBe(225_000);
    const view = await bench.siem.view('target');
    expect(view).toMatchObject({
      ...{ seq: 0, behind: last, lastSentAt: null },
      error: {
        code: 'siem-undelivered',
        message: expect.stringContaining('could not be reached (ECONNREFUSED)'),
      },
    });
    expect(bench.log().match(/could not be reached/g)).toHaveLength(1);
    await collector.up();
    await expect.poll(() => behind(bench)).toBe(0);
    expect(seqs(collector)).toEqual(range(1, last));
    expect(chainFault(collector.events)).toBeNull();
    expect(await bench.siem.view('target')).toMatchObject({ error: null, retryAt: null });
    expect(bench.log()).toContain('takes events again');
  });

  it('tells the wait after a failure as it stands, and the trouble to the next process', async () => {
    const clock = new TestClock();
    clock.holdSleeps();
    const collector = await otlpCollector();
    await collector.down();
    const bench = await siemBench({ clock });
    await add(bench, otlp(collector));
    await bench.siem.follow();
    await expect.poll(async () => (await bench.siem.view('target')).state).toBe('waiting');
    expect(await bench.siem.view('target')).toMatchObject({ retryAt: isoTime(clock.now() + 500) });
    const next = await bench.restart();
    expect(await next.siem.view('target')).toMatchObject({
      ...{ state: 'off', behind: 1, retryAt: null },
      error: { code: 'siem-undelivered', at: isoTime(clock.now()) },
    });
  });

  it('goes on after the last acknowledged event in the next process', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await add(bench, otlp(collector));
    await bench.append(9);
    await bench.siem.untilEmpty(['target'], soon());
    const next = await bench.restart();
    const last = await next.append(5);
    await next.siem.untilEmpty(['target'], soon());
    expect(seqs(collector)).toEqual(range(1, last));
    expect(collector.requests()).toBe(2);
  });

  it('sends what comes while it follows, soon', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await add(bench, otlp(collector));
    await bench.siem.follow();
    for (let round = 0; round < 3; round += 1) {
      await bench.append(4);
      await expect.poll(() => behind(bench), { timeout: 5000 }).toBe(0);
    }
    expect(seqs(collector)).toEqual(range(1, 13));
  });

  it('that is killed while a batch is under way sends that batch again, and nothing less', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await add(bench, otlp(collector));
    const last = await bench.append(620);
    const random = seeded(5424);
    // Each request is cut before its answer, after it, or not at all.
    collector.answer(
      () => (['taken', 'reset', { status: 502 }] as const)[Math.floor(random() * 3)] ?? 'taken',
    );
    for (let round = 0; round < 8; round += 1)
      await bench.siem.untilEmpty(['target'], AbortSignal.timeout(400));
    collector.answer(() => 'taken');
    await bench.siem.untilEmpty(['target'], soon());
    expect(firstSeen(seqs(collector))).toEqual(range(1, last));
    expect(chainFault(collector.seen)).toBeNull();
  });

  it('to several targets at once lets none wait for another', async () => {
    const [quick, slow, dead] = [await otlpCollector(), await otlpCollector(), await otlpCollector()];
    await dead.down();
    slow.answer(() => null);
    const file = join(temporaryFolder(), 'audit.ndjson');
    const bench = await siemBench();
    await add(bench, otlp(quick), { name: 'quick' });
    await add(bench, otlp(slow), { name: 'slow' });
    await add(bench, otlp(dead), { name: 'dead' });
    await add(bench, { kind: 'file', path: file, maxBytes: 1_000_000, keep: 3 }, { name: 'file' });
    const last = await bench.append(250);
    await bench.siem.follow();
    await expect.poll(() => behind(bench, 'quick')).toBe(0);
    await expect.poll(() => behind(bench, 'file')).toBe(0);
    expect(seqs(quick)).toEqual(range(1, last));
    const states = (await bench.siem.list()).map(({ name, state, seq }) => [name, state, seq]);
    expect(states).toEqual([
      ['dead', 'waiting', 0],
      ['file', expect.stringMatching(/idle|sending/), last],
      ['quick', expect.stringMatching(/idle|sending/), last],
      ['slow', 'sending', 0],
    ]);
  });

  it('ends within the time that it is given, with what could be sent', async () => {
    const [quick, slow, dead] = [await otlpCollector(), await otlpCollector(), await otlpCollector()];
    await dead.down();
    slow.answer(() => null);
    const bench = await siemBench();
    await add(bench, otlp(quick), { name: 'quick' });
    await add(bench, otlp(slow), { name: 'slow' });
    await add(bench, otlp(dead), { name: 'dead' });
    await bench.siem.follow();
    await expect.poll(() => behind(bench, 'quick')).toBe(0);
    const last = await bench.append(420);
    const begun = performance.now();
    await bench.siem.stop(700);
    const took = performance.now() - begun;
    expect(took).toBeGreaterThan(650);
    expect(took).toBeLessThan(paced(4000));
    expect(seqs(quick)).toEqual(range(1, last));
    expect((await bench.siem.list()).map(({ name, behind: rest }) => [name, rest > 0])).toEqual([
      ['dead', true],
      ['quick', false],
      ['slow', true],
    ]);
  });

  it('does not wait at the end for a collector that is down', async () => {
    const dead = await otlpCollector();
    await dead.down();
    const bench = await siemBench();
    await add(bench, otlp(dead));
    await bench.siem.follow();
    await expect.poll(async () => (await bench.siem.view('target')).state).toBe('waiting');
    const begun = performance.now();
    await bench.siem.stop(5000);
    const took = performance.now() - begun;
    expect(took).toBeLessThan(paced(4000));
  });
});

describe('a target', () => {
  it('begins with the first event, or where it is told, and can be sent everything again', async () => {
    const [all, now, later] = [await otlpCollector(), await otlpCollector(), await otlpCollector()];
    const bench = await siemBench();
    await bench.append(10);
    await add(bench, otlp(all), { name: 'all' });
    await add(bench, otlp(now), { name: 'now', from: 'now' });
    await add(bench, otlp(later), { name: 'later', from: 5 });
    await bench.siem.untilEmpty(['all', 'now', 'later'], soon());
    expect(seqs(all)).toEqual(range(1, 13));
    expect(seqs(now)).toEqual(range(12, 13));
    expect(seqs(later)).toEqual(range(5, 13));
    await add(bench, otlp(now), { name: 'now', from: 1 });
    await bench.siem.untilEmpty(['now'], soon());
    expect(seqs(now).slice(2)).toEqual(range(1, 14));
  });

  it('that is changed goes on where it was; one that was removed and added begins anew', async () => {
    const [first, second] = [await otlpCollector(), await otlpCollector()];
    const bench = await siemBench();
    await add(bench, otlp(first));
    await bench.siem.untilEmpty(['target'], soon());
    await add(bench, otlp(second));
    await bench.siem.untilEmpty(['target'], soon());
    expect([seqs(first), seqs(second)]).toEqual([[1], [2]]);
    await bench.siem.remove('target');
    expect(await bench.siem.list()).toEqual([]);
    await add(bench, otlp(second));
    await bench.siem.untilEmpty(['target'], soon());
    expect(seqs(second)).toEqual([2, 1, 2, 3, 4]);
  });

  it('that is added or removed while forwarding goes on is served from then on, or no more', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await bench.siem.follow();
    await add(bench, otlp(collector));
    await expect.poll(() => seqs(collector)).toEqual([1]);
    await bench.siem.remove('target');
    await bench.append(3);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(seqs(collector)).toEqual([1]);
  });

  it('and every change of it is in the audit chain, with who made it', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await add(bench, otlp(collector), { secret: 'authorization: Bearer t0p-5ecret', from: 'now' });
    await add(bench, otlp(collector));
    await bench.siem.remove('target');
    const rows = await bench.workspace.database.rows(
      'SELECT type, actor, payload FROM audit_event ORDER BY seq',
    );
    expect(rows.map((row) => [row.text('type'), row.text('actor')])).toEqual([
      ['siem.save', 'analyst'],
      ['siem.save', 'analyst'],
      ['siem.remove', 'analyst'],
    ]);
    expect(rows[0]?.json('payload')).toMatchObject({
      ...{ name: 'target', kind: 'otlp', address: collector.url, secret: 'keychain', from: 'now' },
      unencrypted: 'refused',
      settings: JSON.stringify({ kind: 'otlp', url: collector.url, ...network }),
    });
    expect(rows[1]?.json('payload')).toMatchObject({ secret: 'kept', from: null });
  });

  it('is tried with an event that is none of the chain and moves no cursor', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await add(bench, otlp(collector));
    await bench.siem.test('target', soon());
    expect(collector.events).toMatchObject([{ seq: 0, type: 'siem.test', payload: { target: 'target' } }]);
    expect(await behind(bench)).toBe(1);
    await collector.down();
    await expect(bench.siem.test('target', soon())).rejects.toMatchObject({ code: 'siem-undelivered' });
  });

  it('is asked for by a name that exists', async () => {
    const bench = await siemBench();
    await expect(bench.siem.test('other', soon())).rejects.toMatchObject({
      code: 'siem-unknown',
      message: 'There is no SIEM target "other"; add it with tieout siem add.',
    });
  });
});
