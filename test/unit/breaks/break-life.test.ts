import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { actOnBreaks } from '../../../electron/breaks/break-acts.ts';
import { setSettings } from '../../../electron/close/settings.ts';
import { EVERY_BREAK, type WorkedBreak } from '../../../shared/breaks.ts';
import { DEFAULT_CLOSE_SETTINGS } from '../../../shared/close.ts';
import { as, lastAudit, ledgerSays, MARCH, syncAmounts } from '../close/worked-month.ts';
import { temporaryApp, temporaryFolder, unwatched } from '../workspace/temporary.ts';

let app: App;

async function breaks(): Promise<readonly WorkedBreak[]> {
  const { rows } = await app.breaks.window({ ...EVERY_BREAK, month: MARCH }, 'delivery', {
    offset: 0,
    limit: 500,
  });
  return [...rows].sort((a, b) => ((a.settlementId ?? '') < (b.settlementId ?? '') ? -1 : 1));
}
async function states(): Promise<readonly string[]> {
  return (await breaks()).map(
    ({ settlementId, state, difference }) => `${settlementId} ${state} ${difference}`,
  );
}
async function idOf(settlementId: string): Promise<string> {
  return (await breaks()).find((row) => row.settlementId === settlementId)?.breakId ?? '';
}
async function history(settlementId: string): Promise<readonly string[]> {
  const detail = await app.breaks.detail(await idOf(settlementId));
  return detail.history.map(({ act }) => act);
}
function chosen(ids: readonly string[] | null, filter: Partial<typeof EVERY_BREAK> = {}) {
  return { filter: { ...EVERY_BREAK, month: MARCH, ...filter }, ids };
}

