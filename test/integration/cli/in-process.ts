/** The same program in this process: what it prints and the code it ends with. For what needs no process of its own. */
import { runCommand } from '../../../electron/cli/program.ts';
import { type Ended, SECRET } from './command.ts';

export interface InProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Told each piece of stdout as it comes. */
  readonly onOutput?: (text: string) => void;
}

export async function tieout(args: readonly string[], options: InProcess = {}): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const code = await runCommand(args, {
    stdin: process.stdin,
    stdout: {
      write: (text: string | Uint8Array) => {
        stdout += String(text);
        options.onOutput?.(String(text));
        return true;
      },
    },
    stderr: {
      write: (text: string | Uint8Array) => {
        stderr += String(text);
        return true;
      },
    },
    env: { TIEOUT_CLIENT_SECRET: SECRET, ...options.env },
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}
