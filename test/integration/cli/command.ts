/** The `tieout` command as a process of its own, with a home, a workspace and an environment of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import STEADY from '../../../build/node-flags.json' with { type: 'json' };
import { atEnd } from '../../at-end.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** `npm test` has it bundled. */
const CLI = process.env.TIEOUT_TEST_COMMAND ?? join(ROOT, 'electron', 'cli.ts');
/** Each process would compile the same sources anew. */
export const COMPILED = join(ROOT, 'node_modules', '.cache', 'tieout', 'test-compile');

/** A folder that is gone when the tests of the file have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-cli-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One line of `--json` output. */
export interface JsonEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function isEvent(value: unknown): value is JsonEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** What `--json` printed; every line must be an event. */
export function eventsOf(stdout: string): readonly JsonEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const event: unknown = JSON.parse(line);
      if (!isEvent(event)) throw new Error(`not an event: ${line}`);
      return event;
    });
}

/** Of those of one type. */
export function ofType(ended: Pick<Ended, 'stdout'>, type: string): readonly JsonEvent[] {
  return eventsOf(ended.stdout).filter((event) => event.type === type);
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the first line of stdout that the predicate takes; rejects where the command ends before. */
  line(wanted: (line: string) => boolean): Promise<string>;
  /** Resolves when each of these texts has been in a line of stdout. */
  lines(...texts: readonly string[]): Promise<void>;
}

export class Home {
  readonly folder = temporaryFolder();
  readonly workspace = join(this.folder, 'workspace');
  /** For every command that is run from here. */
  readonly env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.env = env;
  }

  /** Starts the command as given, on no workspace but the one that the arguments name. */
  spawn(args: readonly string[], options: RunOptions = {}): Running {
    const child = spawn(process.execPath, [...STEADY, CLI, ...args], {
      cwd: options.cwd ?? this.folder,
      stdio: 'pipe',
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        XDG_DATA_HOME: join(this.folder, 'data'),
        XDG_CONFIG_HOME: join(this.folder, 'config'),
        XDG_RUNTIME_DIR: join(this.folder, 'run'),
        TMPDIR: process.env.TMPDIR,
        NODE_COMPILE_CACHE: COMPILED,
        ...this.env,
        ...options.env,
      },
    });
    let over = false;
    atEnd(() => over || child.kill('SIGKILL'));
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        over = true;
        resolve({ code, stdout, stderr });
      });
    });
    const reader = createInterface({ input: child.stdout });
    const line = (wanted: (line: string) => boolean): Promise<string> =>
      new Promise((resolve, reject) => {
        reader.on('line', (text) => {
          if (wanted(text)) resolve(text);
        });
        void ended.then((end) => reject(new Error(`ended with ${end.code} before that line: ${end.stderr}`)));
      });
    return {
      child,
      ended,
      line,
      lines: async (...texts) => {
        await Promise.all(texts.map((text) => line((printed) => printed.includes(text))));
      },
    };
  }

  /** Runs the command to its end on this home's workspace. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return await this.spawn([...args, '--workspace', this.workspace], options).ended;
  }

  /** The same with `--json`; anything but the wanted exit code is an error. */
  async json(args: readonly string[], options: RunOptions & { readonly code?: number } = {}): Promise<Ended> {
    const ended = await this.run([...args, '--json'], options);
    if (ended.code !== (options.code ?? 0))
      throw new Error(
        `tieout ${args[0]} ended with ${ended.code}: ${ended.stderr}${ended.stdout.slice(-2000)}`,
      );
    return ended;
  }
}

/** Where a vendor is to be reached. */
export interface Address {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
}

export const SECRET = 'pw-5up3r/s3cret+&=ü';

/** The arguments of a sync that names its vendor itself; its secret comes from the environment. */
export function syncArgs(vendor: Address, month: string, ...more: readonly string[]): readonly string[] {
  const { baseUrl, tokenUrl, clientId } = vendor;
  return [
    'sync',
    '--base-url',
    baseUrl,
    '--token-url',
    tokenUrl,
    '--client-id',
    clientId,
    '--month',
    month,
    ...more,
  ];
}

/** `tieout vendor` as a process. */
export async function vendorProcess(
  home: Home,
  ...args: readonly string[]
): Promise<Address & Pick<Running, 'child' | 'ended'>> {
  const running = home.spawn(['vendor', '--json', ...args], { env: { TIEOUT_CLIENT_SECRET: SECRET } });
  const [event] = eventsOf(await running.line((line) => line.includes('"vendor"')));
  return {
    child: running.child,
    ended: running.ended,
    baseUrl: String(event?.base_url),
    tokenUrl: String(event?.token_url),
    clientId: String(event?.client_id),
  };
}
