/** Runs a child in this process's place: same terminal, same signals, same exit code. Plain JavaScript for Node 20. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

/** Node keeps the sources it has stripped and compiled here: the second start takes half the time. */
export const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'tieout', 'compiled');

/**
 * Node's own arguments: V8 guards its pages of code by the processor's memory keys, where it has such, and has been seen to
 * abort ("Check failed: jit_page.has_value()") while threads were started and ended.
 * @type {readonly string[]}
 */
const STEADY = JSON.parse(readFileSync(join(ROOT, 'build', 'node-flags.json'), 'utf8'));

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {string} command Node.
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code; 128 + n where signal n ended the child (130 for SIGINT).
 * @throws {Error} where the command cannot be started.
 */
export function passThrough(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...STEADY, ...args], {
      stdio: 'inherit',
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
    });
    // A terminal gives Ctrl-C to the whole foreground group: the child has it already.
    const terminal = [0, 1, 2].some((fd) => isTerminal(fd));
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (signal !== 'SIGINT' || !terminal) child.kill(signal);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.removeAllListeners(name);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** @param {number} fd */
function isTerminal(fd) {
  return [process.stdin, process.stdout, process.stderr][fd]?.isTTY === true;
}