describe('the life of breaks', () => {
  beforeAll(async () => {
    app = await temporaryApp();
    await syncAmounts(app, ['10', '20', '30', '40', '5000']);
    await ledgerSays(app, ['10', '21', '33', null, '5100']);
  });

  it('begins when a reconciliation finds them, with one event that counts them', async () => {
    expect(await states()).toEqual(['S-2 open 1', 'S-3 open 3', 'S-4 open -40', 'S-5 open 100']);
    expect(await lastAudit(app)).toEqual([
      'break.follow',
      expect.objectContaining({ month: '2024-03', opened: 4, closed: 0, reappeared: 0, moved: 0 }),
    ]);
  });

  it('has a decision only with a known reason, and refuses all where one cannot be decided', async () => {
    const [two, three] = [await idOf('S-2'), await idOf('S-3')];
    await expect(
      app.breaks.act(chosen([two]), { act: 'resolve', reason: 'whim', note: '' }),
    ).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('TIMING'),
    });
    await app.breaks.act(chosen([two]), { act: 'resolve', reason: 'rounding', note: 'cents' });
    await expect(
      app.breaks.act(chosen([two, three, 'B-none']), { act: 'resolve', reason: 'TIMING', note: '' }),
    ).rejects.toMatchObject({
      code: 'break-refused',
      details: {
        refusals: [`${two} is resolved; reopen it first`, 'B-none is no break of this workspace'],
      },
    });
    expect(await states()).toContain('S-3 open 3');
    expect((await breaks())[0]).toMatchObject({ reason: 'ROUNDING', note: 'cents', decidedBy: 'analyst' });
  });

  it('is written off up to the limit of the currency, which the refusal names', async () => {
    await app.breaks.act(chosen([await idOf('S-3')]), { act: 'write-off', reason: 'IMMATERIAL', note: '' });
    await expect(
      app.breaks.act(chosen([await idOf('S-5')]), { act: 'write-off', reason: 'IMMATERIAL', note: '' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('above the write-off limit of 10 USD') });
    expect(await states()).toEqual(['S-2 resolved 1', 'S-3 written-off 3', 'S-4 open -40', 'S-5 open 100']);
  });

  it('takes an act by filter for all that it fits, and says which right is missing', async () => {
    expect(await app.breaks.act(chosen(null), { act: 'assign', assignee: 'ann' })).toMatchObject({
      breaks: 4,
    });
    const result = await app.breaks.act(chosen(null, { category: 'MISSING_IN_LEDGER' }), {
      act: 'suppress',
      note: 'paid outside',
    });
    expect(result).toMatchObject({ breaks: 1, months: ['2024-03'] });
    const identities = [
      { name: 'analyst', rights: ['prepare' as const] },
      { name: 'rita', rights: ['review' as const, 'suppress' as const] },
    ];
    await setSettings(as(app, 'analyst'), { ...DEFAULT_CLOSE_SETTINGS, identities });
    await expect(
      app.breaks.act(chosen([await idOf('S-4')]), { act: 'lift', note: '' }),
    ).rejects.toMatchObject({ code: 'right-missing', message: expect.stringContaining('ask rita') });
    await expect(setSettings(as(app, 'analyst'), DEFAULT_CLOSE_SETTINGS)).rejects.toMatchObject({
      code: 'right-missing',
    });
    await actOnBreaks(as(app, 'rita'), chosen([await idOf('S-4')]), { act: 'lift', note: 'booked now' });
    await actOnBreaks(as(app, 'rita'), chosen([await idOf('S-4')]), { act: 'suppress', note: 'after all' });
    await setSettings(as(app, 'rita'), DEFAULT_CLOSE_SETTINGS);
  });

  it('ends by itself, is open again when it comes back or is about another amount, and stays suppressed', async () => {
    await ledgerSays(app, ['10', '20', '37', null, '5100']);
    expect(await states()).toEqual(['S-2 closed 1', 'S-3 open 7', 'S-4 suppressed -40', 'S-5 open 100']);
    expect(await lastAudit(app)).toEqual([
      'break.follow',
      expect.objectContaining({ opened: 0, closed: 1, reappeared: 0, moved: 1 }),
    ]);
    await ledgerSays(app, ['10', '21', '37', null, '5100']);
    expect(await states()).toContain('S-2 open 1');
    expect(await history('S-2')).toEqual(['opened', 'resolved', 'assigned', 'closed', 'reappeared']);
    expect(await history('S-3')).toEqual(['opened', 'written-off', 'assigned', 'moved']);
    const [two] = await breaks();
    expect(two).toMatchObject({ reopenings: 1, assignee: 'ann', reason: null });
    await ledgerSays(app, ['10', '21', '37', '40', '5100']);
    expect(await states()).toContain('S-4 suppressed -40');
    await ledgerSays(app, ['10', '21', '37', null, '5100']);
    expect(await states()).toContain('S-4 suppressed -40');
  });

  it('leaves no event where a reconciliation finds what the one before found', async () => {
    await app.reconcile({ month: MARCH, source: null, ...unwatched });
    expect(await lastAudit(app)).toMatchObject(['recon.done', {}]);
  });

  it('keeps a file beside a break under its hash', async () => {
    const path = join(temporaryFolder(), 'invoice.txt');
    writeFileSync(path, 'as billed\n');
    await app.breaks.attach(chosen([await idOf('S-5')]), path, 'the invoice');
    const { history: told } = await app.breaks.detail(await idOf('S-5'));
    const attached = told.at(-1);
    expect(attached).toMatchObject({ act: 'attached', fileName: 'invoice.txt', note: 'the invoice' });
    const kept = await app.workspace.database.row(
      'SELECT file_sha256 FROM break_event WHERE file_sha256 IS NOT NULL LIMIT 1',
    );
    const bytes = kept ? await app.workspace.evidence.get(kept.sha256('file_sha256')) : null;
    expect(Buffer.from(bytes ?? []).toString()).toBe('as billed\n');
    await expect(app.breaks.attach(chosen(null), '/nowhere/x', '')).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });

  it('is summed up by state, category and currency, and ages by run or by business date', async () => {
    const summary = await app.breaks.summary(MARCH);
    expect(summary).toMatchObject({
      total: 4,
      states: { open: 3, resolved: 0, 'written-off': 0, suppressed: 1, closed: 0 },
      openByCategory: { AMOUNT: 3 },
      openDifference: { USD: '108' },
      assignees: ['ann'],
    });
    expect((await breaks())[0]?.ageDays).toBe(0);
    await setSettings(as(app, 'rita'), { ...DEFAULT_CLOSE_SETTINGS, age_by: 'business' });
    // Delivered on 1 March; the clock says 2 April.
    expect((await breaks())[0]?.ageDays).toBe(32);
    const old = await app.breaks.window({ ...EVERY_BREAK, minAge: 33 }, 'age', { offset: 0, limit: 1 });
    expect(old.total).toBe(0);
  });

  it('is listed while it is acted on, by whoever asks at the same time', async () => {
    const ids = [await idOf('S-5')];
    const asked = Array.from({ length: 12 }, async (_, at) => {
      if (at % 3 === 0) await app.breaks.act(chosen(ids), { act: 'comment', note: `number ${at}` });
      return (await breaks()).length + (await app.breaks.summary(MARCH)).total;
    });
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 12 }, () => 8));
    expect((await breaks()).find(({ settlementId }) => settlementId === 'S-5')?.comments).toBe(4);
  });

  it('verifies, and an act that was changed in the table shows', async () => {
    const clean = await app.verify({ month: null, ...unwatched });
    expect(clean.differences).toEqual([]);
    await app.workspace.database.transaction((tx) =>
      tx.run(`UPDATE break_event SET note = 'another' WHERE note = 'cents'`),
    );
    const { differences } = await app.verify({ month: null, ...unwatched });
    expect(differences.map(({ subject, name }) => `${subject} ${name}`)).toEqual([
      expect.stringMatching(/^audit event \d+$/),
    ]);
  });
});

describe('a break between currencies', () => {
  it('is not written off, however little its figures differ, and can be resolved', async () => {
    app = await temporaryApp();
    await syncAmounts(app, ['5000', '5001']);
    const path = join(temporaryFolder(), 'ledger.csv');
    // The second was made twice, which is its category.
    const rows = ['S-1,5000,EUR,', 'S-2,2500.5,EUR,J-1', 'S-2,2500.5,EUR,J-1'];
    writeFileSync(path, ['settlement_id,amount,currency,journal_id', ...rows, ''].join('\n'));
    await app.importLedger({ path, month: MARCH, ...unwatched });
    await app.reconcile({ month: MARCH, source: null, ...unwatched });
    expect(await states()).toEqual(['S-1 open 0', 'S-2 open 0']);
    const ids = [await idOf('S-1'), await idOf('S-2')];
    await expect(
      app.breaks.act(chosen(ids), { act: 'write-off', reason: 'IMMATERIAL', note: '' }),
    ).rejects.toMatchObject({
      code: 'break-refused',
      details: {
        refusals: ids.toSorted().map((id) => expect.stringContaining(`${id} is booked in another currency`)),
      },
    });
    await app.breaks.act(chosen(ids), { act: 'resolve', reason: 'TIMING', note: 'rebooked in April' });
    expect(await states()).toEqual(['S-1 resolved 0', 'S-2 resolved 0']);
  });
});
