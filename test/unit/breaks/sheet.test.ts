import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { importBreaks } from '../../../electron/breaks/sheet-import.ts';
import { setSettings } from '../../../electron/close/settings.ts';
import { EVERY_BREAK } from '../../../shared/breaks.ts';
import { DEFAULT_CLOSE_SETTINGS } from '../../../shared/close.ts';
import { as, lastAudit, ledgerSays, MARCH, reconcileMarch, syncAmounts } from '../close/worked-month.ts';
import { temporaryApp, temporaryFolder, unwatched } from '../workspace/temporary.ts';
import { gridOf, saveEdited, saveSheet } from './edited-sheet.ts';

let app: App;
let folder: string;
const filter = { ...EVERY_BREAK, month: MARCH };

async function exported(name: string): Promise<string> {
  const out = join(folder, name);
  await app.breaks.exportSheet({ filter, out, overwrite: true, ...unwatched });
  return out;
}

async function edited(
  from: string,
  name: string,
  edits: Readonly<Record<string, Readonly<Record<string, string>>>>,
  extra: readonly (readonly string[])[] = [],
): Promise<string> {
  return saveEdited(from, join(folder, name), edits, extra);
}

async function imported(path: string, asked: { dryRun?: boolean; skipBad?: boolean } = {}) {
  return app.breaks.importSheet({ path, dryRun: false, skipBad: false, ...unwatched, ...asked });
}

async function stateOf(settlementId: string): Promise<string> {
  const { rows } = await app.breaks.window(filter, 'delivery', { offset: 0, limit: 50 });
  const row = rows.find((one) => one.settlementId === settlementId);
  return `${row?.state} ${row?.assignee} ${row?.reason} ${row?.note} ${row?.comments}`;
}

