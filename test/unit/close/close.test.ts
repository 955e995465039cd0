import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { actOnBreaks } from '../../../electron/breaks/break-acts.ts';
import { giveAdjustments } from '../../../electron/close/adjustments.ts';
import { assertRunsOpen } from '../../../electron/close/lock.ts';
import { parseSettings, setSettings } from '../../../electron/close/settings.ts';
import { approveMonth, reopenMonth, returnMonth, signMonth } from '../../../electron/close/sign-off.ts';
import { decideMatches } from '../../../electron/recon/match-decisions.ts';
import { EVERY_BREAK } from '../../../shared/breaks.ts';
import { DEFAULT_CLOSE_SETTINGS } from '../../../shared/close.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { temporaryApp, temporaryFolder, unwatched } from '../workspace/temporary.ts';
import {
  APRIL,
  as,
  importAmounts,
  lastAudit,
  ledgerSays,
  MARCH,
  reconcileMarch,
  syncAmounts,
} from './worked-month.ts';

let app: App;
const everything = { filter: { ...EVERY_BREAK, month: MARCH }, ids: null };
const resolve = { act: 'resolve', reason: 'TIMING', note: '' } as const;

async function verified(): Promise<readonly string[]> {
  const { differences } = await app.verify({ month: null, ...unwatched });
  return differences.map(({ subject, name }) => `${subject} ${name}`);
}

