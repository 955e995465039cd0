/** One instance of the app for one data folder; a second one tells the first and goes. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OtherInstance {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly additionalData: unknown;
}

export interface InstanceLock {
  readonly held: boolean;
  /** Resolves when the first instance has been told. */
  readonly notified: Promise<void>;
  readonly release: () => void;
}

export function acquireInstanceLock(
  userData: string,
  additionalData: unknown,
  onOther: (other: OtherInstance) => void,
): InstanceLock {
  mkdirSync(userData, { recursive: true });
  const file = join(userData, 'electron-host.lock');
  const digest = createHash('sha256').update(userData).digest('hex').slice(0, 16);
  const address =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\tieout-host-${digest}`
      : join(tmpdir(), `tieout-host-${digest}.sock`);
  if (!take(file)) {
    const notified = tellFirst(address, { argv: process.argv, cwd: process.cwd(), additionalData });
    return { held: false, notified, release: () => undefined };
  }
  rmSync(address, { force: true });
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('end', () => {
      onOther(JSON.parse(text));
      socket.end();
    });
  });
  server.listen(address);
  server.unref();
  const release = () => {
    server.close();
    rmSync(file, { force: true });
    rmSync(address, { force: true });
  };
  return { held: true, notified: Promise.resolve(), release };
}

/** Whether the lock file is this process's now; a lock whose owner is gone is taken over. */
function take(file: string): boolean {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return true;
    } catch {
      if (isRunning(Number(readFileSync(file, 'utf8')))) return false;
      rmSync(file, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function tellFirst(address: string, message: OtherInstance): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.on('connect', () => socket.end(JSON.stringify(message)));
    socket.resume();
  });
}
