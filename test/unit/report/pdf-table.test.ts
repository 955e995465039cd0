import { describe, expect, it } from 'vitest';
import { whatDiffers } from '../../../electron/report/pdf/break-table.ts';
import { pdfFonts } from '../../../electron/report/pdf/fonts.ts';
import { PdfPages } from '../../../electron/report/pdf/pdf-pages.ts';
import { PdfTable } from '../../../electron/report/pdf/pdf-table.ts';
import { grouped } from '../../../shared/decimal.ts';
import type { PageMark } from '../../../shared/report.ts';

const FACTS = { title: 't', author: 'a', createdAt: '2024-04-01T00:00:00Z' };

type TextMark = Extract<PageMark, { readonly kind: 'text' }>;

function textsOf(pages: PdfPages): readonly TextMark[] {
  return pages.drawn.flatMap(({ marks }) => marks.filter((mark) => mark.kind === 'text'));
}

describe('numbers of a PDF', () => {
  it('are drawn with every digit, however long they are and however little room there is', async () => {
    const pages = new PdfPages(await pdfFonts(), FACTS);
    pages.addPage();
    const numbers = Array.from({ length: 120 }, (_, at) => `-${'1234567890'.repeat(12).slice(0, at + 1)}`);
    for (const [at, number] of numbers.entries())
      pages.text(40, 40, number, { size: 7.5, width: 60 + at / 7, align: 'right', shrink: true });
    expect(textsOf(pages).map(({ text }) => text)).toEqual(numbers);
  });

  it('take the second line of their row where one would be too small to read', async () => {
    const pages = new PdfPages(await pdfFonts(), FACTS);
    pages.addPage();
    const table = new PdfTable(pages, 'Breaks', [
      { title: 'Category', below: 'Break', share: 8 },
      { title: 'Ledger', share: 1, numeric: true },
    ]);
    const long = grouped('12345678901234567890123456.123456789012');
    table.row(['AMOUNT', long], ['B-1']);
    table.row(['AMOUNT', '1,556.17'], ['B-2']);
    const marks = textsOf(pages).filter(({ text }) => /^[\d,.]+$/.test(text));
    const [upper, lower, short] = marks;
    expect(marks).toHaveLength(3);
    expect(`${upper?.text}${lower?.text}`).toBe(long);
    expect(upper?.text.endsWith(',')).toBe(true);
    expect(Math.min(upper?.size ?? 0, lower?.size ?? 0)).toBeGreaterThan(4.5);
    expect(short).toMatchObject({ text: '1,556.17', size: 7.5 });
    const ends = marks.map(({ x, width }) => x + width);
    for (const end of ends) expect(end).toBeCloseTo(ends[0] ?? 0, 6);
  });

  it('go before what stands below them, which is on their side and is no shortened number either', async () => {
    const pages = new PdfPages(await pdfFonts(), FACTS);
    pages.addPage();
    const table = new PdfTable(pages, 'Breaks', [
      { title: 'Category', below: 'Break', share: 8 },
      { title: 'Ledger', below: 'What differs', share: 1, numeric: true },
    ]);
    const long = grouped('12345678901234567890123456.123456789012');
    table.row(['PRICE', '7'], ['B-1', long]);
    table.row(['CURRENCY', '8'], ['B-2', 'CAD']);
    table.row(['AMOUNT', long], ['B-3', 'nothing']);
    const marks = textsOf(pages);
    const at = (text: string): number => {
      const mark = marks.find((each) => each.text === text);
      return (mark?.x ?? Number.NaN) + (mark?.width ?? Number.NaN);
    };
    for (const text of ['7', long, 'CAD', 'What differs']) expect(at(text)).toBeCloseTo(at('8'), 6);
    expect(marks.some(({ text }) => text === 'nothing')).toBe(false);
  });
});

describe('what differs in a break', () => {
  const differences = [
    { field: 'amount', etrm: '1', ledger: '2' },
    { field: 'price', etrm: '1234.5', ledger: null },
    { field: 'delivery_end', etrm: '2024-03-16T18:00:00Z', ledger: '2024-03-16T19:00:00Z' },
    { field: 'currency', etrm: 'USD', ledger: 'CAD' },
  ];

  it('is what gives it its category, and nothing where its amounts say it', () => {
    const shown = (category: string) => whatDiffers({ category, differences });
    expect(shown('CURRENCY')).toEqual(['USD', 'CAD']);
    expect(shown('PRICE')).toEqual(['1,234.5', null]);
    expect(shown('DELIVERY_WINDOW')).toEqual(['2024-03-16 18:00', '2024-03-16 19:00']);
    expect(shown('AMOUNT')).toEqual([null, null]);
    expect(whatDiffers({ category: 'CURRENCY', differences: [] })).toEqual([null, null]);
  });
});
