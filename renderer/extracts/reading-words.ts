/** How a file is read, in words. */
import type { ExtractReading } from '../../shared/extracts.ts';

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
