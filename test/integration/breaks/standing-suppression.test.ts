/** Suppressions that hold for months to come, and write-offs that are limited by the month. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { actOnBreaks } from '../../../electron/breaks/break-acts.ts';
import { parseSettings, setSettings } from '../../../electron/close/settings.ts';
import { actFits, EVERY_BREAK } from '../../../shared/breaks.ts';
import { DEFAULT_CLOSE_SETTINGS } from '../../../shared/close.ts';
import type { Month } from '../../../shared/month.ts';
import { APRIL, as, lastAudit, MARCH } from '../../unit/close/worked-month.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import { tieout } from '../cli/in-process.ts';

const MAY = monthOf('2024-05');

const folder = temporaryFolder();
let app: App;

/** Trades T-1 to T-4, each settled for 100 in the month; the ledger has so much of each, or nothing. */
async function monthSays(month: Month, ledger: readonly (string | null)[]): Promise<void> {
  const id = (at: number): string => `S-${month}-${at + 1}`;
  await syncRecords(
    app,
    month,
    ledger.map((_, at) =>
      recordJson({
        ...{
          settlement_id: `"${id(at)}"`,
          trade_id: `"T-${at + 1}"`,
          amount: '100',
          volume: '1',
          price: '100',
        },
        ...{
          direction: '"SELL"',
          delivery_start: `"${month}-10T05:00:00Z"`,
          delivery_end: `"${month}-10T06:00:00Z"`,
        },
      }),
    ),
  );
  await ledgerOf(month, ledger);
}

async function ledgerOf(month: Month, ledger: readonly (string | null)[]): Promise<void> {
  const rows = ledger.flatMap((amount, at) =>
    amount === null ? [] : [`S-${month}-${at + 1},${amount},USD`],
  );
  const path = join(temporaryFolder(), `${month}.csv`);
  writeFileSync(path, ['settlement_id,amount,currency', ...rows, ''].join('\n'));
  await app.importLedger({ path, month, ...unwatched });
  await app.reconcile({ month, source: null, ...unwatched });
}

async function states(month: Month): Promise<readonly string[]> {
  const { rows } = await app.breaks.window({ ...EVERY_BREAK, month }, 'delivery', { offset: 0, limit: 100 });
  return rows.map(({ tradeId, category, state }) => `${tradeId} ${category} ${state}`).sort();
}

async function idOf(month: Month, trade: string): Promise<string> {
  const { rows } = await app.breaks.window({ ...EVERY_BREAK, month }, 'delivery', { offset: 0, limit: 100 });
  const row = rows.find(({ tradeId }) => tradeId === trade);
  if (!row) throw new Error(`no break of ${trade}`);
  return row.breakId;
}

const on = (...ids: readonly string[]) => ({ filter: EVERY_BREAK, ids });

beforeAll(async () => {
  app = await temporaryApp(folder);
  await monthSays(MARCH, [null, '104', '104', '104']);
});

describe('a write-off', () => {
  it('is limited by the sum of a month, whatever the signs and however many acts', async () => {
    await setSettings(as(app, 'analyst'), {
      ...DEFAULT_CLOSE_SETTINGS,
      write_off_month_limits: { USD: '10' },
    });
    const [two, three, four] = [await idOf(MARCH, 'T-2'), await idOf(MARCH, 'T-3'), await idOf(MARCH, 'T-4')];
    const off = { act: 'write-off', reason: 'IMMATERIAL', note: '' } as const;
    await expect(app.breaks.act(on(two, three, four), off)).rejects.toMatchObject({
      code: 'break-refused',
      message: expect.stringContaining('to 12 USD, above the limit of a month of 10 USD'),
    });
    await app.breaks.act(on(two, three), off);
    await expect(app.breaks.act(on(four), off)).rejects.toMatchObject({ code: 'break-refused' });
    await app.breaks.act(on(two), { act: 'reopen', note: '' });
    await app.breaks.act(on(four), off);
    await expect(app.breaks.act(on(two), off)).rejects.toMatchObject({ code: 'break-refused' });
    // Settings that were stored before there was a limit of a month have the usual one.
    const { write_off_month_limits: _, ...earlier } = DEFAULT_CLOSE_SETTINGS;
    const settings = parseSettings(JSON.stringify(earlier), 'The settings');
    expect(settings).toEqual(DEFAULT_CLOSE_SETTINGS);
    await setSettings(as(app, 'analyst'), settings);
    await app.breaks.act(on(two), off);
  });
});

/** Acts that hold for every month, of those that the window offers for a break as it stands. */
async function offered(month: Month, trade: string): Promise<string> {
  const { row, standing } = await app.breaks.detail(await idOf(month, trade));
  const acts = (['suppress-future', 'lift-future'] as const).filter((act) =>
    actFits(act, row.state, standing),
  );
  return `${row.state}: ${acts.join(', ')}`;
}

