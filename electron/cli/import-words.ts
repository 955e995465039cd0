/** An import in words: what it came to, how it was read, what it changed. */
import { grouped } from '../../shared/decimal.ts';
import type { ImportEvent } from '../../shared/events.ts';
import { many } from './count-words.ts';

function sums(totals: ImportEvent['totals']): string {
  const parts = Object.entries(totals).map(
    ([name, total]) => `${grouped(total)} ${name === '-' ? 'without a unit' : name}`,
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** Totals that are told one by one. */
const TOLD = 10;

/** Only what an analyst would not expect of a file in the default form is said. */
export function importInWords(event: ImportEvent): string {
  const {
    file,
    rows,
    totals,
    volumes,
    format,
    encoding,
    encoding_found: found,
    mapping,
    checks,
    changes,
  } = event;
  const lines = [
    `${file} imported: ${many(rows, 'row')}, ${sums(totals)}${Object.keys(volumes).length === 0 ? '' : `; volume ${sums(volumes)}`}`,
  ];
  const how: string[] = [];
  if (mapping !== null) how.push(`mapping ${mapping.name} revision ${mapping.revision}`);
  if (format !== 'csv') how.push(format === 'xlsx' ? `sheet "${event.sheet}"` : 'Parquet');
  if (encoding !== null && encoding !== 'utf-8')
    how.push(`read as ${encoding}${found ? ', as its bytes look' : ''}`);
  if (event.header_line !== null && event.header_line > 1) how.push(`header on line ${event.header_line}`);
  if (event.numbers.decimal === ',') how.push('numbers with a decimal comma');
  if (how.length > 0) lines.push(how.join('; '));
  const agreed = checks
    .filter(({ agrees }) => agrees)
    .map(({ field, of, said }) => `${field}${of === null ? '' : ` ${of}`} ${grouped(said)}`);
  const more = agreed.length > TOLD ? `, and ${grouped(String(agreed.length - TOLD))} more` : '';
  if (agreed.length > 0) lines.push(`its own totals agree: ${agreed.slice(0, TOLD).join(', ')}${more}`);
  if (changes !== null) {
    const { added, removed, changed, unchanged } = changes;
    lines.push(
      `it replaces the extract of this name: ${[added, removed, changed, unchanged]
        .map((count) => grouped(String(count)))
        .map((count, at) => `${count} ${['added', 'removed', 'changed', 'unchanged'][at]}`)
        .join(', ')}`,
    );
  }
  return lines.join('\n');
}
