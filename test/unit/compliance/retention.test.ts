/** How long months are kept, and that nothing of them goes before. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prune } from '../../../electron/compliance/prune.ts';
import { holdMonth, retention, setRetention } from '../../../electron/compliance/retention.ts';
import { AUDIT_ROWS, verifyAudit } from '../../../electron/workspace/audit-chain.ts';
import { openWorkspace, type Workspace } from '../../../electron/workspace/workspace.ts';
import type { Sha256 } from '../../../shared/digest.ts';
import type { Month } from '../../../shared/month.ts';
import { temporaryFolder } from '../workspace/temporary.ts';

const OLD = '2015-03' as Month;
const YOUNG = '2024-03' as Month;
const signal = new AbortController().signal;

let workspace: Workspace;
let now = Date.parse('2026-11-22T08:00:00Z');
const parts = () => ({
  workspace,
  actor: 'analyst',
  clock: { now: () => now, monotonic: () => 0, sleep: async () => {} },
});
const documents: Record<string, Sha256> = {};

/** A page of a month, as far as its retention asks. */
async function page(month: Month, runId: string, number: number, text: string): Promise<void> {
  const digest = await workspace.evidence.put(Buffer.from(text));
  documents[`${runId} ${number}`] = digest;
  await workspace.database.transaction(async (tx) => {
    if (number === 1) {
      await tx.run(
        `INSERT INTO run (run_id, seq, source, base_url, resource, month, start_date, end_date, page_size, correlation_id,
           started_at, actor, app_version) VALUES (?, 1, 's', 'b', 'settlements', ?, '', '', 1, 'c', ?, 'a', '1')`,
        [runId, month, `${month}-28T00:00:00.000Z`],
      );
    }
    await tx.run(
      `INSERT INTO page (run_id, page, received_at, request_id, page_sha256, body_sha256, bytes, charset, records, rejected,
         next_page, attempts, elapsed_ms) VALUES (?, ?, '', '', '', ?, 1, 'utf-8', 1, 0, FALSE, 1, 1)`,
      [runId, number, digest],
    );
  });
}

beforeAll(async () => {
  let ids = 0;
  workspace = await openWorkspace(temporaryFolder(), {
    at: '2026-11-22T08:00:00.000Z',
    appVersion: '0',
    newId: () => `id-${ids++}`,
  });
  await page(OLD, 'old', 1, 'of the old month alone');
  await page(OLD, 'old', 2, 'of both months');
  await page(YOUNG, 'young', 1, 'of both months');
  await page(YOUNG, 'young', 2, 'of the young month alone');
});
afterAll(async () => {
  await workspace.close();
});

function lies(which: string): boolean {
  const digest = documents[which];
  if (!digest) throw new Error(`no document ${which}`);
  return existsSync(workspace.evidence.path(digest));
}

describe('retention', () => {
  it('is seven years by default, and at least five', async () => {
    const view = await retention(workspace.database, now);
    expect(view).toMatchObject({ years: 7, isDefault: true });
    expect(view.months).toMatchObject([
      { month: OLD, until: '2022-03-31', past: true, hold: null },
      { month: YOUNG, until: '2031-03-31', past: false, hold: null },
    ]);
    await expect(setRetention(parts(), 4, 'space')).rejects.toMatchObject({ code: 'retention-refused' });
    await expect(setRetention(parts(), 8, ' ')).rejects.toMatchObject({ code: 'usage' });
    await setRetention(parts(), 12, 'policy');
    expect((await retention(workspace.database, now)).months[0]).toMatchObject({ past: false });
    await expect(prune(parts(), { month: null, dryRun: false, signal })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
    await setRetention(parts(), 7, 'policy, revised');
  });

  it('refuses a month within its time, and one under a legal hold', async () => {
    const named = (month: Month) => prune(parts(), { month, dryRun: false, signal });
    await expect(named(YOUNG)).rejects.toMatchObject({ code: 'retention-refused' });
    await holdMonth(parts(), OLD, 'placed', 'Docket 7');
    await expect(holdMonth(parts(), OLD, 'placed', 'again')).rejects.toMatchObject({
      code: 'retention-refused',
    });
    await expect(named(OLD)).rejects.toMatchObject({ code: 'retention-refused' });
    await expect(prune(parts(), { month: null, dryRun: false, signal })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
    expect(lies('old 1')).toBe(true);
    await holdMonth(parts(), OLD, 'released', 'settled');
  });

  it('removes what is past its time and of no other month; hashes and the list of them stay', async () => {
    const seen = await prune(parts(), { month: null, dryRun: true, signal });
    expect(seen).toMatchObject([{ month: OLD, documents: 1, listSha256: null }]);
    expect(lies('old 1')).toBe(true);

    now += 1000;
    const [done] = await prune(parts(), { month: null, dryRun: false, signal });
    expect(done).toMatchObject({ month: OLD, documents: 1 });
    expect([lies('old 1'), lies('old 2'), lies('young 2')]).toEqual([false, true, true]);
    const list = await workspace.evidence.get(done?.listSha256 as Sha256);
    expect(Buffer.from(list ?? []).toString()).toBe(`${documents['old 1']}  page\n`);
    const row = await workspace.database.row('SELECT body_sha256 FROM page WHERE run_id = ? AND page = 1', [
      'old',
    ]);
    expect(row?.text('body_sha256')).toBe(documents['old 1']);
    expect((await retention(workspace.database, now)).months[0]).toMatchObject({ pruned: 1 });
    const { fault, events } = await verifyAudit(workspace.database.stream(AUDIT_ROWS));
    expect(fault).toBeNull();
    expect(events).toBe(5);
  });
});
