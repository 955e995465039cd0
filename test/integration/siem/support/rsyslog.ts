/** A real rsyslogd as a process of the test: its own configuration, work folder and loopback port, no root needed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Certificates } from '../../etrm/support/certificates.ts';
import { temporaryFolder } from './bench.ts';

const DAEMON = ['/usr/sbin/rsyslogd', '/sbin/rsyslogd', '/usr/local/sbin/rsyslogd'].find((path) =>
  existsSync(path),
);

/** Why there can be no such receiver on this machine, as the reason of a skipped test; null where there can. */
export function missingForRsyslog(): string | null {
  if (DAEMON === undefined)
    return 'rsyslog is not installed (Debian: apt-get install rsyslog rsyslog-gnutls)';
  if (globSync('/usr/lib/{,*/}rsyslog/lmnsd_gtls.so').length === 0) {
    return 'rsyslog has no TLS here (Debian: apt-get install rsyslog-gnutls)';
  }
  // Some systems confine it to folders of its own (AppArmor); then a test cannot give it a configuration.
  const folder = mkdtempSync(join(tmpdir(), 'tieout-rsyslog-'));
  const config = join(folder, 'rsyslog.conf');
  writeFileSync(
    config,
    `module(load="imtcp")\ninput(type="imtcp" port="0")\naction(type="omfile" file="${join(folder, 'any')}")\n`,
  );
  const checked = spawnSync(DAEMON, ['-N1', '-f', config], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return checked.status === 0 ? null : `rsyslog cannot be run from ${tmpdir()}: ${checked.stderr.trim()}`;
}

/** Between reading and writing: in memory, as by default, or none, so that what is read is kept before more is read. */
type Queue = 'LinkedList' | 'Direct';

/** A message as rsyslog's own parser took it apart. */
export interface Parsed {
  readonly pri: string;
  readonly timestamp: string;
  readonly hostname: string;
  readonly app: string;
  readonly procid: string;
  readonly msgid: string;
  readonly sd: string;
  readonly msg: string;
}

export interface Rsyslog {
  /** Its own, gone with the test. */
  readonly folder: string;
  readonly port: number;
  start(): Promise<void>;
  /** SIGTERM: it writes what it has. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** What it has written, in the order of the file. */
  messages(): readonly Parsed[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function member(name: string, property: string): string {
  return `property(outname="${name}" name="${property}" format="jsonf")`;
}

function configuration(folder: string, port: number, tls: Certificates | null, queue: Queue): string {
  const driver =
    tls === null
      ? ''
      : `DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="${tls.caFile}"
  DefaultNetstreamDriverCertFile="${tls.server.certFile}" DefaultNetstreamDriverKeyFile="${tls.server.keyFile}"`;
  const stream =
    tls === null ? '' : ' StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"';
  const members = [
    member('pri', 'pri'),
    member('timestamp', 'timereported').replace(' format=', ' dateFormat="rfc3339" format='),
    member('hostname', 'hostname'),
    member('app', 'app-name'),
    member('procid', 'procid'),
    member('msgid', 'msgid'),
    member('sd', 'structured-data'),
    member('msg', 'msg'),
  ].join(' constant(value=",") ');
  return `global(workDirectory="${folder}" maxMessageSize="64k" ${driver})
module(load="imtcp"${stream})
template(name="parsed" type="list") { constant(value="{") ${members} constant(value="}\\n") }
ruleset(name="received" queue.type="${queue}") { action(type="omfile" file="${join(folder, 'received.jsonl')}" template="parsed") }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="received")
`;
}

export function rsyslog(tls: Certificates | null = null, queue: Queue = 'LinkedList'): Promise<Rsyslog> {
  return rsyslogWith((folder, port) => configuration(folder, port, tls, queue));
}

/** @param configure what is in its configuration, given its folder and port. */
export async function rsyslogWith(configure: (folder: string, port: number) => string): Promise<Rsyslog> {
  const folder = temporaryFolder();
  const port = await freePort();
  const config = join(folder, 'rsyslog.conf');
  writeFileSync(config, configure(folder, port));
  let child: ChildProcess | null = null;
  let said = '';
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  };
  const answers = async (): Promise<boolean> => {
    // Asked of the kernel, because a connection of ours would be one more for it to read.
    const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
    return readFileSync('/proc/net/tcp', 'latin1').includes(wanted);
  };
  const receiver: Rsyslog = {
    folder,
    port,
    async start() {
      if (DAEMON === undefined) throw new Error('no rsyslog');
      const running = spawn(DAEMON, ['-n', '-f', config, '-i', join(folder, 'pid')], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = running;
      for (const stream of [running.stdout, running.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      }
      const until = Date.now() + 15_000;
      while (!(await answers())) {
        if (running.exitCode !== null || Date.now() > until)
          throw new Error(`rsyslogd did not start: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    messages: () => {
      const file = join(folder, 'received.jsonl');
      if (!existsSync(file)) return [];
      const text = readFileSync(file, 'utf8');
      return text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Parsed => JSON.parse(line));
    },
  };
  await receiver.start();
  onTestFinished(() => receiver.kill());
  return receiver;
}
