/** How a file is read, in words. */
import type { ExtractReading, TotalsCheck } from '../../shared/extracts.ts';
import { count, counted } from '../ui/quantity.ts';

const DELIMITERS: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
};

export function readingFacts(reading: ExtractReading): readonly (readonly [name: string, value: string])[] {
  const { format, encoding, encoding_found: found, delimiter, sheet, header_line: header, numbers } = reading;
  const facts: (readonly [string, string])[] = [
    ['Format', format === 'parquet' ? 'Parquet' : format.toUpperCase()],
  ];
  if (encoding !== null) facts.push(['Encoding', found ? `${encoding}, as its bytes look` : encoding]);
  if (delimiter !== null) facts.push(['Between cells', DELIMITERS[delimiter] ?? delimiter]);
  if (sheet !== null) facts.push(['Sheet', sheet]);
  if (format !== 'parquet') facts.push(['Header', header === null ? 'none' : `line ${header}`]);
  const groups = {
    '': '',
    '.': ' and points',
    ',': ' and commas',
    ' ': ' and gaps',
    "'": ' and apostrophes',
  }[numbers.thousands];
  const decimals = numbers.decimal === '.' ? 'decimal point' : 'decimal comma';
  facts.push(['Numbers', groups === '' ? decimals : `${decimals}${groups} between thousands`]);
  return facts;
}

/** Lines that are named one by one. */
const NAMED = 6;

/** Rows of totals that agree: how many, and where. */
export function agreedTotals(checks: readonly TotalsCheck[]): string {
  const wrong = new Set(checks.filter(({ agrees }) => !agrees).map(({ line }) => line));
  const lines = [...new Set(checks.map(({ line }) => line))].filter((line) => !wrong.has(line));
  const named = lines.slice(0, NAMED).map(String).join(', ');
  const more = lines.length > NAMED ? ` and ${count(lines.length - NAMED)} more` : '';
  const agree = lines.length === 1 ? 'agrees' : 'agree';
  return `${counted(lines.length, 'row')} of totals (line ${named}${more}) ${agree} with the rows above; none is imported`;
}
