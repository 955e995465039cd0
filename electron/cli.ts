/** The tieout command: process and program put together. */
import { runCommand } from './cli/program.ts';

const EXIT_INTERRUPTED = 130;
const EXIT_UNPRINTED = 2;
const SAME_INTERRUPT_MS = 1000;

/** @returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  let askedAt = 0;
  const stop = (): void => {
    const now = Date.now();
    // Asked again: at once, without the clean end. One Ctrl-C may arrive twice, from the terminal and from a parent.
    if (interrupt.signal.aborted && now - askedAt > SAME_INTERRUPT_MS) process.exit(EXIT_INTERRUPTED);
    askedAt = now;
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A reader that went away (tieout ... | head) is no fault of ours. What could not be printed is no difference either:
  // a full disk must not look like a check that failed.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`tieout: Standard output cannot be written (${error.code}); send it elsewhere.\n`);
    process.exit(EXIT_UNPRINTED);
  });
  try {
    return await runCommand(argv, {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      signal: interrupt.signal,
    });
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