describe('the close of a month', () => {
  beforeAll(async () => {
    app = await temporaryApp();
    await syncAmounts(app, ['10', '20', '30']);
  });

  it('waits for a reconciliation of what is there, and for a decision on every break', async () => {
    await expect(signMonth(as(app, 'ann'), MARCH, '')).rejects.toMatchObject({
      code: 'close-refused',
      details: { obstacles: ['2024-03 was never reconciled'] },
    });
    await ledgerSays(app, ['10', '21', '30']);
    await importAmounts(app, ['10', '21', '30.005']);
    await expect(signMonth(as(app, 'ann'), MARCH, '')).rejects.toMatchObject({
      details: {
        obstacles: [
          expect.stringContaining('an extract was imported'),
          expect.stringContaining('1 break has no decision'),
        ],
      },
    });
    await reconcileMarch(app);
    expect(await app.closing.status(MARCH)).toMatchObject({ reasonNeeded: false });
    await expect(signMonth(as(app, 'ann'), MARCH, 'late')).rejects.toMatchObject({
      details: { obstacles: [expect.stringContaining('sign_with_open_breaks')] },
    });
    await setSettings(as(app, 'ann'), { ...DEFAULT_CLOSE_SETTINGS, sign_with_open_breaks: true });
    await expect(signMonth(as(app, 'ann'), MARCH, ' ')).rejects.toMatchObject({
      details: { obstacles: ['1 break has no decision: sign with a reason'] },
    });
    expect(await app.closing.status(MARCH)).toMatchObject({ reasonNeeded: true });
  });

  it('is signed by one and approved by another, if nothing has moved in between', async () => {
    await signMonth(as(app, 'ann'), MARCH, 'known');
    expect(await lastAudit(app)).toMatchObject([
      'close.sign',
      { month: '2024-03', login: 'desk', open_breaks: 1 },
    ]);
    for (const alias of ['ann', ' Ann', 'ANN', 'ａｎｎ', 'an\u200bn\u2060'])
      await expect(approveMonth(as(app, alias), MARCH, '')).rejects.toMatchObject({
        message: expect.stringContaining('was signed by ann, who cannot approve it'),
      });
    await actOnBreaks(as(app, 'ann'), everything, resolve);
    await expect(approveMonth(as(app, 'bob'), MARCH, '')).rejects.toMatchObject({
      message: expect.stringContaining('breaks_sha256 is another now'),
    });
    await expect(returnMonth(as(app, 'bob'), MARCH, '')).rejects.toMatchObject({ code: 'usage' });
    await returnMonth(as(app, 'bob'), MARCH, 'sign what is decided');
    await signMonth(as(app, 'ann'), MARCH, '');
    expect(await app.closing.status(MARCH)).toMatchObject({ state: 'signed', locked: false, moved: [] });
    await setSettings(as(app, 'ann'), { ...DEFAULT_CLOSE_SETTINGS, approve_from_other_login: true });
    await expect(approveMonth(as(app, 'bob'), MARCH, '')).rejects.toMatchObject({
      message: expect.stringContaining('from the login desk too'),
    });
    await approveMonth(as(app, 'bob', 'bobs-desk'), MARCH, 'seen');
    expect(await app.closing.status(MARCH)).toMatchObject({
      ...{ state: 'approved', locked: true, sameLogin: false, moved: [], obstacles: [] },
      history: [
        { act: 'signed' },
        { act: 'returned' },
        { act: 'signed', actor: 'ann' },
        { act: 'approved', actor: 'bob' },
      ],
      binding: { month: '2024-03', breaks: { open: 0, resolved: 1 }, runs: [{ resource: 'settlements' }] },
    });
    expect(await verified()).toEqual([]);
  });

  it('locks it: every act that would change it is refused, by name of who locked it', async () => {
    const locked = {
      code: 'month-locked',
      message: expect.stringMatching(/2024-03 is locked: bob approved its close on .*reopen/),
    };
    await expect(importAmounts(app, ['1'])).rejects.toMatchObject(locked);
    await expect(reconcileMarch(app)).rejects.toMatchObject(locked);
    await expect(
      actOnBreaks(as(app, 'ann'), everything, { act: 'comment', note: 'x' }),
    ).rejects.toMatchObject(locked);
    await expect(actOnBreaks(as(app, 'ann'), everything, { act: 'reopen', note: '' })).rejects.toMatchObject(
      locked,
    );
    const decision = { month: MARCH, act: 'confirm' as const, matches: ['M-1'], reason: 'agreed' };
    await expect(decideMatches(as(app, 'ann'), decision)).rejects.toMatchObject(locked);
    const run = await app.workspace.database.row('SELECT run_id FROM run LIMIT 1');
    await expect(assertRunsOpen(app.workspace.database, [run?.text('run_id') ?? ''])).rejects.toMatchObject(
      locked,
    );
    const curves = join(temporaryFolder(), 'curves.csv');
    writeFileSync(
      curves,
      'curve_id,as_of,delivery_start,delivery_end,price,price_uom,currency\nC,2024-04-01T00:00:00Z,2024-03-01T05:00:00Z,2024-03-01T06:00:00Z,1,USD/MWH,USD\n',
    );
    await expect(app.importCurves({ path: curves, month: MARCH, ...unwatched })).rejects.toMatchObject(
      locked,
    );
    const { rows } = await app.breaks.window({ ...EVERY_BREAK, month: MARCH }, 'age', {
      offset: 0,
      limit: 5,
    });
    expect(rows.map(({ state }) => state)).toEqual(['resolved']);
    await expect(signMonth(as(app, 'ann'), MARCH, '')).rejects.toMatchObject({ code: 'close-refused' });
  });

  it('takes a restatement that came later as adjustments, which go to a later month once', async () => {
    await syncAmounts(app, ['10', '25.5', '30', '4']);
    const waiting = [{ currency: 'USD', settlements: 2, amount: '9.5' }];
    expect(await app.closing.status(MARCH)).toMatchObject({ locked: true, moved: [], waiting });
    expect(await app.closing.adjustments(MARCH)).toMatchObject([
      { settlementId: 'S-2', signedAmount: '20', newestAmount: '25.5', amount: '5.5' },
      { settlementId: 'S-4', signedAmount: null, newestAmount: '4', amount: '4' },
    ]);
    await expect(giveAdjustments(as(app, 'ann'), MARCH, MARCH, null)).rejects.toMatchObject({
      code: 'close-refused',
    });
    await expect(giveAdjustments(as(app, 'ann'), MARCH, APRIL, ['S-9'])).rejects.toMatchObject({
      code: 'close-refused',
    });
    await giveAdjustments(as(app, 'ann'), MARCH, APRIL, ['S-2']);
    await syncAmounts(app, ['10', '26', '30', '4'], { version: '2' });
    expect(
      (await app.closing.adjustments(MARCH)).map(({ settlementId, amount }) => `${settlementId} ${amount}`),
    ).toEqual(['S-2 0.5', 'S-4 4']);
    await giveAdjustments(as(app, 'ann'), MARCH, APRIL, null);
    expect(await app.closing.status(MARCH)).toMatchObject({
      waiting: [],
      given: [{ amount: '5.5' }, { amount: '4.5' }],
    });
    expect(await app.closing.status(APRIL)).toMatchObject({
      state: 'open',
      taken: [
        { month: '2024-03', reopenedSince: false },
        { month: '2024-03', reopenedSince: false },
      ],
    });
    expect(await verified()).toEqual([]);
  });

  it('is told by verify where what was signed has moved', async () => {
    await app.workspace.database.transaction((tx) =>
      tx.run(`UPDATE recon SET recon_sha256 = repeat('0', 64) WHERE seq = (SELECT max(seq) FROM recon)`),
    );
    expect(await verified()).toContain('close 2024-03 recon_sha256');
  });

  it('ends with a reopening, which names who and why', async () => {
    await expect(reopenMonth(as(app, 'bob'), MARCH, '  ')).rejects.toMatchObject({ code: 'usage' });
    await reopenMonth(as(app, 'bob'), MARCH, 'the vendor restated it');
    await reconcileMarch(app);
    expect(await app.closing.status(MARCH)).toMatchObject({
      state: 'reopened',
      locked: false,
      binding: null,
      openBreaks: 2,
    });
    expect((await app.closing.status(MARCH)).history.at(-1)).toMatchObject({
      actor: 'bob',
      reason: 'the vendor restated it',
    });
    expect(await app.closing.status(APRIL)).toMatchObject({
      taken: [{ reopenedSince: true }, { reopenedSince: true }],
    });
  });
});

