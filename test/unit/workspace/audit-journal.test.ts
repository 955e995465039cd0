import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_ROWS, appendAudit, auditEvent } from '../../../electron/workspace/audit-chain.ts';
import { journalFault } from '../../../electron/workspace/audit-journal.ts';
import type { Database } from '../../../electron/workspace/database.ts';
import { openWorkspace, type Workspace } from '../../../electron/workspace/workspace.ts';
import { temporaryFolder } from './temporary.ts';

const AT = '2024-04-02T08:15:30.000Z';
const NASTY = 'Größe\u2028"\\\n\t😀 \ud800 </script>';

let folder: string;
let workspace: Workspace;
beforeEach(async () => {
  folder = join(temporaryFolder(), 'workspace');
  workspace = await open();
});

afterEach(() => workspace.close());

function open(evenBehind = false): Promise<Workspace> {
  return openWorkspace(folder, { at: AT, appVersion: 'test', newId: () => 'the id', evenBehind });
}

async function reopened(): Promise<Database> {
  await workspace.close();
  workspace = await open();
  return workspace.database;
}

function act(text: string, database: Database = workspace.database): Promise<number> {
  const payload = { text, number: 7, nothing: null, list: ['a', NASTY] };
  return database.transaction((tx) => appendAudit(tx, { at: AT, actor: NASTY, type: 'test.event', payload }));
}

const path = () => join(folder, 'audit.ndjson');
const journal = () => (existsSync(path()) ? readFileSync(path(), 'utf8') : '');

async function exported(database: Database = workspace.database): Promise<string> {
  const rows = await database.rows(AUDIT_ROWS);
  return rows.map((row) => `${JSON.stringify(auditEvent(row))}\n`).join('');
}

