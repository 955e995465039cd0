/** Long answers: told of while they are worked out, ended by whoever asked. */
import { expect, test } from 'vitest';
import { Asks } from '../../../electron/jobs/asks.ts';
import type { AskProgress } from '../../../shared/asks.ts';

const stopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('tells the newest of a burst of progress, and nothing once it is answered', async () => {
  const told: AskProgress[] = [];
  const asks = new Asks((progress) => told.push(progress));
  const answer = await asks.answer('one', async ({ onProgress }) => {
    for (let done = 1; done <= 50; done += 1) onProgress('Reading', done, 50);
    await new Promise((resolve) => setTimeout(resolve, 250));
    onProgress('Reading', 51, null);
    return 'read';
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(answer).toBe('read');
  expect(told).toEqual([{ askId: 'one', step: 'Reading', done: 50, total: 50 }]);
});

test('ends the one that is cancelled, and no other', async () => {
  const asks = new Asks(() => {});
  const first = asks.answer('first', ({ signal }) => stopped(signal));
  const second = asks.answer('second', async () => 2);
  asks.cancel('first');
  asks.cancel('nobody asked this');
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect(await second).toBe(2);
});

test('says cancelled at once where the work has no ear for it, and drops what comes of it', async () => {
  const told: AskProgress[] = [];
  const asks = new Asks((progress) => told.push(progress));
  const { promise, resolve } = Promise.withResolvers<string>();
  const answer = asks.answer('deaf', async ({ onProgress }) => {
    asks.cancel('deaf');
    onProgress('Reading on', 1, null);
    return promise;
  });
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  resolve('too late');
  await new Promise((passed) => setTimeout(passed, 120));
  expect(told).toEqual([]);
});

test('gives an error of the work as it is', async () => {
  const asks = new Asks(() => {});
  const answer = asks.answer('bad', () => Promise.reject(new RangeError('no such row')));
  await expect(answer).rejects.toThrow(RangeError);
});

test('waits for what becomes of an act that is cancelled, and says which', async () => {
  const asks = new Asks(() => {});
  const order: string[] = [];
  const undone = asks.act('undone', async ({ signal }) => {
    await stopped(signal).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push('undone');
    signal.throwIfAborted();
  });
  asks.cancel('undone');
  await expect(undone).rejects.toMatchObject({
    code: 'cancelled',
    message: 'Cancelled; nothing was changed.',
  });
  expect(order).toEqual(['undone']);
  const done = asks.act('done', async ({ signal }) => {
    await stopped(signal).catch(() => undefined);
    return 'done all the same';
  });
  asks.cancel('done');
  expect(await done).toBe('done all the same');
  const failed = asks.act('failed', async ({ signal }) => {
    await stopped(signal).catch(() => undefined);
    throw new RangeError('no room');
  });
  asks.cancel('failed');
  await expect(failed).rejects.toThrow(RangeError);
});

test('stops all, and waits until their work has stopped', async () => {
  const asks = new Asks(() => {});
  const order: string[] = [];
  const answer = asks
    .answer('slow', async ({ signal }) => {
      await stopped(signal).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 30));
      order.push('put away');
      signal.throwIfAborted();
    })
    .catch(() => order.push('answered'));
  await asks.stop();
  order.push('stopped');
  await answer;
  expect(order).toEqual(['answered', 'put away', 'stopped']);
});
