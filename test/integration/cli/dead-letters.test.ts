/** Dead letters by command, from a month that is nothing but rubbish to one that an older Tieout could not read. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { pageOf, type ScriptedVendor, scriptedVendor } from '../sync/scripted-vendor.ts';
import { retell } from '../workspace/retold-chain.ts';
import { tamper } from '../workspace/stored-tables.ts';
import { type Ended, eventsOf, ofType, syncArgs, temporaryFolder } from './command.ts';
import { faultOf } from './event-fields.ts';
import { tieout } from './in-process.ts';

const MONTH = '2024-03';

let vendor: ScriptedVendor;
beforeAll(async () => {
  vendor = await scriptedVendor(() => null);
});
afterAll(() => vendor.close());

function bad(n: number): string {
  return recordJson({
    settlement_id: `"S-${n}"`,
    volume_uom: '"KWHR"',
    ...(n % 10 === 0 && { price: 'null' }),
  });
}

function good(n: number): string {
  return recordJson({ settlement_id: `"S-${n}"` });
}

/** The command on a workspace. */
function on(workspace: string): (...args: readonly string[]) => Promise<Ended> {
  return (...args) => tieout([...args, '--workspace', workspace]);
}

function newWorkspace(): string {
  return join(temporaryFolder(), 'workspace');
}

function counts(event: Readonly<Record<string, unknown>> | undefined): readonly unknown[] {
  return ['received', 'committed', 'open', 'retried', 'discarded'].map((name) => event?.[name]);
}

