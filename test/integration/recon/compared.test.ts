/** What the window shows of items that are not plain: the rule, why it is pending, and what was used. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { derive } from '../../../electron/recon/derive.ts';
import { parseRules } from '../../../electron/recon/rule-file.ts';
import { compareWindow } from '../../../electron/views/compare-window.ts';
import type { ReconSummary } from '../../../shared/recon.ts';
import { monthOf, temporaryApp, unwatched } from '../../unit/workspace/temporary.ts';
import { DESK_RULES, storeDeskMonth } from './desk-month.ts';

let app: App;
let recon: ReconSummary;
const rules = parseRules(JSON.stringify(DESK_RULES), 'desk');

beforeAll(async () => {
  app = await temporaryApp();
  await storeDeskMonth(app);
  recon = await app.reconcile({ month: monthOf('2024-03'), source: null, rules, ...unwatched });
});

describe('compared rows', () => {
  it('say that a match is suggested and by which rule, why a settlement is pending, and by which factors it was compared', async () => {
    const windowOf = (state: 'suggested' | 'pending' | 'matched' | null) =>
      compareWindow(app.workspace.database, {
        ...{ runId: recon.run_id, reconId: recon.recon_id, state, search: '', offset: 0, limit: 100 },
      });
    const { rows: suggested } = await windowOf('suggested');
    expect(suggested).toEqual([
      expect.objectContaining({
        state: 'suggested',
        settlementId: 'S-10',
        rule: 'near',
        pendingReason: null,
      }),
    ]);
    const { rows: pending } = await windowOf('pending');
    expect(pending.map(({ settlementId, pendingReason }) => [settlementId, pendingReason])).toEqual([
      ['S-18', 'not-yet-due'],
      ['S-19', 'not-final'],
      ['S-20', 'disputed'],
    ]);
    const { rows } = await windowOf(null);
    const of = (id: string) => rows.find(({ settlementId }) => settlementId === id);
    expect(of('S-07')?.evidence?.units).toEqual(DESK_RULES.units);
    expect(of('S-08')?.evidence?.fx).toEqual(DESK_RULES.fx);
    expect(of('S-11')).toMatchObject({
      state: 'matched',
      evidence: { tolerance: { derived: { expected: '-20.01' } } },
    });
  });
});

describe('a posting whose settlement was refused', () => {
  it('is quarantined as it was known then, also where the record was typed again later', async () => {
    const { database } = app.workspace;
    const row = await database.row('SELECT seq, import_ids FROM recon ORDER BY seq DESC LIMIT 1');
    const importIds = row?.json('import_ids');
    const seq = row?.int('seq') ?? 0;
    const basis = {
      ...{ month: monthOf('2024-03'), runId: recon.run_id, rules, currencies: 'apart' as const },
      importIds: Array.isArray(importIds) ? importIds.map(String) : [],
    };
    const found = await database.scratch(async (tx) => {
      await tx.run(
        `INSERT INTO dead_letter_event (seq, run_id, page, idx, act, actor, occurred_at)
         SELECT ?, run_id, page, idx, 'retried', 'ann', '2024-04-03T00:00:00Z' FROM dead_letter WHERE settlement_id = 'S-16'`,
        [seq + 1],
      );
      const before = await derive(tx, { ...basis, knownUntil: seq }, unwatched);
      const after = await derive(tx, { ...basis, knownUntil: null }, unwatched);
      return { before: before.outcome, after: after.outcome };
    });
    expect(found.before.recon_sha256).toBe(recon.recon_sha256);
    expect([found.before.by_category.QUARANTINED, found.after.by_category.QUARANTINED]).toEqual([
      1,
      undefined,
    ]);
  });
});
