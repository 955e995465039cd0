/** The chain in a real rsyslog, over TCP and over TLS, taken apart by rsyslog's own parser. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SiemSettings } from '../../../shared/siem.ts';
import { type Certificates, makeCertificates } from '../etrm/support/certificates.ts';
import { add, firstSeen, network, range, siemBench } from './support/bench.ts';
import { chainFault, linesOf, type Received, received } from './support/chain.ts';
import { missingForRsyslog, type Rsyslog, rsyslog, rsyslogWith } from './support/rsyslog.ts';

const missing = missingForRsyslog();
let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});

function events(receiver: Rsyslog): readonly Received[] {
  return receiver.messages().map(({ msg }) => received(msg));
}

const seqs = (receiver: Rsyslog): readonly number[] => events(receiver).map(({ seq }) => seq);

function over(kind: 'TCP' | 'TLS', port: number): SiemSettings {
  const caFile = kind === 'TLS' ? certificates.caFile : null;
  const url = `${kind === 'TLS' ? 'tls' : 'tcp'}://127.0.0.1:${port}`;
  return { kind: 'syslog', facility: 13, ...network, url, caFile };
}

const forever = (): AbortSignal => AbortSignal.timeout(30_000);

describe.each(['TCP', 'TLS'] as const)('rsyslog over %s', (kind) => {
  const started = (): Promise<Rsyslog> => rsyslog(kind === 'TLS' ? certificates : null);

  it('has every event, in order, each as it was, and the chain verifies there', async () => {
    const receiver = await started();
    const bench = await siemBench();
    await add(bench, over(kind, receiver.port));
    const last = await bench.append(450, (number) => ({
      number,
      text: `Größe "${number}" \\ ] \u2028 😀\n`,
      nothing: null,
      list: ['a', 'ü'],
    }));
    await bench.siem.untilEmpty(['target'], forever());
    await expect.poll(() => receiver.messages().length).toBe(last);
    expect(seqs(receiver)).toEqual(range(1, last));
    expect(chainFault(events(receiver))).toBeNull();
    expect(await bench.siem.view('target')).toMatchObject({ seq: last, behind: 0, error: null });
    const [first] = receiver.messages();
    expect(first).toMatchObject({ pri: '109', app: 'tieout', procid: '-', msgid: 'siem.save' });
    const [one] = events(receiver);
    expect(first?.timestamp).toBe(one?.at);
    expect(first?.sd).toContain(`[tieout@32473 seq="1" actor="analyst" workspace="${bench.workspace.id}"`);
    expect(first?.sd).toContain(`sha256="${one?.sha256}"`);
    expect(first?.sd).toContain('[origin software="Tieout" swVersion="0.0.0"]');
  });

  it('that is down gets everything once it is back, in order', async () => {
    const receiver = await started();
    await receiver.stop();
    const bench = await siemBench();
    await add(bench, over(kind, receiver.port));
    const last = await bench.append(450);
    await bench.siem.follow();
    await expect.poll(async () => (await bench.siem.view('target')).error?.code).toBe('siem-undelivered');
    expect(await bench.siem.view('target')).toMatchObject({ seq: 0, behind: last, state: 'waiting' });
    await receiver.start();
    await expect.poll(async () => (await bench.siem.view('target')).behind, { timeout: 20_000 }).toBe(0);
    await expect.poll(() => receiver.messages().length).toBe(last);
    expect(seqs(receiver)).toEqual(range(1, last));
    expect(await bench.siem.view('target')).toMatchObject({ error: null });
  });

  it.each([
    ['stopped', 'LinkedList'],
    ['killed', 'Direct'],
  ] as const)('that is %s again and again misses nothing (queue: %s)', async (how, queue) => {
    const receiver = await rsyslog(kind === 'TLS' ? certificates : null, queue);
    const bench = await siemBench({ random: () => 0 });
    await add(bench, over(kind, receiver.port));
    await bench.append(6000);
    await bench.siem.follow();
    const begun = (await bench.siem.view('target')).seq;
    for (let round = 0; round < 2; round += 1) {
      const before = (await bench.siem.view('target')).seq;
      await expect
        .poll(async () => (await bench.siem.view('target')).seq, { interval: 2, timeout: 15_000 })
        .not.toBe(before);
      await (how === 'stopped' ? receiver.stop() : receiver.kill());
      await bench.append(300);
      await receiver.start();
    }
    const { seq: reached } = await bench.siem.view('target');
    expect(reached).toBeGreaterThan(begun);
    await expect.poll(async () => (await bench.siem.view('target')).behind, { timeout: 30_000 }).toBe(0);
    const last = (await bench.siem.view('target')).seq;
    // What was acknowledged may still be on its way to the file.
    await expect.poll(() => new Set(seqs(receiver)).size, { timeout: 30_000 }).toBe(last);
    expect(firstSeen(seqs(receiver))).toEqual(range(1, last));
    expect(chainFault(events(receiver))).toBeNull();
  });
});

/** Blocks of code of the documentation, in one of which a text stands. */
function documented(holding: string): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'siem.md'), 'utf8');
  const block = text.split('```').find((each, at) => at % 2 === 1 && each.includes(holding));
  if (block === undefined) throw new Error(`docs/siem.md has no block with ${holding}`);
  return block.slice(block.indexOf('\n') + 1);
}

describe('docs/siem.md', () => {
  it('has a configuration that rsyslog takes, and a verifier that takes what it wrote, duplicates and all', async () => {
    const receiver = await rsyslogWith((folder, port) =>
      documented('module(load="imtcp"')
        .replace('/var/spool/rsyslog', folder)
        .replace('/var/log', folder)
        .replace('/etc/rsyslog.d/ca.pem', certificates.caFile)
        .replace('/etc/rsyslog.d/server.pem', certificates.server.certFile)
        .replace('/etc/rsyslog.d/server.key', certificates.server.keyFile)
        .replace('port="6514"', `address="127.0.0.1" port="${port}"`),
    );
    const bench = await siemBench();
    await add(bench, over('TLS', receiver.port));
    await bench.append(300, (number) => ({ number, text: `Größe "${number}" \\ \u2028 😀\n`, list: ['ü'] }));
    await bench.siem.untilEmpty(['target'], forever());
    // Everything once more.
    await bench.siem.save({ ...(await bench.siem.view('target')), secret: null, from: 1 });
    await bench.siem.untilEmpty(['target'], forever());
    const file = join(receiver.folder, 'tieout.ndjson');
    await expect.poll(() => linesOf(file).length, { timeout: 10_000 }).toBe(301 + 302);
    const python = spawnSync('python3', ['-c', documented('import hashlib'), file], { encoding: 'utf8' });
    const head = linesOf(file).at(-1)?.sha256;
    expect(python).toMatchObject({ status: 0, stdout: `302 events agree; head ${head}\n` });
  });
});