describe('a month that is nothing but dead letters', () => {
  const workspace = newWorkspace();
  const run = on(workspace);
  const letters = (...args: readonly string[]) => run('dead-letters', ...args, '--json');
  let runId = '';

  beforeAll(async () => {
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    vendor.answer((page) => pageOf([...numbers.map((n) => bad(page * 1000 + n)), '17'], page < 3));
  });

  it('is synced, each letter told in JSON and at the end what they come to', async () => {
    const synced = await run(...syncArgs(vendor, MONTH), '--json');
    expect(synced).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(synced.stdout);
    expect(events.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
    expect(ofType(synced, 'dead-letter')).toHaveLength(303);
    const [done] = ofType(synced, 'done');
    expect(done).toMatchObject({ records: 303, rejected: 303, added: 0 });
    runId = String(done?.run_id);
    const summary = events.at(-1);
    expect(summary).toMatchObject({ type: 'dead-letters', run_ids: [runId], letters: 303 });
    expect(counts(summary)).toEqual([303, 0, 303, 0, 0]);
    expect(summary?.reasons).toEqual([
      {
        field: 'volume_uom',
        code: 'enumeration',
        letters: 300,
        example: { id: `${runId.slice(0, 8)}:1:0`, message: expect.stringMatching(/^volume_uom is "KWHR"/) },
      },
      {
        field: 'price',
        code: 'null',
        letters: 30,
        example: { id: `${runId.slice(0, 8)}:1:0`, message: 'price is null' },
      },
      {
        field: '',
        code: 'not-an-object',
        letters: 3,
        example: expect.objectContaining({ id: `${runId.slice(0, 8)}:1:100` }),
      },
    ]);
  });

  it('is told in words by its first letters and one summary', async () => {
    const other = on(newWorkspace());
    const { code, stdout } = await other(...syncArgs(vendor, MONTH));
    expect(code).toBe(0);
    expect(stdout.match(/^dead letter: /gm)).toHaveLength(20);
    expect(stdout).toContain(
      '303 records received: 0 records committed, 303 dead letters open, 0 discarded\n     300 letters  volume_uom enumeration, for example ',
    );
    expect(stdout.length).toBeLessThan(8000);
  });

  it('is listed and filtered, and shown letter by letter', async () => {
    const listed = await letters('list', '--month', MONTH);
    expect(ofType(listed, 'dead-letter')).toHaveLength(303);
    expect(
      ofType(await letters('list', '--run', runId.slice(0, 6), '--field', 'price'), 'dead-letter'),
    ).toHaveLength(30);
    expect(ofType(await letters('list', '--code', 'not-an-object'), 'dead-letter')).toHaveLength(3);
    expect(ofType(await letters('list', '--search', 's-2099'), 'dead-letter')).toHaveLength(1);
    expect(ofType(await letters('list', '--state', 'discarded'), 'dead-letter')).toHaveLength(0);
    const summary = await letters('list', '--summary');
    expect(eventsOf(summary.stdout).map(({ type }) => type)).toEqual(['dead-letters']);

    const id = `${runId.slice(0, 8)}:2:7`;
    const [shown] = ofType(await letters('show', id), 'dead-letter');
    expect(shown).toMatchObject({
      id,
      run_id: runId,
      month: MONTH,
      state: 'open',
      history: [],
      raw: bad(2007),
    });
    expect(await letters('show', runId, '2', '7')).toEqual(await letters('show', id));
    expect((await run('dead-letters', 'show', id, '--raw')).stdout).toBe(`${bad(2007)}\n`);
    expect((await run('dead-letters', 'show', id)).stdout).toMatch(
      /2:7 {2}open\n[\s\S]*refused because\n {2}volume_uom is "KWHR"[^\n]+\(enumeration\)\nas received\n\{/,
    );
  });

  it('is discarded in part, with a reason, and opened again', async () => {
    const discarded = await letters(
      'discard',
      '--run',
      runId,
      '--field',
      'price',
      '--reason',
      'never priced',
    );
    expect(ofType(discarded, 'dead-letter-act')).toEqual([
      expect.objectContaining({ act: 'discard', letters: 30 }),
    ]);
    expect(counts(eventsOf(discarded.stdout).at(-1))).toEqual([303, 0, 273, 0, 30]);
    expect(ofType(await letters('list', '--state', 'discarded'), 'dead-letter')).toHaveLength(30);
    const one = `${runId.slice(0, 8)}:1:0`;
    const reopened = await letters('reopen', one, '--reason', 'a price came');
    expect(counts(eventsOf(reopened.stdout).at(-1))).toEqual([303, 0, 274, 0, 29]);
    const [shown] = ofType(await letters('show', one), 'dead-letter');
    expect(shown).toMatchObject({
      state: 'open',
      history: [
        { act: 'discarded', reason: 'never priced' },
        { act: 'reopened', reason: 'a price came' },
      ],
    });
    const audit = ofType(await run('audit', 'verify', '--json'), 'audit-verify');
    expect(audit.every(({ fault }) => fault == null)).toBe(true);
  });

  it('stays dead in a retry where nothing was put right, and verifies', async () => {
    const retried = await letters('retry', '--month', MONTH);
    expect(ofType(retried, 'dead-letter-act')).toEqual([
      expect.objectContaining({ act: 'retry', letters: 274, passed: 0, refused: 274 }),
    ]);
    expect(ofType(await run('verify', '--json'), 'verify')).toEqual([
      expect.objectContaining({ records: 303, retried: 0, differences: 0 }),
    ]);
  });

  it.each<[string, readonly string[], string, RegExp]>([
    ['nothing named', ['discard', '--reason', 'why'], 'usage', /--month or --run/],
    ['a reason that is blank', ['discard', '--month', MONTH, '--reason', ' '], 'usage', /with a reason/],
    ['no reason', ['discard', '--month', MONTH], 'usage', /--reason/],
    ['an unknown state', ['list', '--state', 'lost'], 'usage', /open, retried, discarded/],
    ['an unknown code', ['list', '--code', 'lost'], 'usage', /not-an-object/],
    ['an unknown run', ['list', '--run', 'zzz'], 'run-unknown', /no run "zzz"/],
    ['no such letter', ['show', 'RUN:99:1'], 'dead-letter-unknown', /no dead letter/],
    ['what is no id', ['show', 'RUN:1'], 'usage', /RUN:PAGE:INDEX/],
    [
      'nothing left',
      ['reopen', '--month', MONTH, '--search', 'nothing of the kind'],
      'nothing-to-do',
      /no discarded/,
    ],
  ])('refuses %s', async (_, args, code, words) => {
    const ended = await letters(...args.map((arg) => arg.replace('RUN', runId.slice(0, 8))));
    expect(ended.code).toBe(2);
    expect(ofType(ended, 'error')).toEqual([expect.objectContaining({ code })]);
    expect(ended.stderr).toMatch(words);
  });
});

describe('records that an older Tieout refused', () => {
  const workspace = newWorkspace();
  const run = on(workspace);
  let first = '';

  /** As it would have been left by a Tieout that did not know the zone of settlements 2 and 5. */
  const OLDER = [
    `INSERT INTO dead_letter SELECT run_id, page, idx, settlement_id,
       '[{"field":"timezone","code":"zone","message":"timezone is \\"America/New_York\\", not an IANA time zone"}]', raw.text
     FROM settlement JOIN (VALUES ('S-2', $$${good(2)}$$), ('S-5', $$${good(5)}$$)) raw(id, text) ON raw.id = settlement_id`,
    `DELETE FROM settlement WHERE settlement_id IN ('S-2', 'S-5')`,
    'UPDATE page SET rejected = 1',
  ];

  beforeAll(async () => {
    vendor.answer((page) =>
      pageOf(
        [1, 2, 3].map((n) => good(page * 3 - 3 + n)),
        page < 2,
      ),
    );
    const synced = await run(...syncArgs(vendor, MONTH), '--json');
    first = String(ofType(synced, 'done')[0]?.run_id);
    await tamper(workspace, ...OLDER);
    await retell(workspace, ({ type, payload }) =>
      type === 'sync.page' ? { ...payload, rejected: 1 } : payload,
    );
  });

  it('pass when they are retried, and count as committed everywhere', async () => {
    const retried = await run('dead-letters', 'retry', '--month', MONTH, '--json');
    expect(ofType(retried, 'dead-letter-act')).toEqual([
      expect.objectContaining({ letters: 2, passed: 2, refused: 0 }),
    ]);
    expect(counts(ofType(retried, 'dead-letters')[0])).toEqual([6, 6, 0, 2, 0]);
    const words = await run('dead-letters', 'list', '--month', MONTH);
    expect(words.stdout).toContain('6 records committed (2 retried dead letters among them)');
    expect(ofType(await run('verify', '--json'), 'verify')).toEqual([
      expect.objectContaining({ records: 6, retried: 2, differences: 0 }),
    ]);
    expect((await run('verify')).stdout).toContain('2 retried dead letters; everything agrees');
  });

  it('are in the records of the run now, and not as of then', async () => {
    const audit = await run('audit', 'list', '--json');
    const acts = audit.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const then = acts.find(({ type }) => type === 'sync.done').at;
    const now = await run('records', '--month', MONTH, '--json');
    expect(counts(ofType(now, 'records')[0])).toEqual([6, 6, 0, 2, 0]);
    expect(ofType(now, 'record').map(({ settlement_id: id, retried_at: at }) => [id, at === null])).toEqual([
      ['S-1', true],
      ['S-2', false],
      ['S-3', true],
      ['S-4', true],
      ['S-5', false],
      ['S-6', true],
    ]);
    const before = await run('records', '--month', MONTH, '--as-of', then, '--json');
    expect(counts(ofType(before, 'records')[0])).toEqual([6, 4, 2, 0, 0]);
    expect(ofType(before, 'record')).toHaveLength(4);
    const csv = await run('records', '--month', MONTH, '--run', first.slice(0, 8), '--csv', '--limit', '2');
    const lines = csv.stdout.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^page,index,retried_at,settlement_id,version,/);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^1,0,,S-1,1,T-1,2,ACME Energy,.*,-1417\.44580,USD,FINAL,/);
  });

  it('are in the next reconciliation and its report', async () => {
    const ledger = join(temporaryFolder(), 'ledger.csv');
    writeFileSync(ledger, 'settlement_id,amount,currency\nS-1,-1417.4458,USD\nS-2,-1417.4458,USD\n');
    await run('import', ledger, '--as', 'ledger', '--month', MONTH);
    const recon = await run('reconcile', '--month', MONTH, '--json');
    expect(ofType(recon, 'recon')).toEqual([
      expect.objectContaining({ matched: 2, breaks: 4, dead_letters: 0 }),
    ]);
    const out = join(temporaryFolder(), 'report.json');
    await run('report', '--month', MONTH, '--format', 'json', '--out', out);
    const report = JSON.parse(readFileSync(out, 'utf8'));
    expect(report.source).toMatchObject({
      records: 6,
      rejected: 2,
      committed: 6,
      dead_letters: 0,
      dead_letters_retried: 2,
    });
    expect(report.dead_letters.map(({ state }: { state: string }) => state)).toEqual(['retried', 'retried']);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['two forms', ['--csv', '--json'], /--csv and --json/],
    ['a time without its offset', ['--as-of', '2024-04-02T10:00:00'], /--as-of/],
    ['a time before the first run', ['--as-of', '2001-01-01T00:00:00Z'], /no run of 2024-03 had finished/],
  ])('are not listed by %s', async (_, args, words) => {
    const ended = await run('records', '--month', MONTH, ...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(words);
  });
});
