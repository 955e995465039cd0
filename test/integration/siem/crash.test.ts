/** The command, killed at the worst moments: what a receiver acknowledged may come again, and nothing is lost. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SiemSettings } from '../../../shared/siem.ts';
import { Home, type Running } from '../cli/command.ts';
import { firstSeen, network, range, siemBench } from './support/bench.ts';
import { chainFault, linesOf } from './support/chain.ts';
import { type Answer, otlpCollector } from './support/collectors.ts';

/** A workspace of another process with a chain in it and one target. @returns the chain's last event. */
async function prepared(home: Home, settings: SiemSettings, events: number): Promise<number> {
  const bench = await siemBench({}, home.workspace);
  await bench.siem.save({ name: 'desk', settings, secret: null, from: null });
  const last = await bench.append(events);
  await bench.close();
  return last;
}

function forward(home: Home): Running {
  return home.spawn(['siem', 'forward', '--until-empty', '--json', '--workspace', home.workspace]);
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

async function killed(running: Running): Promise<void> {
  running.child.kill('SIGKILL');
  expect((await running.ended).code).toBeNull();
}

describe('forwarding that is killed', () => {
  it.each([
    ['before the collector answers', 'before'],
    ['after it has answered', 'after'],
  ] as const)(
    '%s loses nothing: the next sends the batch again, the same to the letter',
    async (_, moment) => {
      const collector = await otlpCollector();
      const home = new Home();
      const last = await prepared(home, { kind: 'otlp', url: collector.url, ...network }, 900);
      for (let round = 1; round <= 3; round += 1) {
        const reached = Promise.withResolvers<void>();
        const dead = Promise.withResolvers<void>();
        const from = collector.requests();
        collector.answer(async (request): Promise<Answer> => {
          // The second batch of each round.
          if (request !== from + 1) return 'taken';
          reached.resolve();
          if (moment === 'before') await dead.promise;
          return 'taken';
        });
        const running = forward(home);
        await reached.promise;
        // The answer is on its way, and may or may not be read, and its cursor kept.
        if (moment === 'after') await new Promise((resolve) => setTimeout(resolve, round));
        await killed(running);
        dead.resolve();
      }
      collector.answer(() => 'taken');
      const ended = await forward(home).ended;
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(firstSeen(collector.seen.map(({ seq }) => seq))).toEqual(range(1, last));
      expect(firstSeen(collector.events.map(({ seq }) => seq))).toEqual(range(1, last));
      // Every event that came twice was the same event, links and all.
      expect(chainFault(collector.seen)).toBeNull();
      if (moment === 'before') expect(collector.seen.length).toBeGreaterThan(last);
    },
  );

  it('at any moment leaves a file that the next one makes whole: every line once or more, none torn', async () => {
    const home = new Home();
    const path = join(home.folder, 'audit.ndjson');
    const last = await prepared(home, { kind: 'file', path, maxBytes: 1_000_000_000, keep: 1 }, 40_000);
    const sizes: number[] = [];
    for (let round = 1; round <= 3; round += 1) {
      const running = forward(home);
      const before = sizes.at(-1) ?? 0;
      await expect.poll(() => sizeOf(path), { interval: 2, timeout: 20_000 }).toBeGreaterThan(before);
      await new Promise((resolve) => setTimeout(resolve, 7 * round));
      await killed(running);
      sizes.push(sizeOf(path));
    }
    expect((await forward(home).ended).code).toBe(0);
    const lines = linesOf(path);
    expect(firstSeen(lines.map(({ seq }) => seq))).toEqual(range(1, last));
    expect(chainFault(lines)).toBeNull();
    // The file was not whole yet at any of the kills.
    expect(Math.max(...sizes)).toBeLessThan(sizeOf(path));
  });
});
