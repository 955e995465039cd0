import { describe, expect, it } from 'vitest';
import { Turns } from '../../electron/turns.ts';

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('Turns', () => {
  it('lets a timer fire between the steps of long work', async () => {
    let fired = 0;
    const timer = setInterval(() => {
      fired += 1;
    }, 1);
    const turns = new Turns();
    for (let step = 0; step < 20; step += 1) {
      work(5);
      await turns.step();
    }
    clearInterval(timer);
    expect(fired).toBeGreaterThanOrEqual(5);
  });

  it('goes on at once where the last turn was just now', async () => {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    const turns = new Turns();
    await turns.step();
    expect(turned).toBe(false);
  });
});
