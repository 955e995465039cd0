import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../../electron/report/csv-report.ts';
import { csvLine } from '../../../shared/csv.ts';
import { SEED } from '../shared/decimals.ts';

const READ_CSV = `
import csv, io, json, sys
text = sys.stdin.buffer.read().decode('utf-8')
print(json.dumps(list(csv.reader(io.StringIO(text, newline=''), strict=True))))
`;

/** The cells as Python's csv module reads them. */
function pythonCells(text: string): unknown {
  const run = spawnSync('python3', ['-c', READ_CSV], { input: text, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

describe('a text that goes into a spreadsheet', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://evil.example","click")',
    '-2+3',
  ])('%j is no formula', (text) => {
    expect(safeText(text)).toBe(`'${text}`);
  });

  it.each(['ACME', 'S-1', '1.5', 'a=b', "'quoted", ' =1', '', '€', '{"a":1}'])(
    '%j is left as it is',
    (text) => {
      expect(safeText(text)).toBe(text);
    },
  );

  it('stays nothing where there is none', () => {
    expect(safeText(null)).toBeNull();
  });

  it('never begins as a formula does', () => {
    const text = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', 'a', '1', '"', ','),
      maxLength: 5,
    });
    fc.assert(
      fc.property(text, (sent) => {
        expect(safeText(sent)).not.toMatch(/^[=+\-@\t\r]/);
      }),
      { seed: SEED },
    );
  });
});

describe('a line of CSV', () => {
  it('keeps a negative number a number', () => {
    expect(csvLine(['-590.77155', -5, null, safeText('-590.77155')])).toBe("-590.77155,-5,,'-590.77155\r\n");
  });

  it('is read back by another reader, whatever is in its cells', () => {
    const cell = fc.string({
      unit: fc.constantFrom(
        'a',
        'ü',
        '電',
        '😀',
        ',',
        ';',
        '"',
        '\n',
        '\r\n',
        '\r',
        ' ',
        '\t',
        "'",
        '\u2028',
      ),
      maxLength: 6,
    });
    const lines = fc.sample(fc.array(cell, { minLength: 2, maxLength: 5 }), { seed: SEED, numRuns: 1000 });
    expect(pythonCells(lines.map((cells) => csvLine(cells)).join(''))).toEqual(lines);
  });
});
