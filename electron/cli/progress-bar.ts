import type { Output } from './output.ts';

const WIDTH = 30;

/** A bar that is drawn over where there is a terminal, and told in tenths where there is none. */
export class ProgressBar {
  readonly #out: Output;
  readonly #total: number;
  #tenth = -1;

  constructor(out: Output, total: number) {
    this.#out = out;
    this.#total = Math.max(1, total);
  }

  show(done: number, note: string): void {
    const share = Math.min(1, done / this.#total);
    const filled = Math.round(share * WIDTH);
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)} %  ${note}`;
    if (this.#out.live) {
      this.#out.over(bar.slice(0, this.#out.width - 1));
      return;
    }
    const tenth = Math.floor(share * 10);
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#out.say(bar);
  }

  end(): void {
    if (this.#out.live) this.#out.say('');
  }
}
