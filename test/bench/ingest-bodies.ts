/** A run whose pages are at hand: all of a sync but the vendor client. */
import { randomUUID } from 'node:crypto';
import type { Redactor } from '../../electron/credentials/secret.ts';
import { SEED_NAMES } from '../../electron/etrm/canonical/page.ts';
import { countFindings } from '../../electron/findings/list.ts';
import { prepareFindings } from '../../electron/findings/record-findings.ts';
import { PageWorkers } from '../../electron/ingest/page-workers.ts';
import { createLog } from '../../electron/log/log.ts';
import { seedProfile } from '../../electron/profile/seed-profile.ts';
import type { FetchedPage } from '../../electron/sync/fetched-pages.ts';
import { Ingestion } from '../../electron/sync/ingestion.ts';
import { RunJournal } from '../../electron/sync/run-journal.ts';
import { RunStore } from '../../electron/sync/run-store.ts';
import type { Workspace } from '../../electron/workspace/workspace.ts';
import { type Month, monthDays } from '../../shared/month.ts';

/** Pages under way at once. */
const AHEAD = 4;

export interface BodiesRun {
  readonly source: string;
  readonly month: Month;
  readonly bodies: readonly Uint8Array[];
}

/** @returns what was found of the records. */
export async function ingest(
  workspace: Workspace,
  redactor: Redactor,
  { source, month, bodies }: BodiesRun,
): Promise<{ readonly rejected: number; readonly findings: number }> {
  const store = new RunStore(workspace.database, 'bench');
  const profile = seedProfile();
  const at = new Date().toISOString();
  const days = monthDays(month);
  const run = await store.begin({
    runId: randomUUID(),
    source,
    month,
    resource: 'settlements',
    connection: null,
    baseUrl: source,
    startDate: days.start,
    endDate: days.end,
    pageSize: 1000,
    correlationId: randomUUID(),
    at,
    actor: 'bench',
    appVersion: 'bench',
    profile: profile.sha256,
  });
  const workers = new PageWorkers();
  const reading = workers.open({
    resource: 'settlements',
    mapping: profile.mapping('settlements'),
    names: SEED_NAMES,
    exact: false,
  });
  const fetched = async (page: number): Promise<FetchedPage> => {
    const body = bodies[page - 1];
    if (!body) throw new Error(`no page ${page}`);
    const begun = performance.now();
    // A copy: the reader takes the bytes away.
    const read = await reading.read(page, body.slice(), 'application/json');
    if (read.kind !== 'records') throw new Error(`page ${page} is ${read.kind}`);
    return {
      page,
      read,
      next: page < bodies.length ? null : undefined,
      contentType: 'application/json',
      requestId: randomUUID(),
      attempts: 1,
      elapsedMs: Math.round(performance.now() - begun),
      receivedAt: at,
    };
  };
  async function* pages(): AsyncGenerator<FetchedPage> {
    const ahead: Promise<FetchedPage>[] = [];
    for (let page = 1; page <= bodies.length; page += 1) {
      ahead.push(fetched(page));
      const first = ahead.length > AHEAD ? ahead.shift() : undefined;
      if (first) yield await first;
    }
    for (const rest of ahead) yield await rest;
  }
  let rejected = 0;
  const findings = await workspace.database.transaction((tx) =>
    prepareFindings(tx, { runId: run.runId, source, month, at, actor: 'bench' }),
  );
  const ingestion = new Ingestion(
    { workspace, redactor, log: createLog([], redactor), store },
    {
      run,
      resource: 'settlements',
      journal: new RunJournal(),
      signal: new AbortController().signal,
      emit: (event) => {
        if (event.type === 'page') rejected += event.rejected;
      },
      warn: () => {},
      findings,
    },
  );
  await ingestion.pages(pages());
  await workers.close();
  return { rejected, findings: (await countFindings(workspace.database, run.runId)).total };
}