describe('a locked month in which a settlement came twice', () => {
  it('has no adjustment where the vendor only sends its rows in another order', async () => {
    app = await temporaryApp();
    const rows = ['10', '25'].map((amount) =>
      recordJson({ settlement_id: '"S-1"', direction: '"SELL"', volume: '1', price: amount, amount }),
    );
    await syncRecords(app, MARCH, rows);
    await ledgerSays(app, ['10']);
    await app.breaks.act(everything, resolve);
    await signMonth(as(app, 'ann'), MARCH, '');
    await approveMonth(as(app, 'rita'), MARCH, '');
    await syncRecords(app, MARCH, rows.toReversed());
    expect(await app.closing.adjustments(MARCH)).toEqual([]);
  });
});

describe('the same person under another spelling', () => {
  it.each([
    ['Groß', 'GROSS'],
    ['Νίκος', 'ΝΊΚΟΣ'],
    ['José', 'jose\u200d\u0301'],
    ['ann', 'a\u034fn\ufe0fn\u3164'],
  ])('%s does not approve as %s', async (preparer, reviewer) => {
    const own = await temporaryApp();
    await syncAmounts(own, ['10']);
    await ledgerSays(own, ['10']);
    await signMonth(as(own, preparer), MARCH, '');
    await expect(approveMonth(as(own, reviewer), MARCH, '')).rejects.toMatchObject({
      message: expect.stringContaining('who cannot approve it'),
    });
    await approveMonth(as(own, 'rita'), MARCH, '');
  });
});

describe('settings of the close', () => {
  it('are refused with every fault', () => {
    const text = JSON.stringify({
      ...DEFAULT_CLOSE_SETTINGS,
      age_by: 'mood',
      write_off_limits: { USD: '-1' },
      extra: 1,
    });
    expect(() => parseSettings(text, 'It')).toThrow(/3 faults.*age_by.*write_off_limits\.USD.*extra/s);
    const crossed = JSON.stringify({
      ...DEFAULT_CLOSE_SETTINGS,
      agreements: [{ agreement: null, counterparty: null, commodity: null, rule: 'BARTER' }],
      due_rules: { EEI: { day: 20, days_after_receipt: 10, calendar: 'MOON' } },
    });
    expect(() => parseSettings(crossed, 'It')).toThrow(
      /no due rule BARTER; due_rules: EEI goes by the calendar MOON/,
    );
    expect(() => parseSettings('{', 'It')).toThrow(/is no JSON/);
    const nowhere = JSON.stringify({
      ...DEFAULT_CLOSE_SETTINGS,
      invoices: [{ month: '2024-03', counterparty: null, agreement: null, received: '2024-02-31' }],
      holidays: { DESK: ['2024-03-29', '2023-02-29'] },
    });
    expect(() => parseSettings(nowhere, 'It')).toThrow(
      /invoices\.0\.received: 2024-02-31 is a day that does not exist; holidays\.DESK: 2023-02-29 is/,
    );
    expect(parseSettings(nowhere, 'It', true).holidays).toEqual({ DESK: ['2024-03-29', '2023-02-29'] });
    const twice = JSON.stringify(DEFAULT_CLOSE_SETTINGS).replace(
      '{',
      '{"identities":[{"name":"rita","rights":["review"]}],',
    );
    expect(() => parseSettings(twice, 'It')).toThrow(/a fault: identities: is given twice; keep one/);
  });
});
