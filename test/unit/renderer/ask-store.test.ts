/** What the window waits for: one a label, and whoever does not wait any more lets it end. */
import { beforeEach, expect, test } from 'vitest';
import { AskStore } from '../../../renderer/ask-store.ts';
import type { Answer } from '../../../shared/contract.ts';

let ended: string[];
let store: AskStore;

beforeEach(() => {
  ended = [];
  store = new AskStore((askId) => ended.push(askId));
});

/** An answer that is given when the test says so. */
function pending() {
  const { promise, resolve } = Promise.withResolvers<Answer<string>>();
  let asked = '';
  return {
    send: (askId: string) => {
      asked = askId;
      return promise;
    },
    id: () => asked,
    give: (value: string) => resolve({ ok: true, value }),
    refuse: () => resolve({ ok: false, error: { code: 'cancelled', message: 'Cancelled.', details: {} } }),
  };
}

test('gives what is answered, and is no more to be cancelled then', async () => {
  const one = pending();
  const answer = store.ask('dry-run', one.send);
  expect(store.of('dry-run')).toEqual({ askId: one.id(), progress: null });
  one.give('done');
  expect(await answer).toBe('done');
  expect(store.of('dry-run')).toBeNull();
  store.cancel('dry-run');
  expect(ended).toEqual([]);
});

test('cancels what waits under its label, and nothing else', async () => {
  const [one, other] = [pending(), pending()];
  const answer = store.ask('dry-run', one.send);
  const kept = store.ask('extract-preview', other.send);
  store.cancel('dry-run');
  expect(ended).toEqual([one.id()]);
  one.refuse();
  other.give('read');
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  expect(await kept).toBe('read');
});

test('ends what was asked before under the same label, whose end is not that of the newer one', async () => {
  const [first, second] = [pending(), pending()];
  const before = store.ask('extract-preview', first.send);
  const after = store.ask('extract-preview', second.send);
  expect(ended).toEqual([first.id()]);
  first.refuse();
  await expect(before).rejects.toMatchObject({ code: 'cancelled' });
  expect(store.of('extract-preview')?.askId).toBe(second.id());
  second.give('read');
  expect(await after).toBe('read');
});

test('ends with the query that nobody looks at', async () => {
  const one = pending();
  const looking = new AbortController();
  const answer = store.ask('report-pages', one.send, looking.signal);
  looking.abort();
  expect(ended).toEqual([one.id()]);
  one.refuse();
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
});

test('tells of progress to whom it is about', async () => {
  let told = 0;
  const stop = store.subscribe(() => {
    told += 1;
  });
  const one = pending();
  const answer = store.ask('dry-run', one.send);
  const progress = { askId: one.id(), step: 'Matching', done: 3, total: 9 };
  store.heard({ ...progress, askId: 'another' });
  expect(told).toBe(1);
  store.heard(progress);
  expect(store.of('dry-run')?.progress).toEqual(progress);
  stop();
  one.give('done');
  await answer;
  expect(told).toBe(2);
});
