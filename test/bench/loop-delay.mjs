/**
 * Loaded into `tieout sync --json` by its benchmark: the longest pause of the event loop from the first token to the end
 * of the run, in milliseconds, to the file that `LOOP_DELAY_FILE` names. What comes before is the loading of modules, what
 * comes after the closing of the database.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env.LOOP_DELAY_FILE;
if (file && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...rest) => {
    const line = String(text);
    if (line.includes('"type":"token"')) delay.enable();
    if (line.includes('"type":"done"')) {
      delay.disable();
      writeFileSync(file, String(delay.max / 1e6));
    }
    return write(text, ...rest);
  };
}
