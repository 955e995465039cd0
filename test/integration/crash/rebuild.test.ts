import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../electron/credentials/secret.ts';
import { asBefore } from '../../unit/workspace/before-plain-pairs.ts';
import { unwatched } from '../../unit/workspace/temporary.ts';
import { eventsOf, Home, ofType, temporaryFolder } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { pageOf, scriptedVendor } from '../sync/scripted-vendor.ts';
import { stored, tamper } from '../workspace/stored-tables.ts';
import { expectSound } from './sound-workspace.ts';
import { type Dump, differingTables, dumpTables } from './table-dumps.ts';
import { MAY, openServices, type WholeMonth, wholeMonth } from './whole-month.ts';

let month: WholeMonth;
/** As the finished month has it. */
let before: Dump;

beforeAll(async () => {
  month = await wholeMonth();
  before = await dumpTables(month.workspace, month.folder);
}, 240_000);

interface Spoilt {
  readonly folder: string;
  readonly workspace: string;
  readonly database: string;
}

/** A copy of the month, to be spoilt. */
function copied(): Spoilt {
  const folder = temporaryFolder();
  const workspace = join(folder, 'workspace');
  cpSync(month.workspace, workspace, { recursive: true });
  return { folder, workspace, database: join(workspace, 'workspace.duckdb') };
}

async function run(workspace: string, ...args: readonly string[]) {
  return await tieout([...args, '--workspace', workspace, '--json']);
}

/** Rebuilds; @returns what it says at its end. */
async function rebuilt(workspace: string) {
  const ended = await run(workspace, 'rebuild');
  const [event] = ofType(ended, 'rebuild');
  const differences = ofType(ended, 'difference').map(
    ({ subject, name, found }) => `${subject} ${name}: ${found}`,
  );
  return { code: ended.code, stderr: ended.stderr, event, differences, runs: ofType(ended, 'rebuild-run') };
}

/** Tables in which what rebuilding and verifying adds shows. */
const GROWN = ['audit_event', 'page_check', 'verification'];

describe('the month that is rebuilt', () => {
  it('has rows in every table that is made anew', () => {
    const empty = [...before].filter(([, rows]) => rows.length === 0).map(([name]) => name);
    // Evidence is removed only of months years ago; runs of an early version kept records untyped, and its reconciliations
    // pairs by id; the SIEM target is a file, and took everything.
    expect(empty).toEqual([
      'pruned_evidence',
      'recon_match',
      'resource_record',
      'siem_failure',
      'siem_refusal',
    ]);
  });
});

