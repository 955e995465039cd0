/** Ledger extracts and curves once more, from their files in the evidence. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExtractReading } from '../../shared/extracts.ts';
import { parseMonth } from '../../shared/month.ts';
import { readCurveFile } from '../curves/curve-file.ts';
import { storePoints } from '../curves/import-curves.ts';
import { keepStaged, type Sealed, stageSnapshots } from '../curves/snapshots.ts';
import { expectColumns } from '../ledger/extract-source.ts';
import { changesOf } from '../ledger/import-changes.ts';
import { INSERT_READING, readingRow, storing, totalTexts } from '../ledger/import-ledger.ts';
import { DEFAULT_MAPPING, type ExtractMapping, parseMapping } from '../ledger/mapping.ts';
import { storedReading } from '../ledger/stored-reading.ts';
import { openInput } from '../ledger/typed-extract.ts';
import { document, documentText, type ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

const nothing = (): void => {};

/** The mapping and the reading of an import; one of before there were mappings was read by header names. */
async function howRead(
  parts: ReplayParts,
  event: ToldEvent,
): Promise<{ readonly mapping: ExtractMapping; readonly told: ExtractReading | null }> {
  if (!event.has('reading')) return { mapping: DEFAULT_MAPPING, told: null };
  const told = storedReading(event.text('reading'));
  if (told === null) throw new NotEnough('it does not tell how the file was read');
  if (event.textOrNull('mapping_sha256') === null) return { mapping: DEFAULT_MAPPING, told };
  const digest = event.sha256('mapping_sha256');
  return { mapping: parseMapping(await documentText(parts, digest), `The mapping ${digest}`), told };
}

export async function replayMapping(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const digest = event.sha256('sha256');
  const text = await documentText(parts, digest);
  const { name, revision } = parseMapping(text, `The mapping ${digest}`).named;
  parts.findings.expect('audit', `event ${event.seq} name`, event.text('name'), name);
  parts.findings.expect('audit', `event ${event.seq} revision`, event.int('revision'), revision);
  const values = [digest, event.seq, name, revision, text, event.at, event.actor];
  await parts.database.transaction((tx) =>
    tx.run('INSERT INTO mapping VALUES (?, ?, ?, ?, ?, ?, ?)', values),
  );
}

export async function replayLedgerImport(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const { signal, findings, database } = parts;
  const file = event.text('file');
  const importId = event.text('import_id');
  const month = event.text('month');
  const digest = event.sha256('file_sha256');
  const bytes = await document(parts, digest);
  const { mapping, told } = await howRead(parts, event);
  const staging = await mkdtemp(join(tmpdir(), 'tieout-rebuild-'));
  const unrecorded = told === null;
  const open = await openInput({ bytes, file, mapping, told, unrecorded, database, staging });
  try {
    expectColumns(open);
    const reading = { signal, onProgress: nothing };
    await storing(
      { database, as: 'transaction', open, mapping, importId, staging },
      reading,
      async (tx, { typing, checks }) => {
        if (typing.faults.count > 0) throw typing.faults.error(file);
        const { totals } = typing.sums;
        findings.expect('extract', `${file} rows`, event.int('rows'), totals.rows);
        findings.expect(
          'extract',
          `${file} totals`,
          event.texts('totals').join(', '),
          totalTexts(totals.amounts).join(', '),
        );
        const before = await tx.row(
          'SELECT import_id FROM ledger_import_current WHERE month = ? AND file_name = ?',
          [month, file],
        );
        const changes = before === null ? null : await changesOf(tx, before.text('import_id'), importId);
        await tx.run('INSERT INTO ledger_import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
          ...[importId, event.seq, month, file, digest, bytes.length, totals.rows],
          ...[event.at, event.actor, JSON.stringify(open.plan.columns), JSON.stringify(totals.amounts)],
        ]);
        if (!event.has('reading')) return;
        findings.expect(
          'extract',
          `${file} volumes`,
          event.texts('volumes').join(', '),
          totalTexts(totals.volumes).join(', '),
        );
        const count = (changed: number | null | undefined): string => String(changed ?? 'nothing to compare');
        findings.expect(
          'extract',
          `${file} changed`,
          count(event.intOrNull('changed')),
          count(changes?.changed),
        );
        await tx.run(
          INSERT_READING,
          readingRow(importId, event.seq, open, mapping, { totals, checks, changes }),
        );
      },
    );
  } finally {
    await open.close();
    await rm(staging, { recursive: true, force: true });
  }
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
