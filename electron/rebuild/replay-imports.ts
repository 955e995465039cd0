/** Ledger extracts and curves once more, from their files in the evidence. */
import { parseMonth } from '../../shared/month.ts';
import { readCurveFile } from '../curves/curve-file.ts';
import { storePoints } from '../curves/import-curves.ts';
import { keepStaged, type Sealed, stageSnapshots } from '../curves/snapshots.ts';
import { typedExtract } from '../ledger/typed-extract.ts';
import { ledgerColumns } from '../workspace/ledger-columns.ts';
import { document, type ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

const nothing = (): void => {};

export async function replayLedgerImport(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const { signal, findings } = parts;
  const file = event.text('file');
  const importId = event.text('import_id');
  const digest = event.sha256('file_sha256');
  const bytes = await document(parts, digest);
  const { columns, rows, totals } = await typedExtract(bytes, file, importId, {
    signal,
    onProgress: nothing,
  });
  findings.expect('extract', `${file} rows`, event.int('rows'), rows.length);
  const said = Object.entries(totals).map(([currency, total]) => `${currency} ${total}`);
  findings.expect('extract', `${file} totals`, event.texts('totals').join(', '), said.join(', '));
  await parts.database.transaction(async (tx) => {
    await tx.run('INSERT INTO ledger_import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      ...[importId, event.seq, event.text('month'), file, digest, bytes.length, rows.length],
      ...[event.at, event.actor, JSON.stringify(columns), JSON.stringify(totals)],
    ]);
    const stored = ledgerColumns(rows);
    await tx.append('ledger_row', stored.types, stored.columns);
  });
}

function expectSealed(parts: ReplayParts, event: ToldEvent, what: string, sealed: Sealed): void {
  parts.findings.expect(
    'curve',
    `snapshots of ${what}`,
    event.text('snapshots_sha256'),
    sealed.snapshots_sha256,
  );
}

export async function replayCurveImport(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const { signal, findings } = parts;
  const file = event.text('file');
  const importId = event.text('import_id');
  const digest = event.sha256('file_sha256');
  const month = parseMonth(event.text('month'));
  if (month === null) throw new NotEnough('its month is unknown');
  const bytes = await document(parts, digest);
  const rows = await readCurveFile(bytes, file, month, { signal, onProgress: nothing });
  findings.expect('curve', `${file} points`, event.int('points'), rows.length);
  await parts.database.transaction(async (tx) => {
    await storePoints(tx, importId, rows);
    expectSealed(parts, event, file, await stageSnapshots(tx, importId));
    await tx.run('INSERT INTO curve_import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      ...[importId, event.seq, month, file, digest, bytes.length, rows.length],
      ...[event.at, event.actor],
    ]);
    await keepStaged(tx, event.seq);
  });
}

export async function replaySeal(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const runId = event.text('run_id');
  await parts.database.transaction(async (tx) => {
    expectSealed(parts, event, `run ${runId}`, await stageSnapshots(tx, runId));
    await keepStaged(tx, event.seq);
  });
}