describe('a rebuild of a workspace that is whole', () => {
  it('gives the same rows in every table, says so, and leaves no second database', async () => {
    const { folder, workspace } = copied();
    const { code, stderr, event, differences, runs } = await rebuilt(workspace);
    expect([code, stderr, differences]).toEqual([0, '', []]);
    expect(event).toMatchObject({ from: 'database', old: 'read', set_aside: null, lost: [], again: [] });
    expect(runs).toHaveLength(before.get('run')?.length ?? 0);
    expect(differingTables(before, await dumpTables(workspace, folder))).toEqual(['audit_event']);
    expect(readdirSync(workspace).filter((name) => name.startsWith('workspace.duckdb'))).toEqual([
      'workspace.duckdb',
    ]);
    const [last] = eventsOf(readFileSync(join(workspace, 'audit.ndjson'), 'utf8')).slice(-1);
    expect(last).toMatchObject({
      type: 'rebuild',
      payload: { from: 'database', old: 'read', differences: 0 },
    });
    await expectSound(workspace);
  });

  it('finds no difference in reconciliations that an earlier version kept', async () => {
    const { folder, workspace } = copied();
    await asBefore(workspace);
    const { code, stderr, differences } = await rebuilt(workspace);
    expect([code, stderr, differences]).toEqual([0, '', []]);
    expect(differingTables(before, await dumpTables(workspace, folder))).toEqual(['audit_event']);
  });

  it('finds one in a pair that an earlier version kept and somebody changed', async () => {
    const { workspace } = copied();
    await asBefore(workspace);
    await tamper(
      workspace,
      'UPDATE recon_match SET ledger_line = ledger_line + 1 WHERE rowid = (SELECT min(rowid) FROM recon_match)',
    );
    const { differences } = await rebuilt(workspace);
    expect(differences.filter((told) => told.includes('recon_match'))).toHaveLength(1);
  });

  it('tells what it did to a person', async () => {
    const { workspace } = copied();
    const ended = await tieout(['rebuild', '--workspace', workspace]);
    expect(ended.stdout).toMatch(
      /2024-03 settlements of demo: 12 pages, 300 records, 7 of them received as dead letters\nrun [0-9a-f]{64}\n/,
    );
    expect(ended.stdout).toMatch(
      /rebuilt from \d+ events of the old database and the evidence: 10 runs, [^\n]*; compared with the old database\neverything agrees\n$/,
    );
  });

  it('that is cancelled leaves everything as it was', async () => {
    const { folder, workspace } = copied();
    const abort = new AbortController();
    const ended = await tieout(['rebuild', '--workspace', workspace], {
      signal: abort.signal,
      onOutput: (text) => {
        if (/ [3-6]\d %/.test(text)) abort.abort();
      },
    });
    expect(ended.code).toBe(130);
    expect(readdirSync(workspace).sort()).toEqual(readdirSync(month.workspace).sort());
    expect(differingTables(before, await dumpTables(workspace, folder))).toEqual([]);
    await expectSound(workspace);
  });

  it('that is killed leaves everything as it was, and the next one goes through', async () => {
    const home = new Home();
    const folder = temporaryFolder();
    const workspace = join(folder, 'workspace');
    cpSync(month.workspace, workspace, { recursive: true });
    for (const share of [2, 7]) {
      const running = home.spawn(['rebuild', '--workspace', workspace]);
      await running.line((line) => line.includes(`${share}`) && new RegExp(` ${share}\\d %`).test(line));
      running.child.kill('SIGKILL');
      expect((await running.ended).code).toBeNull();
      expect(differingTables(before, await dumpTables(workspace, folder))).toEqual([]);
    }
    expect((await rebuilt(workspace)).code).toBe(0);
    expect(existsSync(join(workspace, 'workspace.duckdb.rebuilding'))).toBe(false);
    expect(differingTables(before, await dumpTables(workspace, folder))).toEqual(['audit_event']);
  });

  it('is refused while another Tieout has it open', async () => {
    const { workspace } = copied();
    const app = await openServices(workspace);
    const home = new Home();
    const ended = await home.spawn(['rebuild', '--workspace', workspace]).ended;
    await app.close();
    expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining('is open in another Tieout') });
    await expectSound(workspace);
  });
});

