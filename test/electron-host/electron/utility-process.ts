/** Electron's utility process: a script of the app in a process of its own. */
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { guarded } from './guard.ts';

class UtilityProcess extends EventEmitter {
  readonly stdout: Readable | null;
  readonly pid: number | undefined;

  constructor(script: string, args: readonly string[]) {
    super();
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.stdout = child.stdout;
    this.pid = child.pid;
    child.once('spawn', () => this.emit('spawn'));
    // Like Electron, a number however it ended.
    child.once('close', (code) => this.emit('exit', code ?? 139));
  }
}

export const utilityProcess = guarded('utilityProcess', {
  fork: (script: string, args: readonly string[] = []) => new UtilityProcess(script, args),
});