describe('breaks through a workbook', () => {
  beforeAll(async () => {
    app = await temporaryApp();
    folder = temporaryFolder();
    await syncAmounts(app, ['10', '20', '30', '40']);
    await ledgerSays(app, ['11', '22', '33.123456789012345678', '4000']);
  });

  it('lists them with their digits, and changes nothing where nothing was edited', async () => {
    const path = await exported('breaks.xlsx');
    const [titles = [], ...rows] = await gridOf(path);
    expect(rows).toHaveLength(4);
    expect(rows.map((row) => row[titles.indexOf('difference')]).sort()).toEqual([
      '1',
      '2',
      '3.123456789012345678',
      '3960',
    ]);
    await expect(imported(path)).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  it('previews what was edited, then applies it as one act', async () => {
    const path = await edited(await exported('breaks.xlsx'), 'edited.xlsx', {
      'S-1': { decision: 'Resolved', reason: 'rounding', note: '=1+1', assignee: 'zoe' },
      'S-2': { comment: 'asked the desk' },
      'S-3': { decision: 'written-off', reason: 'IMMATERIAL' },
    });
    const preview = await imported(path, { dryRun: true });
    expect(preview).toMatchObject({ rows: 4, faults: [], applied: 0 });
    expect(preview.changes.map(({ act, from, to }) => `${act} ${from}>${to}`).sort()).toEqual([
      'assign >zoe',
      'comment >asked the desk',
      'resolve open>resolved',
      'write-off open>written-off',
    ]);
    expect(await stateOf('S-1')).toBe('open null null null 0');
    expect(await imported(path)).toMatchObject({ applied: 3, faults: [] });
    expect([await stateOf('S-1'), await stateOf('S-2'), await stateOf('S-3')]).toEqual([
      'resolved zoe ROUNDING =1+1 0',
      'open null null null 1',
      'written-off null IMMATERIAL null 0',
    ]);
    expect(await lastAudit(app)).toMatchObject([
      'break.import',
      { file: 'edited.xlsx', breaks: 3, changes: 4, faults: 0 },
    ]);
  });

  it('names every fault with its row and column, and applies nothing', async () => {
    const path = await exported('second.xlsx');
    const stale = await edited(path, 'stale.xlsx', { 'S-2': { comment: 'late' } });
    await imported(await edited(path, 'first.xlsx', { 'S-2': { assignee: 'ann' } }));
    await expect(imported(stale)).rejects.toMatchObject({
      code: 'sheet-invalid',
      message: expect.stringContaining('stamp'),
    });
    const bad = await edited(
      await exported('third.xlsx'),
      'bad.xlsx',
      {
        'S-1': { reason: 'TIMING' },
        'S-2': { decision: 'done', difference: '2.5' },
        'S-3': { decision: 'open', comment: 'again' },
        'S-4': { decision: 'written-off', reason: 'IMMATERIAL', assignee: 'ann' },
      },
      [['B-unknown'], ['B-unknown']],
    );
    const { faults } = await imported(bad, { dryRun: true });
    expect(faults.map(({ column, message }) => `${column}: ${message}`).sort()).toEqual([
      expect.stringMatching(/^break_id: B-unknown stands in row 6 already/),
      expect.stringMatching(/^break_id: is "B-unknown", which is no break/),
      expect.stringMatching(
        /^decision: cannot be: the break differs by 3,960 USD, above the write-off limit of 10 USD/,
      ),
      expect.stringMatching(/^decision: is "done", not one of open/),
      expect.stringMatching(/^difference: is "2.5" and the workspace has "2"/),
      expect.stringMatching(/^reason: belongs to the decision that stands \(resolved\)/),
    ]);
    await expect(imported(bad)).rejects.toMatchObject({ code: 'sheet-invalid' });
    expect(await stateOf('S-3')).toBe('written-off null IMMATERIAL null 0');
    expect(await imported(bad, { skipBad: true })).toMatchObject({ applied: 1 });
    expect(await stateOf('S-3')).toBe('open null null null 1');
    expect(await stateOf('S-4')).toBe('open null null null 0');
  });

  it('asks for the rights of whoever imports it', async () => {
    const path = await edited(await exported('rights.xlsx'), 'rights-edited.xlsx', {
      'S-4': { decision: 'suppressed', note: 'for good' },
    });
    const identities = [{ name: 'rita', rights: ['prepare' as const, 'review' as const] }];
    await setSettings(as(app, 'rita'), { ...DEFAULT_CLOSE_SETTINGS, identities });
    await expect(
      importBreaks(as(app, 'rita'), { path, dryRun: false, skipBad: false, ...unwatched }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('needs the right "suppress", which rita has not'),
    });
    await setSettings(as(app, 'rita'), DEFAULT_CLOSE_SETTINGS);
    await reconcileMarch(app);
    expect(await imported(path)).toMatchObject({ applied: 1 });
  });

  it('counts what its rows write off together against the limit of the month', async () => {
    const off = { decision: 'written-off', reason: 'IMMATERIAL' };
    const path = await edited(await exported('off.xlsx'), 'off-edited.xlsx', { 'S-2': off, 'S-3': off });
    await setSettings(as(app, 'rita'), { ...DEFAULT_CLOSE_SETTINGS, write_off_month_limits: { USD: '5' } });
    const { faults } = await imported(path, { dryRun: true });
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringContaining('to 5.123456789012345678 USD, above the limit of a month of 5 USD'),
    ]);
    // A row that is not applied takes nothing from the next.
    const whim = await edited(await exported('off2.xlsx'), 'whim.xlsx', {
      'S-2': { ...off, reason: 'WHIM' },
      'S-3': off,
    });
    expect((await imported(whim, { dryRun: true })).faults.map(({ column }) => column)).toEqual(['reason']);
    const long = await edited(await exported('off3.xlsx'), 'long.xlsx', {
      'S-2': { ...off, comment: 'x'.repeat(2001) },
      'S-3': off,
    });
    expect((await imported(long, { dryRun: true })).faults.map(({ column }) => column)).toEqual(['comment']);
    await setSettings(as(app, 'rita'), DEFAULT_CLOSE_SETTINGS);
    expect(await imported(path)).toMatchObject({ applied: 2 });
  });

  it('refuses a column that stands there twice, in whatever order the others are', async () => {
    const [titles = [], ...rows] = await gridOf(await exported('twice.xlsx'));
    const sheet = (columns: readonly string[]) => ({
      name: 'Breaks',
      columns: columns.map((title) => ({ title, kind: 'text' as const })),
      rows: rows.map((row) => columns.map((title) => row[titles.indexOf(title)] ?? '')),
    });
    const path = join(folder, 'twice-edited.xlsx');
    await saveSheet(path, sheet([...titles.toReversed(), 'decision']));
    await expect(imported(path)).rejects.toMatchObject({
      code: 'sheet-invalid',
      message: expect.stringContaining('has the column decision twice'),
    });
    await saveSheet(path, sheet(titles.toReversed()));
    await expect(imported(path)).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  it('refuses what is no workbook of breaks', async () => {
    const path = join(folder, 'no.xlsx');
    writeFileSync(path, 'settlement_id\n');
    await expect(imported(path)).rejects.toMatchObject({ code: 'workbook-invalid' });
    await expect(imported(join(folder, 'nowhere.xlsx'))).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
