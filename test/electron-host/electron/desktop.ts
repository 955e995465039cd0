/** `dialog`, `shell`, `net`, `nativeTheme`, `powerMonitor`: the desktop around the window. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DialogKind } from '../wire.ts';
import { Emitter, guarded } from './guard.ts';
import { browser, tell } from './link.ts';

interface DialogOptions {
  readonly title?: string;
  readonly message?: string;
  readonly defaultPath?: string;
  readonly cancelId?: number;
}

/** A dialog's options come last; a window may come first. */
function ask(kind: DialogKind, args: readonly DialogOptions[]) {
  const { title, message, defaultPath } = args.at(-1) ?? {};
  return browser('dialog.ask', kind, title ?? message ?? basename(defaultPath ?? ''));
}

export const dialog = guarded('dialog', {
  async showOpenDialog(...args: readonly DialogOptions[]) {
    const answer = await ask('open', args);
    const filePaths = answer?.kind === 'open' ? [...answer.filePaths] : [];
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...args: readonly DialogOptions[]) {
    const answer = await ask('save', args);
    const filePath = answer?.kind === 'save' ? (answer.filePath ?? '') : '';
    return { canceled: filePath === '', filePath };
  },
  async showMessageBox(...args: readonly DialogOptions[]) {
    const answer = await ask('message', args);
    const response = answer?.kind === 'message' ? answer.response : (args.at(-1)?.cancelId ?? 0);
    return { response, checkboxChecked: false };
  },
  showErrorBox(title: string, content: string): void {
    process.stderr.write(`${title}: ${content}\n`);
    tell('desktop.act', { act: 'dialog', detail: `${title}: ${content}` });
  },
});

export const shell = guarded('shell', {
  async openExternal(url: string): Promise<void> {
    tell('desktop.act', { act: 'open-external', detail: url });
  },
  async openPath(path: string): Promise<string> {
    tell('desktop.act', { act: 'open-path', detail: path });
    return '';
  },
  showItemInFolder(path: string): void {
    tell('desktop.act', { act: 'show-item', detail: path });
  },
  beep(): void {
    tell('desktop.act', { act: 'beep', detail: '' });
  },
});

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

export const net = guarded('net', {
  /** Reads `file:` URLs itself, as Electron's does and Node's does not. */
  async fetch(input: string | Request, init?: RequestInit): Promise<Response> {
    const url = new URL(typeof input === 'string' ? input : input.url);
    if (url.protocol !== 'file:') return fetch(input, init);
    const path = fileURLToPath(url);
    try {
      const type = CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
      return new Response(await readFile(path), { headers: { 'content-type': type } });
    } catch (error) {
      throw new Error('net::ERR_FILE_NOT_FOUND', { cause: error });
    }
  },
  isOnline: () => true,
  online: true,
});

class NativeTheme extends Emitter {
  #source: 'system' | 'light' | 'dark' = 'system';

  constructor() {
    super('nativeTheme', ['updated']);
  }

  get themeSource(): 'system' | 'light' | 'dark' {
    return this.#source;
  }

  set themeSource(source: 'system' | 'light' | 'dark') {
    this.#source = source;
    tell('theme.set', source === 'system' ? null : source);
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }
}

export const nativeTheme = guarded('nativeTheme', new NativeTheme());

export const powerMonitor = guarded(
  'powerMonitor',
  new Emitter('powerMonitor', [
    'suspend',
    'resume',
    'on-ac',
    'on-battery',
    'lock-screen',
    'unlock-screen',
    'shutdown',
  ]),
);
