/** Power sales for an EQR, asked for from the window. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportHandlers } from '../../../electron/handlers/report-handlers.ts';
import { Asks } from '../../../electron/jobs/asks.ts';
import { Jobs } from '../../../electron/jobs/jobs.ts';
import type { JobSnapshot } from '../../../shared/jobs.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder } from '../workspace/temporary.ts';

const MARCH = monthOf('2024-03');

it('writes the month where the analyst says, or the quarter whose months are there', async () => {
  const app = await temporaryApp();
  await syncRecords(app, MARCH, [
    recordJson({ direction: '"SELL"' }),
    recordJson({ settlement_id: '"S-2"' }),
  ]);
  const out = join(temporaryFolder(), 'sales.csv');
  const suggested: string[] = [];
  let answer: string | null = null;
  const jobs = new Jobs({ clock: app.compliance.clock, newId: () => `job-${suggested.length}`, onSnapshot });
  const ended = Promise.withResolvers<JobSnapshot>();
  let next = ended;
  function onSnapshot(snapshot: JobSnapshot): void {
    if (snapshot.state !== 'running') next.resolve(snapshot);
  }
  const handlers = reportHandlers({
    workbench: { app: async () => app },
    jobs,
    asks: new Asks(() => {}),
    dialogs: {
      saveReport: async (path) => {
        suggested.push(path);
        return answer;
      },
      reveal: () => {},
      open: async () => '',
      print: async () => '',
    },
    changed: () => {},
  });

  expect(await handlers['report.eqr']({ month: MARCH, span: 'month' })).toBeNull();
  expect(suggested).toEqual([join(app.workspace.reports, 'eqr-2024-03.csv')]);

  answer = out;
  await handlers['report.eqr']({ month: MARCH, span: 'month' });
  const month = await ended.promise;
  expect([month.state, month.error]).toEqual(['done', null]);
  expect(readFileSync(out, 'utf8').trim().split('\r\n')).toHaveLength(2);
  expect(existsSync(`${out}.absent.json`)).toBe(true);

  next = Promise.withResolvers<JobSnapshot>();
  await handlers['report.eqr']({ month: MARCH, span: 'quarter' });
  const quarter = await next.promise;
  expect(suggested.at(-1)).toBe(join(app.workspace.reports, 'eqr-2024-Q1.csv'));
  expect([quarter.state, quarter.error?.code, quarter.error?.message]).toEqual([
    'failed',
    'nothing-to-do',
    expect.stringContaining('2024-01'),
  ]);
});
