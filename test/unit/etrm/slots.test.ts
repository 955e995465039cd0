import { describe, expect, it } from 'vitest';
import { Slots } from '../../../electron/etrm/slots.ts';

const never = new AbortController().signal;

describe('the slots before the pool', () => {
  it('are no more than their limit, and go in the order of asking', async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, async (_, at) => {
        const release = await slots.take(never);
        order.push(at);
        most = Math.max(most, slots.taken);
        await new Promise((resolve) => setTimeout(resolve, 1));
        release();
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(2);
    expect(slots.taken).toBe(0);
  });

  it('let a waiter go when it is aborted, and nobody behind it waits for it', async () => {
    const slots = new Slots(1);
    const release = await slots.take(never);
    const abort = new AbortController();
    const gone = slots.take(abort.signal);
    const stays = slots.take(never);
    abort.abort(new Error('enough'));
    // The slot is not free yet.
    await expect(gone).rejects.toThrow('enough');
    release();
    (await stays)();
    expect(slots.taken).toBe(0);
  });

  it('are not given to who is aborted already', async () => {
    const slots = new Slots(1);
    await expect(slots.take(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(slots.taken).toBe(0);
  });

  it('given back twice are given back once', async () => {
    const slots = new Slots(2);
    const release = await slots.take(never);
    await slots.take(never);
    release();
    release();
    expect(slots.taken).toBe(1);
  });
});
