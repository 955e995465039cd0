/** A virtual display (Xvfb) for windows on a Linux machine that has no screen. */
import { type ChildProcess, spawn } from 'node:child_process';

const START_MS = 15_000;

export interface VirtualDisplay {
  /** As in the environment's DISPLAY. */
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/** Whether a window could be opened only on a virtual display. */
export function needsVirtualDisplay(): boolean {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
}

/**
 * Starts Xvfb on the first free display number.
 * @throws {Error} where Xvfb is not installed or does not start.
 */
export async function startVirtualDisplay(): Promise<VirtualDisplay> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const name = `:${await displayNumber(server)}`;
  return {
    name,
    stop: () => {
      server.kill('SIGTERM');
      return gone;
    },
  };
}

/** Xvfb writes the number that it took to its file descriptor 3 when it is ready. */
function displayNumber(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      server.kill('SIGKILL');
      reject(new Error(`Xvfb did not start: ${why}.`));
    };
    const timer = setTimeout(() => fail(`no answer in ${START_MS / 1000} s`), START_MS);
    server.once('error', (error) => fail(error.message));
    server.once('close', (code) => fail(`exit code ${code}`));
    let text = '';
    server.stdio[3]?.on('data', (part: Buffer) => {
      text += part.toString('latin1');
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.trim());
    });
  });
}
