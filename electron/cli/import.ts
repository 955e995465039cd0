/** `tieout import`: a ledger extract or a file of curves, or what its import would do. */
import { resolve } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import type { ExtractFault, ExtractPreview, ExtractReading } from '../../shared/extracts.ts';
import type { App } from '../app.ts';
import type { ExtractMapping } from '../ledger/mapping.ts';
import { mappingByNameOrFile } from '../ledger/mapping-store.ts';
import { ExtractRefused, totalInWords } from '../ledger/typed-extract.ts';
import { many } from './count-words.ts';
import { importCurvesCommand } from './curves.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';
import { inWords, totalsInWords } from './wording.ts';

export interface ImportOptions extends CommonOptions {
  readonly as: string;
  readonly month: string;
  readonly mapping?: string;
  readonly preview?: boolean;
  readonly rows: string;
}

const nothing = (): void => {};

/** Rows that a preview shows. */
export const PREVIEW_ROWS = '10';
/** A preview lists no more faults in words. */
const WORDED_FAULTS = 100;

async function mappingOption(app: App, wanted: string | undefined): Promise<ExtractMapping | undefined> {
  if (wanted === undefined) return undefined;
  return await mappingByNameOrFile(app.workspace.database, wanted, resolve(wanted));
}

export async function importCommand(session: Session, file: string, options: ImportOptions): Promise<number> {
  if (options.as !== 'ledger' && options.as !== 'curves')
    throw new TieoutError('usage', `--as is "${options.as}"; ledger and curves are what can be imported.`);
  if (options.as === 'curves') {
    if (options.mapping !== undefined || options.preview === true)
      throw new TieoutError(
        'usage',
        '--mapping and --preview are of ledger extracts; leave them out for curves.',
      );
    return importCurvesCommand(session, file, options);
  }
  const month = monthOption(options.month);
  const app = await session.app();
  const mapping = await mappingOption(app, options.mapping);
  const given = mapping === undefined ? {} : { mapping };
  const asked = { path: resolve(file), signal: session.signal, onProgress: nothing, ...given };
  if (options.preview === true) {
    const first = numberOption(options.rows, '--rows', 1, 1000);
    return printPreview(
      session,
      await app.previewExtract({ ...asked, first, faults: Number.MAX_SAFE_INTEGER }),
    );
  }
  try {
    const event = await app.importLedger({ ...asked, month });
    session.out.event(event, inWords(event));
    for (const check of event.checks) {
      if (check.agrees) continue;
      const message = `${totalInWords(event.file, check)}; the row was not imported.`;
      session.out.event(
        { type: 'warning', at: event.at, code: 'ledger-totals', message },
        `warning: ${message}`,
      );
    }
    return 0;
  } catch (error) {
    if (error instanceof ExtractRefused && session.out.options.json) printFaults(session, error.faults);
    throw error;
  }
}

function printFaults(session: Session, faults: readonly ExtractFault[]): void {
  for (const fault of faults) session.out.event({ type: 'import-fault', ...fault });
}

/** `CSV, windows-1252 (found), ";" between cells, header on line 5, "," before decimals and "." between thousands`. */
function readingInWords(reading: ExtractReading): string {
  const { format, encoding, encoding_found: found, delimiter, sheet, header_line: header, numbers } = reading;
  const parts = [format.toUpperCase()];
  if (encoding !== null) parts.push(`${encoding}${found ? ' (found; say it in a mapping to be sure)' : ''}`);
  if (delimiter !== null) parts.push(`${delimiter === '\t' ? 'tabs' : `"${delimiter}"`} between cells`);
  if (sheet !== null) parts.push(`sheet "${sheet}"`);
  if (format !== 'parquet') parts.push(header === null ? 'no header' : `header on line ${header}`);
  const groups = numbers.thousands === '' ? '' : ` and "${numbers.thousands}" between thousands`;
  parts.push(`"${numbers.decimal}" before decimals${groups}`);
  return parts.join(', ');
}

function previewInWords({
  file,
  reading,
  mapping,
  columns,
  first,
  totals,
  checks,
  fault_count: faults,
  problems,
}: ExtractPreview): string {
  const lines = [`${file}: ${readingInWords(reading)}`];
  lines.push(
    mapping === null ? 'mapping: by header names' : `mapping: ${mapping.name}, revision ${mapping.revision}`,
  );
  for (const { column, header, field } of columns)
    lines.push(`  column ${column} ${JSON.stringify(header)} -> ${field ?? 'not taken'}`);
  for (const { line, values, faults: wrong } of first) {
    const said = Object.entries(values).flatMap(([field, value]) =>
      value === null ? [] : [`${field} ${value}`],
    );
    lines.push(
      `line ${line}: ${said.join(', ')}${wrong.length === 0 ? '' : ` [${wrong.map(({ message }) => message).join(', ')}]`}`,
    );
  }
  if (problems.length > 0) return [...lines, `not a ledger extract: ${problems.join('; ')}`].join('\n');
  lines.push(
    `${many(totals.rows, 'row')}, ${totalsInWords(totals.amounts)}${Object.keys(totals.volumes).length === 0 ? '' : `; volume ${totalsInWords(totals.volumes)}`}`,
  );
  for (const check of checks)
    lines.push(
      check.agrees
        ? `total on line ${check.line}: ${check.field} ${check.said} agrees`
        : `warning: ${totalInWords(file, check)}`,
    );
  if (faults > 0) lines.push(`${many(faults, 'fault')}:`);
  return lines.join('\n');
}

/** Everything that an import would say, and nothing kept. @throws TieoutError where the file would be refused. */
function printPreview(session: Session, preview: ExtractPreview): number {
  const { file, faults, first, problems, fault_count: count, ...rest } = preview;
  if (session.out.options.json) {
    session.out.event({ type: 'import-preview', file, ...rest, fault_count: count, problems });
    for (const row of first) session.out.event({ type: 'preview-row', ...row });
    printFaults(session, faults);
  } else {
    session.out.result(previewInWords(preview));
    for (const { line, column, message } of faults.slice(0, WORDED_FAULTS))
      session.out.result(`  line ${line}${column === null ? '' : `, column ${column}`}: ${message}`);
    if (faults.length > WORDED_FAULTS)
      session.out.result(`  and ${faults.length - WORDED_FAULTS} more; --json lists all`);
  }
  if (problems.length > 0) {
    throw new TieoutError(
      'ledger-columns',
      `The columns of ${file} do not make a ledger extract: ${problems.join('; ')}.`,
      { file, problems },
    );
  }
  if (count > 0)
    throw new TieoutError('ledger-rows', `${file} has ${many(count, 'fault')} and would not be imported.`, {
      file,
      count,
    });
  return 0;
}