describe('a rebuild of a workspace whose database is gone', () => {
  const spoils = {
    'cut short': ({ database }: Spoilt) => truncateSync(database, 500_000),
    'no database at all': ({ database }: Spoilt) => writeFileSync(database, 'no database'),
    deleted: ({ database }: Spoilt) => rmSync(database),
    emptied: ({ database }: Spoilt) => writeFileSync(database, ''),
  };

  it('is refused in one sentence that names the rebuild, whatever became of the database', async () => {
    for (const spoil of Object.values(spoils)) {
      const spoilt = copied();
      spoil(spoilt);
      const { workspace } = spoilt;
      const refused = await run(workspace, 'reconcile', '--month', '2024-03');
      const [error] = ofType(refused, 'error');
      expect(refused.code).toBe(5);
      expect(error).toMatchObject({
        code: 'workspace-damaged',
        message: expect.stringContaining(`run tieout rebuild --workspace ${workspace}`),
      });
      expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it.each(['cut short', 'deleted'] as const)(
    '%s: gives the same from the journal and the evidence, in every table that events tell of',
    async (how) => {
      const spoilt = copied();
      spoils[how](spoilt);
      const { folder, workspace, database } = spoilt;
      const bytes = existsSync(database) ? readFileSync(database) : null;
      const { code, event, differences } = await rebuilt(workspace);
      expect([code, differences]).toEqual([0, []]);
      expect(event).toMatchObject({ from: 'journal', again: [] });
      expect(event?.lost).toHaveLength(4);
      if (bytes !== null && bytes.length > 0) {
        expect(readFileSync(String(event?.set_aside))).toEqual(bytes);
        expect(String(event?.set_aside)).toMatch(/workspace\.duckdb\.damaged-\d{8}T\d{6}Z$/);
      }
      const after = await dumpTables(workspace, folder);
      expect(differingTables(before, after)).toEqual(['audit_event', 'attempt', 'siem_cursor_event'].sort());
      expect(after.get('audit_event')?.length).toBe((before.get('audit_event')?.length ?? 0) + 1);
      const kept = new Set(before.get('audit_event'));
      expect(after.get('audit_event')?.filter((row) => kept.has(row))).toHaveLength(kept.size);
      await expectSound(workspace);
    },
  );

  it('goes on where a run was interrupted, by the cursor that its last page named', async () => {
    const { workspace, database, folder } = copied();
    rmSync(database);
    expect((await rebuilt(workspace)).code).toBe(0);
    const [row] = await stored(
      workspace,
      folder,
      `SELECT run_id, next_position FROM page WHERE next_position IS NOT NULL ORDER BY page DESC LIMIT 1`,
    );
    expect(row).toMatchObject({ next_position: '3' });
    const app = await openServices(workspace);
    const asked: string[] = [];
    const vendor = await scriptedVendor((page) => {
      asked.push(String(page));
      return {
        body:
          page === 3
            ? '{"results":[{"settlement_id":"S-3"}],"next_page":null}'
            : `{"results":[],"next_page":null}`,
      };
    });
    try {
      const source = await app.connections.source('cursors');
      const done = await app.sync({
        source: { ...source, baseUrl: vendor.baseUrl, tokenUrl: vendor.tokenUrl },
        secret: new Secret('another-secret'),
        month: MAY,
        resource: 'settlements',
        pageSize: 25,
        concurrency: 2,
        backoffFactorS: 0.01,
        ...{ signal: unwatched.signal, emit: () => {}, onRun: () => {} },
      });
      expect(done).toMatchObject({ run_id: row?.run_id, pages: 3 });
      expect(asked[0]).toBe('3');
    } finally {
      await vendor.close();
      await app.close();
    }
  });

  it('with a torn last line of the journal loses that event alone, and says nothing else', async () => {
    const { workspace, database } = copied();
    rmSync(database);
    const journal = join(workspace, 'audit.ndjson');
    truncateSync(journal, readFileSync(journal).length - 3);
    const { code, event } = await rebuilt(workspace);
    expect(code).toBe(0);
    expect(event).toMatchObject({ audit_events: before.get('audit_event')?.length });
    await expectSound(workspace);
  });

  it('with a journal that was spoilt in its middle makes what comes before, says where, and puts the journal aside', async () => {
    const { workspace, database } = copied();
    rmSync(database);
    const journal = join(workspace, 'audit.ndjson');
    const lines = readFileSync(journal, 'utf8').split('\n');
    const spoilt = lines
      .with(99, (lines[99] ?? '').replace('"sync.', '"sink.').replace('"analyst"', '"intruder"'))
      .join('\n');
    writeFileSync(journal, spoilt);
    const { code, differences, event } = await rebuilt(workspace);
    expect(code).toBe(1);
    expect(differences).toContain('audit event 100: another line in audit.ndjson');
    expect(event).toMatchObject({ audit_events: 100 });
    const aside = readdirSync(workspace).filter((name) => name.startsWith('audit.ndjson.set-aside-'));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(workspace, aside[0] ?? ''), 'utf8')).toBe(spoilt);
    const verified = await run(workspace, 'audit', 'verify');
    expect(ofType(verified, 'audit')[0]).toMatchObject({ fault: { problem: 'journal', seq: 100 } });
    renameSync(join(workspace, aside[0] ?? ''), join(workspace, '..', 'kept.ndjson'));
    await expectSound(workspace);
  });

  it('has nothing to go by where the journal is gone too', async () => {
    const { workspace, database } = copied();
    rmSync(database);
    rmSync(join(workspace, 'audit.ndjson'));
    expect(await rebuilt(workspace)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds no Tieout workspace'),
    });
    writeFileSync(database, 'no database');
    expect(await rebuilt(workspace)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('nothing to rebuild it from'),
    });
    expect(readFileSync(database, 'utf8')).toBe('no database');
  });

  it('keeps the id of the workspace, and says so where it is lost', async () => {
    const { workspace, database, folder } = copied();
    rmSync(database);
    rmSync(join(workspace, 'workspace.json'));
    const { code, event } = await rebuilt(workspace);
    expect(code).toBe(0);
    expect(event?.lost).toContainEqual(expect.stringContaining('the id of the workspace'));
    const after = await dumpTables(workspace, folder);
    expect(differingTables(before, after)).toContain('workspace');
  });
});

