import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { invalidate } from '../../../renderer/invalidate.ts';

/** A main process whose answers come when they are let go, each with what held when it was asked. */
function slowMain() {
  const waiting: (() => void)[] = [];
  let held = 1;
  return {
    change: () => {
      held += 1;
    },
    query: {
      staleTime: Number.POSITIVE_INFINITY,
      queryFn: () => {
        const answer = held;
        return new Promise<number>((answered) => {
          waiting.push(() => answered(answer));
        });
      },
    },
    answer: async () => {
      for (const go of waiting.splice(0)) go();
      await new Promise((settled) => setTimeout(settled, 5));
    },
  };
}

test('a first answer that was on the way when something changed does not stand', async () => {
  const client = new QueryClient();
  const main = slowMain();
  const observer = new QueryObserver(client, { queryKey: ['breaks', 1], ...main.query });
  const stop = observer.subscribe(() => undefined);
  main.change();
  const done = invalidate(client, 'breaks');
  await main.answer();
  await main.answer();
  await done;
  expect(observer.getCurrentResult()).toMatchObject({ data: 2, isFetching: false, isStale: false });
  stop();
});

test('nor does one that nobody looks at any more, when it is looked at again', async () => {
  const client = new QueryClient();
  const main = slowMain();
  const options = { queryKey: ['breaks', 1], ...main.query };
  new QueryObserver(client, options).subscribe(() => undefined)();
  main.change();
  const done = invalidate(client, 'breaks');
  await main.answer();
  await done;
  const again = new QueryObserver(client, options);
  const stop = again.subscribe(() => undefined);
  await main.answer();
  expect(again.getCurrentResult().data).toBe(2);
  stop();
});

test('one that is asked for again is answered once, and what has another key is left alone', async () => {
  const client = new QueryClient();
  const main = slowMain();
  const other = slowMain();
  const stops = [
    new QueryObserver(client, { queryKey: ['breaks'], ...main.query }).subscribe(() => undefined),
    new QueryObserver(client, { queryKey: ['months'], ...other.query }).subscribe(() => undefined),
  ];
  await main.answer();
  await other.answer();
  main.change();
  other.change();
  const done = invalidate(client, 'breaks');
  await main.answer();
  await done;
  expect(client.getQueryData(['breaks'])).toBe(2);
  expect(client.getQueryData(['months'])).toBe(1);
  await invalidate(client, 'unknown');
  const all = invalidate(client);
  await main.answer();
  await other.answer();
  await all;
  expect(client.getQueryData(['months'])).toBe(2);
  for (const stop of stops) stop();
});

test('a first answer that is an error is asked for again', async () => {
  const client = new QueryClient();
  let asked = 0;
  const observer = new QueryObserver(client, {
    queryKey: ['breaks'],
    retry: false,
    queryFn: () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('locked')) : Promise.resolve('rows');
    },
  });
  const stop = observer.subscribe(() => undefined);
  await invalidate(client, 'breaks');
  expect(observer.getCurrentResult().data).toBe('rows');
  stop();
});
