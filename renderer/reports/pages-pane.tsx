import { useMutation, useQuery } from '@tanstack/react-query';
import { Printer } from 'lucide-react';
import type { PageMark, ReportPage } from '../../shared/report.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { AskedLine } from '../ui/progress-line.tsx';
import { counted } from '../ui/quantity.ts';
import { pagesQuery, printPages } from './queries.ts';
import './pages.css';

/** The pages that the PDF will have, drawn from what draws the PDF; what is printed are these pages. */
export function PagesPane({ month }: { readonly month: string }) {
  const pages = useQuery(pagesQuery(month));
  const print = useMutation(printPages);
  const { data, error } = pages;
  return (
    <section className="report-preview" aria-label="Pages of the PDF">
      <header className="pane-head">
        <h2>Pages</h2>
        {data && <span className="row-count">{counted(data.length, 'page')}</span>}
        <span className="spacer" />
        <AskedLine label="report-pages" what="Drawing the pages" />
        <ActionButton
          label="Print"
          hint="Print these pages in the system's dialog"
          icon={Printer}
          isDisabled={data === undefined}
          isPending={print.isPending}
          onPress={() => print.mutate()}
        />
      </header>
      {error && <ErrorNotice error={error} onRetry={() => void pages.refetch()} />}
      {print.error && <ErrorNotice error={print.error} onDismiss={() => print.reset()} />}
      {data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section className="report-pages" aria-label="Pages" tabIndex={0}>
          {data.map((page, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a page is its place
            <Page key={at} page={page} number={at + 1} />
          ))}
        </section>
      )}
    </section>
  );
}

function Page({ page, number }: { readonly page: ReportPage; readonly number: number }) {
  const { width, height, marks } = page;
  return (
    <div className="report-page" data-wide={width > height || undefined}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Page ${number}: ${pageText(page)}`}>
        {marks.map((mark, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a mark is its place
          <Mark key={at} mark={mark} />
        ))}
      </svg>
    </div>
  );
}

/** Its first words: a picture of a page is read out by them. */
function pageText({ marks }: ReportPage): string {
  return marks
    .flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []))
    .slice(0, 6)
    .join(', ');
}

function Mark({ mark }: { readonly mark: PageMark }) {
  switch (mark.kind) {
    case 'text':
      return (
        <text
          x={mark.x}
          y={mark.y}
          fontSize={mark.size}
          fontWeight={mark.bold ? 700 : 400}
          fill={mark.colour}
          // As wide as in the PDF, whatever the font of the screen does.
          textLength={mark.width}
          lengthAdjust="spacingAndGlyphs"
        >
          {mark.text}
        </text>
      );
    case 'line':
      return (
        <line
          x1={mark.x1}
          y1={mark.y1}
          x2={mark.x2}
          y2={mark.y2}
          stroke={mark.colour}
          strokeWidth={mark.width}
        />
      );
    case 'box':
      return <rect x={mark.x} y={mark.y} width={mark.width} height={mark.height} fill={mark.colour} />;
    case 'frame':
      return (
        <rect
          x={mark.x}
          y={mark.y}
          width={mark.width}
          height={mark.height}
          fill="none"
          stroke={mark.colour}
          strokeWidth={0.6}
        />
      );
  }
}