describe('a rebuild of a workspace of which something is not what it was', () => {
  it('puts rows right that were changed, and names their tables', async () => {
    const { workspace, folder } = copied();
    await tamper(
      workspace,
      `UPDATE settlement SET amount_text = '1' WHERE page = 2 AND idx = 3`,
      `DELETE FROM ledger_row WHERE line = 5`,
      `UPDATE recon_judged SET difference = '0.01' WHERE position = (SELECT min(position) FROM recon_judged)`,
      `INSERT INTO dead_letter SELECT * REPLACE (999 AS idx) FROM dead_letter LIMIT 1`,
      `UPDATE page SET next_page = false WHERE page = 1`,
    );
    const { code, differences, event } = await rebuilt(workspace);
    expect(code).toBe(1);
    expect(differences.map((text) => text.split(':')[0])).toEqual([
      'records table dead_letter',
      'records table ledger_row',
      'records table page',
      'records table recon_judged',
      'records table settlement',
    ]);
    expect(existsSync(String(event?.set_aside))).toBe(true);
    expect(differingTables(before, await dumpTables(workspace, folder))).toEqual(['audit_event']);
    await expectSound(workspace);
  });

  it('takes a page over as it was where its evidence is gone, and names it', async () => {
    const { workspace, folder } = copied();
    const [page] = await stored(
      workspace,
      folder,
      `SELECT run_id, body_sha256 FROM page JOIN run USING (run_id) WHERE source = 'units' AND page = 2 ORDER BY seq LIMIT 1`,
    );
    const digest = String(page?.body_sha256);
    rmSync(join(workspace, 'evidence', digest.slice(0, 2), `${digest}.zst`));
    const { code, differences } = await rebuilt(workspace);
    expect(code).toBe(1);
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          new RegExp(
            `^body run ${page?.run_id} page 2: as the old database had it, because the evidence ${digest} is missing`,
          ),
        ),
      ]),
    );
    expect(differingTables(before, await dumpTables(workspace, folder))).toEqual(['audit_event']);
  });

  it('keeps the receipt of such a page where there is no old database, and names it', async () => {
    const { workspace, folder, database } = copied();
    const [page] = await stored(
      workspace,
      folder,
      `SELECT run_id, body_sha256 FROM page JOIN run USING (run_id) WHERE source = 'odd' AND page = 2`,
    );
    const digest = String(page?.body_sha256);
    writeFileSync(join(workspace, 'evidence', digest.slice(0, 2), `${digest}.zst`), 'spoilt');
    rmSync(database);
    const { code, differences } = await rebuilt(workspace);
    expect(code).toBe(1);
    expect(differences[0]).toMatch(
      new RegExp(`^body run ${page?.run_id} page 2: its receipt alone, because`),
    );
    const after = await dumpTables(workspace, folder);
    expect(after.get('page')?.length).toBe(before.get('page')?.length);
    expect(after.get('settlement')?.length).toBe((before.get('settlement')?.length ?? 0) - 1);
  });

  it('takes an import over where its file is gone, and names what it cannot have without an old database', async () => {
    const spoil = async ({ workspace, folder }: Spoilt): Promise<void> => {
      for (const row of await stored(
        workspace,
        folder,
        'SELECT file_sha256 AS digest FROM ledger_import UNION SELECT sha256 FROM profile',
      )) {
        const digest = String(row.digest);
        rmSync(join(workspace, 'evidence', digest.slice(0, 2), `${digest}.zst`));
      }
    };
    const whole = copied();
    await spoil(whole);
    const taken = await rebuilt(whole.workspace);
    expect(taken.code).toBe(1);
    expect(
      taken.differences.filter((text) => text.includes('(ledger.import): as the old database had it')),
    ).toHaveLength(4);
    expect(differingTables(before, await dumpTables(whole.workspace, whole.folder))).toEqual(['audit_event']);

    const gone = copied();
    await spoil(gone);
    rmSync(gone.database);
    const lost = await rebuilt(gone.workspace);
    expect(lost.code).toBe(1);
    expect(
      lost.differences.filter((text) => text.includes('(ledger.import): nothing, because')),
    ).toHaveLength(4);
    expect(lost.event?.again).toEqual(
      expect.arrayContaining([expect.stringContaining('tieout reconcile --month 2024-03')]),
    );
  });
});

