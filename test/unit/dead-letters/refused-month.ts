/** A month of which some records are refused, and what a vendor's profile would put right. */

import type { App } from '../../../electron/app.ts';
import { systemClock } from '../../../electron/clock.ts';
import { Redactor } from '../../../electron/credentials/secret.ts';
import { letterCounts } from '../../../electron/dead-letters/letter-counts.ts';
import type { LetterFilter } from '../../../electron/dead-letters/letter-filter.ts';
import { retryLetters } from '../../../electron/dead-letters/retry.ts';
import { type RetypeWith, retypeWith } from '../../../electron/dead-letters/retype.ts';
import { PageWorkers } from '../../../electron/ingest/page-workers.ts';
import { verify } from '../../../electron/verify/verify.ts';
import type { DoneEvent } from '../../../shared/events.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { monthOf, unwatched } from '../workspace/temporary.ts';

export const MARCH = monthOf('2024-03');

/** Record number `n`, with changes. */
export function record(n: number, change: Readonly<Record<string, string | undefined>> = {}): string {
  return recordJson({ settlement_id: `"S-${n}"`, ...change });
}

/** Its unit is one that the vendor writes in his own way. */
export function foreignUnit(n: number): string {
  return record(n, { volume_uom: '"MWHR"' });
}

/** Types as the app does, for a vendor whose profile says what `MWHR` is. */
const knowingUnits: RetypeWith = async (reader, profile) => {
  const retype = await retypeWith(reader, profile);
  return (raw) => retype(raw.map((text) => text.replace('"MWHR"', '"MWH"')));
};

/** Everything of some runs. */
export function lettersOf(...runIds: readonly string[]): LetterFilter {
  return { runIds, state: null, code: null, field: null, search: '', places: null };
}

/** Ends with the process: its threads keep nothing alive. */
const workers = new PageWorkers(1);

function partsOf({ workspace }: App) {
  return {
    workspace,
    clock: systemClock,
    actor: 'analyst',
    retypeWith: knowingUnits,
    workers,
    redactor: new Redactor(),
  };
}

/** Retries with units that are known. */
export function retryKnowing(app: App, filter: LetterFilter, signal: AbortSignal = unwatched.signal) {
  return retryLetters(partsOf(app), { filter, signal, onProgress: () => {} });
}

/** The differences that a verification finds, by subject and name. */
export async function verifiedKnowing(app: App): Promise<readonly string[]> {
  const { differences } = await verify(partsOf(app), { month: null, ...unwatched });
  return differences.map(({ subject, name }) => `${subject} ${name}`);
}

/** Six records on three pages: 2 and 5 in a foreign unit, 3 without a price and in a foreign unit. */
export async function refusedMonth(app: App): Promise<DoneEvent> {
  const records = [
    record(1),
    foreignUnit(2),
    record(3, { volume_uom: '"MWHR"', price: 'null' }),
    record(4),
    foreignUnit(5),
    record(6),
  ];
  return syncRecords(app, MARCH, records, 2);
}

/** Received, committed, open, retried, discarded. */
export async function countsOf(app: App, runId: string): Promise<readonly number[]> {
  const { received, committed, open, retried, discarded } = await letterCounts(app.workspace.database, runId);
  return [received, committed, open, retried, discarded];
}
