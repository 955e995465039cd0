/**
 * `npm start`: the app from its sources, in Electron where its binary is here or can be fetched, on the Chromium
 * host otherwise.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { startHost } from '../test/electron-host/browser/host.ts';
import type { DialogAnswer, DialogKind } from '../test/electron-host/wire.ts';
import { bundleIfStale } from './bundle.ts';
import { needsVirtualDisplay, startVirtualDisplay, type VirtualDisplay } from './display.ts';
import { fetchElectronBinary } from './electron-binary.ts';
import { DIST, ROOT } from './layout.ts';
import { ensureSystem } from './system.ts';

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Takes a signal on to the app. */
type Forward = (signal: NodeJS.Signals) => void;

/** @returns Electron's exit code. */
function runInElectron(
  binary: string,
  args: readonly string[],
  onSignal: (to: Forward) => void,
): Promise<number> {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const child = spawn(binary, [...(asRoot ? ['--no-sandbox'] : []), ROOT, ...args], { stdio: 'inherit' });
  onSignal((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** The host has no file dialog: the terminal asks for the path, an empty line cancels. */
async function askInTerminal(kind: DialogKind, title: string): Promise<DialogAnswer | null> {
  if (!process.stdin.isTTY || kind === 'message') {
    say(`The app asked "${title}"; cancelled, because nobody is here to answer.`);
    return null;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const path = await terminal.question(`${title || 'A file'} (path, empty to cancel): `);
  terminal.close();
  if (path === '') return null;
  return kind === 'open' ? { kind, filePaths: [path] } : { kind, filePath: path };
}

/** @returns the main process's exit code. */
async function runOnHost(args: readonly string[], onSignal: (to: Forward) => void): Promise<number> {
  const app = await startHost({
    main: join(DIST, 'main', 'main.js'),
    args,
    env: process.env,
    output: 'inherit',
    onDialog: askInTerminal,
    onAct: ({ act, detail }) => {
      if (act !== 'dialog' && act !== 'beep') say(`The app asked the desktop: ${act} ${detail}`);
    },
  });
  onSignal(app.kill);
  return app.exitCode;
}

async function start(args: readonly string[], onSignal: (to: Forward) => void): Promise<number> {
  const binary = fetchElectronBinary(say);
  if (binary === null)
    say('Electron’s binary is not here and could not be fetched: starting on the Chromium host.');
  const needs = needsVirtualDisplay();
  if (
    !ensureSystem(
      [...(binary === null ? (['browser'] as const) : []), ...(needs ? (['display'] as const) : [])],
      say,
    )
  ) {
    return 1;
  }
  await bundleIfStale();
  let display: VirtualDisplay | null = null;
  if (needs) {
    display = await startVirtualDisplay();
    process.env.DISPLAY = display.name;
    say(`This machine has no screen: the window is on the virtual display ${display.name}.`);
  }
  try {
    return await (binary === null ? runOnHost(args, onSignal) : runInElectron(binary, args, onSignal));
  } finally {
    await display?.stop();
  }
}

// The app quits in its own way; this process leaves after it.
let forward: Forward = (signal) => process.exit(128 + constants.signals[signal]);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => forward(signal));
process.exitCode = await start(process.argv.slice(2), (to) => {
  forward = to;
});
