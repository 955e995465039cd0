import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SiemSettings } from '../../../shared/siem.ts';
import { type Certificates, makeCertificates } from '../etrm/support/certificates.ts';
import { add, network, range, siemBench } from './support/bench.ts';
import { chainFault } from './support/chain.ts';
import { otlpCollector } from './support/collectors.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const soon = (): AbortSignal => AbortSignal.timeout(20_000);

function otlp(url: string, caFile: string | null = null): SiemSettings {
  return { kind: 'otlp', url, ...network, caFile };
}

describe('an OTLP collector', () => {
  it('has every event in order, in requests of the agreed form, and the chain verifies there', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await add(bench, otlp(collector.url));
    const last = await bench.append(450, (number) => ({
      number,
      text: 'Größe \u2028 😀',
      list: ['a'],
      no: null,
    }));
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.faults).toEqual([]);
    expect(collector.events.map(({ seq }) => seq)).toEqual(range(1, last));
    expect(chainFault(collector.events)).toBeNull();
    expect(collector.requests()).toBe(3);
    expect(await bench.siem.view('target')).toMatchObject({ seq: last, behind: 0, error: null, refused: 0 });
  });

  it('is reached by TLS whose authority the target names, with the headers that the keychain holds', async () => {
    const { cert, key } = certificates.server;
    const expected = { authorization: 'Bearer t0p-5ecret', 'x-scope-orgid': 'desk 1' };
    const collector = await otlpCollector({ tls: { cert, key }, expect: expected });
    const bench = await siemBench();
    await add(bench, otlp(`${collector.url}/v1/logs`, certificates.caFile), {
      secret: 'Authorization: Bearer t0p-5ecret\nX-Scope-OrgID: desk 1\n',
    });
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.faults).toEqual([]);
    expect(collector.events.map(({ type }) => type)).toEqual(['siem.save']);
    const stored = await bench.workspace.database.rows('SELECT settings, secret FROM siem_target_event');
    expect(stored.map((row) => row.text('secret'))).toEqual(['keychain']);
    expect(JSON.stringify(collector.events) + stored[0]?.text('settings') + bench.log()).not.toContain(
      '5ecret',
    );
  });

  it('with a certificate of a stranger is sent nothing: the target waits for a person', async () => {
    const { cert, key } = certificates.stranger;
    const collector = await otlpCollector({ tls: { cert, key } });
    const bench = await siemBench();
    await add(bench, otlp(collector.url, certificates.caFile));
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.requests()).toBe(0);
    expect(await bench.siem.view('target')).toMatchObject({
      ...{ seq: 0, behind: 1, state: 'held' },
      error: {
        code: 'siem-undelivered',
        message: expect.stringMatching(/^No secure connection to 127\.0\.0\.1:/),
      },
    });
  });

  it('that refuses some records of a batch for good is not sent them again, and the target says how many', async () => {
    const collector = await otlpCollector();
    const bench = await siemBench();
    await add(bench, otlp(collector.url));
    const last = await bench.append(9);
    collector.answer((request) =>
      request === 0
        ? { status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"too old"}}' }
        : 'taken',
    );
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.requests()).toBe(1);
    expect(await bench.siem.view('target')).toMatchObject({ seq: last, behind: 0, refused: 3, error: null });
    await bench.append(1);
    await bench.siem.untilEmpty(['target'], soon());
    expect(collector.events.map(({ seq }) => seq)).toEqual(range(1, last + 1));
    const refusals = await bench.workspace.database.rows(
      'SELECT first_seq, last_seq, refused FROM siem_refusal',
    );
    expect(refusals.map((row) => [row.int('first_seq'), row.int('last_seq'), row.int('refused')])).toEqual([
      [1, last, 3],
    ]);
  });

  it.each<[string, string]>([
    ['is a page for people', '<html>Welcome</html>'],
    ['is other JSON', '{"partialSuccess":{"rejectedLogRecords":"many"}}'],
  ])('whose answer %s has acknowledged nothing', async (_, body) => {
    const collector = await otlpCollector();
    collector.answer(() => ({ status: 200, body }));
    const bench = await siemBench();
    await add(bench, otlp(collector.url));
    await bench.siem.untilEmpty(['target'], soon());
    expect(await bench.siem.view('target')).toMatchObject({
      ...{ seq: 0, state: 'held' },
      error: { message: expect.stringContaining('did not answer as an OTLP collector does') },
    });
  });

  it('that redirects is not followed, lest a token goes elsewhere', async () => {
    const [collector, elsewhere] = [await otlpCollector(), await otlpCollector()];
    collector.answer(() => ({ status: 308, headers: { location: `${elsewhere.url}/v1/logs` } }));
    const bench = await siemBench();
    await add(bench, otlp(collector.url), { secret: 'authorization: Bearer t0p-5ecret' });
    await bench.siem.untilEmpty(['target'], soon());
    expect(elsewhere.headers).toEqual([]);
    expect(await bench.siem.view('target')).toMatchObject({
      ...{ seq: 0, state: 'held' },
      error: { message: expect.stringContaining('redirects are not followed') },
    });
  });
});
