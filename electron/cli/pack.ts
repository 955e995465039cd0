/** `tieout report --format pack`: the month's evidence as one zip. */
import type { Month } from '../../shared/month.ts';
import { ProgressBar } from './progress-bar.ts';
import type { Session } from './session.ts';
import { inSmallHeap } from './small-heap.ts';

export interface PackOptions {
  readonly month: Month;
  readonly out: string;
  readonly overwrite: boolean;
}

export async function packCommand(session: Session, options: PackOptions): Promise<number> {
  const { out, signal } = session;
  const app = await session.app();
  const bar = new ProgressBar(out, 1);
  const event = await inSmallHeap(() =>
    app.pack({
      ...options,
      signal,
      onProgress: (step, done, total) => {
        if (out.live) bar.show(total === null ? 0 : done / total, step);
      },
    }),
  );
  bar.end();
  out.event(event, `${event.path}  ${event.sha256}\nverify.py in it  ${event.verifier_sha256}`);
  return 0;
}
