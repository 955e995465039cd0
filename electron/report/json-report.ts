/** The report as one JSON document: head, breaks, every compared item, pages with their hashes, dead letters. */
import type { ReportData } from './report-data.ts';

async function* list(name: string, entries: AsyncIterable<string>): AsyncGenerator<string> {
  yield `,\n"${name}": [`;
  let first = true;
  for await (const entry of entries) {
    yield `${first ? '\n' : ',\n'}${entry}`;
    first = false;
  }
  yield first ? ']' : '\n]';
}

async function* texts(entries: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const entry of entries) yield JSON.stringify(entry);
}

/** Decimals are strings, times UTC; the same month gives the same bytes. */
export async function* jsonReport(data: ReportData): AsyncGenerator<string> {
  const head = JSON.stringify({ format: 'tieout-report-1', ...data.head }, null, 1);
  yield head.slice(0, head.lastIndexOf('}')).trimEnd();
  yield* list('break_list', data.breaks());
  yield* list('items', data.itemTexts());
  yield* list('pages', texts(data.pages()));
  yield* list('dead_letters', texts(data.deadLetters()));
  yield '\n}\n';
}