describe('a suppression of the months to come', () => {
  it('is offered in every state of a break, and its end wherever it stands', async () => {
    const [two, three] = [await idOf(MARCH, 'T-2'), await idOf(MARCH, 'T-3')];
    expect(await offered(MARCH, 'T-1')).toBe('open: suppress-future');
    expect(await offered(MARCH, 'T-2')).toBe('written-off: suppress-future');
    await app.breaks.act(on(three), { act: 'suppress', note: 'this once' });
    expect(await offered(MARCH, 'T-3')).toBe('suppressed: suppress-future');
    await app.breaks.act(on(three), { act: 'suppress-future', note: 'always' });
    expect(await offered(MARCH, 'T-3')).toBe('suppressed: lift-future');
    await app.breaks.act(on(three), { act: 'lift', note: 'here alone' });
    expect(await offered(MARCH, 'T-3')).toBe('written-off: lift-future');
    await app.breaks.act(on(three), { act: 'lift-future', note: 'no more' });
    expect(await offered(MARCH, 'T-3')).toBe('written-off: suppress-future');
    await app.breaks.act(on(two), { act: 'reopen', note: '' });
    await app.breaks.act(on(two), { act: 'resolve', reason: 'TIMING', note: '' });
    expect(await offered(MARCH, 'T-2')).toBe('resolved: suppress-future');
    await app.breaks.act(on(two), { act: 'reopen', note: '' });
    await app.breaks.act(on(two), { act: 'write-off', reason: 'IMMATERIAL', note: '' });
  });

  it('is a right of its own', async () => {
    const one = await idOf(MARCH, 'T-1');
    await setSettings(as(app, 'analyst'), {
      ...DEFAULT_CLOSE_SETTINGS,
      identities: [
        { name: 'analyst', rights: ['prepare', 'suppress', 'review'] },
        { name: 'rita', rights: ['review', 'suppress-future'] },
      ],
    });
    const always = { act: 'suppress-future', note: 'paid outside, every month' } as const;
    await expect(app.breaks.act(on(one), always)).rejects.toMatchObject({
      code: 'right-missing',
      message: expect.stringContaining('ask rita'),
    });
    expect(await actOnBreaks(as(app, 'rita'), on(one), always)).toMatchObject({ breaks: 1 });
    expect(await states(MARCH)).toContain('T-1 MISSING_IN_LEDGER suppressed');
    expect(await app.breaks.suppressions()).toEqual([
      expect.objectContaining({
        tradeId: 'T-1',
        category: 'MISSING_IN_LEDGER',
        month: '2024-03',
        actor: 'rita',
        note: 'paid outside, every month',
      }),
    ]);
    await expect(actOnBreaks(as(app, 'rita'), on(one), always)).rejects.toMatchObject({
      message: expect.stringContaining('already'),
    });
  });

  it('holds for what is alike in another month, and for nothing else of its trade', async () => {
    await monthSays(APRIL, [null, null, '100', '100']);
    expect(await states(APRIL)).toEqual(['T-1 MISSING_IN_LEDGER suppressed', 'T-2 MISSING_IN_LEDGER open']);
    expect(await lastAudit(app)).toEqual([
      'break.follow',
      expect.objectContaining({ month: '2024-04', opened: 2, suppressed: 1 }),
    ]);
    const { row, history } = await app.breaks.detail(await idOf(APRIL, 'T-1'));
    expect(row.note).toBe('paid outside, every month');
    expect(history.map(({ act }) => act)).toEqual(['opened', 'suppressed']);
    // The same trade with another category is found as ever; a break that is suppressed stays so, whatever it becomes.
    await monthSays(MAY, ['150', '100', '100', '100']);
    expect(await states(MAY)).toEqual(['T-1 AMOUNT open']);
    await ledgerOf(APRIL, ['150', null, '100', '100']);
    expect(await states(APRIL)).toContain('T-1 AMOUNT suppressed');
  });

  it('is said once of a break: where it is lifted there, a reconciliation leaves it so', async () => {
    await ledgerOf(APRIL, [null, null, '100', '100']);
    await app.breaks.act(on(await idOf(APRIL, 'T-1')), { act: 'lift', note: 'not this one' });
    await app.reconcile({ month: APRIL, source: null, ...unwatched });
    expect(await states(APRIL)).toContain('T-1 MISSING_IN_LEDGER open');
  });

  it('ends where it is lifted for the months to come', async () => {
    const one = await idOf(MARCH, 'T-1');
    await actOnBreaks(as(app, 'rita'), on(one), { act: 'lift-future', note: '' });
    expect(await states(MARCH)).toContain('T-1 MISSING_IN_LEDGER open');
    expect(await app.breaks.suppressions()).toEqual([]);
    await expect(
      actOnBreaks(as(app, 'rita'), on(one), { act: 'lift-future', note: '' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('is not suppressed for the months to come') });
  });

  it('verifies', async () => {
    const { differences } = await app.verify({ month: null, ...unwatched });
    expect(differences).toEqual([]);
  });

  it('is there again after a rebuild', async () => {
    const told = 'SELECT seq, ordinal, break_id, act, note FROM break_event ORDER BY seq, break_id, ordinal';
    const before = await app.workspace.database.rows(told);
    await app.close();
    const rebuilt = await tieout(['rebuild', '--workspace', folder, '--json']);
    expect(rebuilt.code, rebuilt.stdout).toBe(0);
    app = await temporaryApp(folder);
    const after = await app.workspace.database.rows(told);
    const shown = (rows: typeof before) =>
      rows.map((row) => [row.int('seq'), row.text('break_id'), row.text('act'), row.textOrNull('note')]);
    expect(shown(after)).toEqual(shown(before));
    expect(shown(after).filter(([, , act]) => act === 'future-suppressed')).toHaveLength(2);
  });
});
