/** A month with breaks, worked by several people. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../../../electron/app.ts';
import { systemClock } from '../../../electron/clock.ts';
import type { CloseParts } from '../../../electron/close/parts.ts';
import { Redactor } from '../../../electron/credentials/secret.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { monthOf, temporaryFolder, unwatched } from '../workspace/temporary.ts';

export const MARCH = monthOf('2024-03');
export const APRIL = monthOf('2024-04');

/** The services as another person has them. */
export function as(app: App, actor: string, login = 'desk'): CloseParts {
  return { workspace: app.workspace, clock: systemClock, actor, login, redactor: new Redactor() };
}

/** Settlements S-1, S-2, ... of so much each. */
export async function syncAmounts(
  app: App,
  amounts: readonly string[],
  change: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  await syncRecords(
    app,
    MARCH,
    amounts.map((amount, at) =>
      recordJson({
        ...{ settlement_id: `"S-${at + 1}"`, trade_id: `"T-${at + 1}"`, amount, volume: '1', price: amount },
        ...{ direction: amount.startsWith('-') ? '"BUY"' : '"SELL"', due_date: undefined },
        ...change,
      }),
    ),
  );
}

/** What the ledger has of S-1, S-2, ...; null: nothing. */
export async function importAmounts(app: App, amounts: readonly (string | null)[]): Promise<void> {
  const rows = amounts.flatMap((amount, at) => (amount === null ? [] : [`S-${at + 1},${amount},USD`]));
  const path = join(temporaryFolder(), 'ledger.csv');
  writeFileSync(path, ['settlement_id,amount,currency', ...rows, ''].join('\n'));
  await app.importLedger({ path, month: MARCH, ...unwatched });
}

export async function reconcileMarch(app: App): Promise<void> {
  await app.reconcile({ month: MARCH, source: null, ...unwatched });
}

/** Imports and reconciles. */
export async function ledgerSays(app: App, amounts: readonly (string | null)[]): Promise<void> {
  await importAmounts(app, amounts);
  await reconcileMarch(app);
}

/** Types and counts of the newest audit event. */
export async function lastAudit(app: App): Promise<readonly [string, unknown]> {
  const row = await app.workspace.database.row(
    'SELECT type, payload FROM audit_event ORDER BY seq DESC LIMIT 1',
  );
  return [row?.text('type') ?? '', row?.json('payload')];
}