describe('a database that has lost what was committed', () => {
  it('is noticed when it is opened, refuses every act, is named by verify, and comes back by a rebuild', async () => {
    const { workspace, folder, database } = copied();
    const older = readFileSync(database);
    const app = await openServices(workspace);
    const vendor = await scriptedVendor((page) => pageOf([`{"settlement_id":"Z-${page}"}`], false));
    await app.connections.save(
      {
        name: 'late',
        baseUrl: vendor.baseUrl,
        tokenUrl: vendor.tokenUrl,
        clientId: 'svc',
        scope: '',
        caFile: null,
        allowHttp: false,
      },
      new Secret('late-secret'),
    );
    await vendor.close();
    await app.close();
    // As it is after a log was torn, or an older copy was put in its place.
    writeFileSync(database, older);
    const refused = await run(workspace, 'curves', 'list', '--month', '2024-03');
    expect(refused).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(
        /^tieout: The database of the workspace [^\n]+ lacks 1 event that audit\.ndjson beside it has[^\n]+; run tieout rebuild --workspace [^\n]+\.\n$/,
      ),
    });
    const found = await run(workspace, 'audit', 'verify');
    expect(found.code).toBe(1);
    expect(ofType(found, 'audit')[0]).toMatchObject({ fault: { problem: 'journal' } });
    const verified = await run(workspace, 'verify');
    expect(verified.code).toBe(1);
    expect(ofType(verified, 'difference')).toEqual([expect.objectContaining({ subject: 'audit' })]);
    const { code, event, differences } = await rebuilt(workspace);
    expect([code, event?.from]).toEqual([1, 'journal']);
    expect(differences[0]).toMatch(/^audit chain: \d+ in the database$/);
    const after = await dumpTables(workspace, folder);
    expect(after.get('connection_event')?.length).toBe((before.get('connection_event')?.length ?? 0) + 1);
    expect(differingTables(before, after)).toEqual(['audit_event', 'connection_event']);
    await expectSound(workspace);
  });

  it('is swapped whole: what an interrupted swap left is finished when it is opened next', async () => {
    const { workspace, folder, database } = copied();
    renameSync(database, `${database}.rebuilt`);
    writeFileSync(database, 'the old one');
    appendFileSync(`${database}.wal`, 'its log');
    await expectSound(workspace);
    expect(readdirSync(workspace).filter((name) => name.includes('damaged-'))).toHaveLength(2);
    expect(differingTables(before, await dumpTables(workspace, folder))).toEqual(GROWN);
  });
});