describe('the audit journal', () => {
  it('has the lines of an export, whatever texts hold, before an act is over', async () => {
    for (const text of ['one', NASTY, '']) {
      await act(text);
      // Nothing is awaited between the act and this.
      expect(journal().split('\n')).toHaveLength((await workspace.database.rows(AUDIT_ROWS)).length + 1);
    }
    expect(journal()).toBe(await exported());
    expect(await journalFault(folder, workspace.database)).toBeNull();
  });

  it('has nothing of what was undone', async () => {
    await act('kept');
    await expect(
      workspace.database.transaction(async (tx) => {
        await appendAudit(tx, { at: AT, actor: 'a', type: 'test.event', payload: {} });
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    await workspace.database.scratch((tx) =>
      appendAudit(tx, { at: AT, actor: 'a', type: 'test.event', payload: {} }),
    );
    expect(journal()).toBe(await exported());
    expect(journal().split('\n')).toHaveLength(2);
  });

  it('is written anew where it is missing, and gets what it lacks', async () => {
    for (const text of ['one', 'two', 'three']) await act(text);
    const whole = journal();
    const lines = whole.split('\n');
    for (const left of ['', `${lines[0]}\n`, `${lines[0]}\n${lines[1]}\n`]) {
      writeFileSync(path(), left);
      await reopened();
      expect(journal()).toBe(whole);
    }
    await workspace.close();
    rmSync(path());
    workspace = await open();
    expect(journal()).toBe(whole);
  });

  it('is mended wherever it was torn', async () => {
    for (const text of ['one', 'two']) await act(text);
    const whole = readFileSync(path());
    for (let length = 0; length < whole.length; length += 37) {
      writeFileSync(path(), whole.subarray(0, length));
      await reopened();
      expect(readFileSync(path()).equals(whole)).toBe(true);
    }
    await act('three');
    expect(journal()).toBe(await exported());
  });

  it('is mended where a long line is torn', async () => {
    await act('x'.repeat(200_000));
    await act('y'.repeat(200_000));
    const whole = readFileSync(path());
    writeFileSync(path(), whole.subarray(0, whole.length - 100));
    await reopened();
    expect(readFileSync(path()).equals(whole)).toBe(true);
  });

  it('that has more than the database stops every act, and is left as it is', async () => {
    await act('one');
    await act('two');
    const whole = journal();
    await workspace.database.transaction((tx) => tx.run('DELETE FROM audit_event WHERE seq = 2'));
    await workspace.close();
    await expect(open()).rejects.toMatchObject({
      code: 'workspace-damaged',
      message: expect.stringContaining('lacks 1 event that audit.ndjson beside it has'),
    });
    workspace = await open(true);
    expect(workspace.lostEvents).toBe(1);
    expect(await journalFault(folder, workspace.database)).toMatchObject({ seq: 2, problem: 'journal' });
    await expect(act('another')).rejects.toMatchObject({ code: 'workspace-damaged' });
    expect(
      await workspace.database.row('SELECT max(seq) AS seq FROM audit_event').then((row) => row?.int('seq')),
    ).toBe(1);
    expect(journal()).toBe(whole);
  });

  it('that has events and no database is no new workspace', async () => {
    await act('one');
    await workspace.close();
    const whole = journal();
    rmSync(join(folder, 'workspace.duckdb'));
    await expect(open()).rejects.toMatchObject({ code: 'workspace-damaged' });
    expect(existsSync(join(folder, 'workspace.duckdb'))).toBe(false);
    // An empty database in its place has lost everything.
    const other = await openWorkspace(join(folder, '..', 'other'), {
      at: AT,
      appVersion: 'test',
      newId: () => 'x',
    });
    await other.close();
    renameSync(join(other.folder, 'workspace.duckdb'), join(folder, 'workspace.duckdb'));
    await expect(open()).rejects.toMatchObject({ code: 'workspace-damaged' });
    expect(journal()).toBe(whole);
    expect(JSON.parse(readFileSync(join(folder, 'workspace.json'), 'utf8'))).toMatchObject({
      workspace_id: 'the id',
    });
    workspace = await open(true);
  });

  it.each([
    [
      'of another chain',
      (text: string) =>
        text
          .replaceAll('"one"', '"eins"')
          .replace(/"sha256":"(.)/g, (_, digit) => `"sha256":"${digit === '0' ? '1' : '0'}`),
    ],
    ['whose last line is no event', (text: string) => `${text}no event\n`],
  ])(
    '%s is put aside, written anew, and told by a verification until it is taken away',
    async (_, change) => {
      await act('one');
      const mine = await exported();
      const other = change(journal());
      await workspace.close();
      writeFileSync(path(), other);
      workspace = await open();
      const [aside] = readdirSync(folder).filter((name) => name.includes('set-aside'));
      expect(aside).toBe('audit.ndjson.set-aside-20240402T081530Z');
      expect(readFileSync(join(folder, String(aside)), 'utf8')).toBe(other);
      expect(journal()).toBe(mine);
      expect(await journalFault(folder, workspace.database)).toMatchObject({
        problem: 'journal',
        expected: expect.stringContaining(String(aside)),
      });
      rmSync(join(folder, String(aside)));
      expect(await journalFault(folder, workspace.database)).toBeNull();
    },
  );

  it('of which a line in the middle was changed is told with the event', async () => {
    for (const text of ['one', 'two', 'three']) await act(text);
    writeFileSync(path(), journal().replace('"text":"two"', '"text":"zwei"'));
    expect(await journalFault(folder, await reopened())).toMatchObject({ seq: 2, problem: 'journal' });
  });

  it('that cannot be written fails the act, and gets its line with the next', async () => {
    await act('one');
    const { database } = workspace;
    let refuse = true;
    const written: string[] = [];
    let pending: string[] = [];
    database.keepJournal({
      check: () => {},
      append: async (lines) => {
        pending.push(...lines);
        if (refuse) throw new Error('the disk is full');
        written.push(...pending);
        pending = [];
      },
      close: async () => {},
    });
    await expect(act('two')).rejects.toThrow('the disk is full');
    refuse = false;
    await act('three');
    expect(written).toHaveLength(2);
    // What was committed stays, and the journal has it at the latest when it is opened again.
    expect((await database.rows(AUDIT_ROWS)).length).toBe(3);
    await reopened();
    expect(journal()).toBe(await exported());
  });
});
