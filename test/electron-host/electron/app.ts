/** `app`: the life of the application, its names and its folders. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Emitter, guarded, preventable } from './guard.ts';
import { acquireInstanceLock, type InstanceLock } from './instance-lock.ts';
import { closeAllWindows, openWindows } from './window-list.ts';

const EVENTS = [
  'activate',
  'before-quit',
  'browser-window-created',
  'child-process-gone',
  'open-file',
  'open-url',
  'quit',
  'ready',
  'render-process-gone',
  'second-instance',
  'web-contents-created',
  'will-finish-launching',
  'will-quit',
  'window-all-closed',
];

/** The folder of the package.json that the running main script belongs to, and what that says. */
function findPackage(): { readonly folder: string; readonly name: string; readonly version: string } {
  let folder = dirname(process.argv[1] ?? process.cwd());
  for (let above = folder; ; above = dirname(above)) {
    const file = join(above, 'package.json');
    if (existsSync(file)) {
      const { name, productName, version } = JSON.parse(readFileSync(file, 'utf8'));
      folder = above;
      return { folder, name: productName ?? name, version };
    }
    if (above === dirname(above)) return { folder, name: 'Electron', version: '0.0.0' };
  }
}

function appData(): string {
  if (process.platform === 'win32') return process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
}

/** `--name=value` and `--name` of the command line, as Chromium reads them. */
function commandLineSwitches(): Map<string, string> {
  const switches = process.argv.slice(2).flatMap((argument) => {
    const [, name, value = ''] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  return new Map(switches);
}

class App extends Emitter {
  readonly #package = findPackage();
  readonly #paths = new Map<string, string>();
  readonly #switches = commandLineSwitches();
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #quitting = false;
  #name = this.#package.name;
  #lock: InstanceLock | null = null;
  readonly isPackaged = false;
  readonly commandLine = guarded('app.commandLine', {
    appendSwitch: (name: string, value = '') => {
      this.#switches.set(name.toLowerCase(), value);
    },
    hasSwitch: (name: string) => this.#switches.has(name),
    getSwitchValue: (name: string) => this.#switches.get(name) ?? '',
  });

  constructor() {
    super('app', EVENTS);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.quit());
  }

  /** For the host: Chromium is up. */
  becomeReady(): void {
    this.#isReady = true;
    this.emit('will-finish-launching');
    this.emit('ready', {}, {});
    this.#ready.resolve();
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  isReady(): boolean {
    return this.#isReady;
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
  }

  getName(): string {
    return this.#name;
  }

  setName(name: string): void {
    this.#name = name;
  }

  getVersion(): string {
    return this.#package.version;
  }

  getAppPath(): string {
    return this.#package.folder;
  }

  getLocale(): string {
    return Intl.DateTimeFormat().resolvedOptions().locale;
  }

  getSystemLocale(): string {
    return this.getLocale();
  }

  getPath(name: string): string {
    const set = this.#paths.get(name);
    if (set !== undefined) return set;
    const home = homedir();
    switch (name) {
      case 'home':
        return home;
      case 'appData':
        return appData();
      case 'userData':
      case 'sessionData':
        return join(this.getPath('appData'), this.#name);
      case 'logs':
        return join(this.getPath('userData'), 'logs');
      case 'crashDumps':
        return join(this.getPath('userData'), 'Crashpad');
      case 'temp':
        return tmpdir();
      case 'exe':
        return process.execPath;
      case 'desktop':
      case 'documents':
      case 'downloads':
      case 'music':
      case 'pictures':
      case 'videos':
        return join(home, `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
      default:
        throw new Error(`Failed to get '${name}' path`);
    }
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  requestSingleInstanceLock(additionalData: unknown = {}): boolean {
    this.#lock ??= acquireInstanceLock(this.getPath('userData'), additionalData, (other) => {
      void this.whenReady().then(() => {
        this.emit('second-instance', preventable({}), other.argv, other.cwd, other.additionalData);
      });
    });
    return this.#lock.held;
  }

  hasSingleInstanceLock(): boolean {
    return this.#lock?.held ?? false;
  }

  releaseSingleInstanceLock(): void {
    this.#lock?.release();
    this.#lock = null;
  }

  quit(): void {
    void this.#quit();
  }

  async #quit(): Promise<void> {
    if (this.#quitting) return;
    const before = preventable({});
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    this.#quitting = true;
    const closed = await closeAllWindows();
    const will = preventable({});
    if (closed) this.emit('will-quit', will);
    if (!closed || will.defaultPrevented) {
      this.#quitting = false;
      return;
    }
    await this.#leave(0);
  }

  /** Ends at once: no window is asked. */
  exit(code = 0): void {
    void this.#leave(code);
  }

  async #leave(code: number): Promise<void> {
    this.#quitting = true;
    this.emit('quit', {}, code);
    await this.#lock?.notified;
    this.#lock?.release();
    process.exit(code);
  }

  /** For the host: a window is gone. */
  windowClosed(): void {
    if (this.#quitting || openWindows().length > 0) return;
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }

  focus(): void {
    openWindows()[0]?.focus();
  }

  // What the host has no use for, and what does no harm when it is ignored.
  enableSandbox(): void {}
  disableHardwareAcceleration(): void {}
  setAppUserModelId(): void {}
  setAboutPanelOptions(): void {}
  setAccessibilitySupportEnabled(): void {}
}

export const app = new App();
