import { expect, it } from 'vitest';
import { waterfallChart } from '../../../electron/report/pdf/charts.ts';
import { pdfFonts } from '../../../electron/report/pdf/fonts.ts';
import { PdfPages } from '../../../electron/report/pdf/pdf-pages.ts';

type Steps = Parameters<typeof waterfallChart>[2];

/** Where the bars begin and how wide they are. */
async function barsOf(etrm: string, moved: string): Promise<readonly (readonly number[])[]> {
  const pages = new PdfPages(await pdfFonts(), {
    title: 't',
    author: 'a',
    createdAt: '2024-04-01T00:00:00Z',
  });
  pages.addPage();
  const steps: Steps = [
    { currency: 'USD', step: 'ETRM', label: 'ETRM total', amount: etrm, count: 1 },
    { currency: 'USD', step: 'PRICE', label: 'Price', amount: moved, count: 1 },
  ];
  waterfallChart(pages, 'USD', steps, { x: 40, y: 40, width: 500 });
  return pages.drawn.flatMap(({ marks }) =>
    marks.flatMap((mark) => (mark.kind === 'box' ? [[mark.x, mark.width]] : [])),
  );
}

it('draws the same bars of amounts that no double holds as of small ones', async () => {
  const zeros = '0'.repeat(396);
  const small = await barsOf('1000.5', '-200.25');
  expect(small).toHaveLength(3);
  const large = await barsOf(`1000${zeros}`, `-200${zeros}`);
  for (const [at, bar] of large.entries())
    for (const [side, value] of bar.entries()) expect(value).toBeCloseTo(small[at]?.[side] ?? Number.NaN, 0);
});
