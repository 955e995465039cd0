/** The report as one JSON document: head, breaks, every compared item, pages with their hashes, dead letters, findings. */
import { itemJson } from './item-json.ts';
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

async function* items(data: ReportData): AsyncGenerator<string> {
  for await (const cells of data.items(null)) yield itemJson(cells);
}

async function* breaks(data: ReportData): AsyncGenerator<string> {
  for await (const { detail, life } of data.breaks()) {
    yield `${detail.slice(0, detail.lastIndexOf('}'))},"life":${JSON.stringify(life)}}`;
  }
}

/** Decimals are strings, times UTC; the same month gives the same bytes. docs/report.schema.json has its form. */
export async function* jsonReport(data: ReportData): AsyncGenerator<string> {
  const head = JSON.stringify({ format: 'tieout-report-1', ...data.head }, null, 1);
  yield head.slice(0, head.lastIndexOf('}')).trimEnd();
  yield* list('break_list', breaks(data));
  yield* list('items', items(data));
  yield* list('pages', texts(data.pages()));
  yield* list('dead_letters', texts(data.deadLetters()));
  yield* list('finding_list', texts(data.findings()));
  yield '\n}\n';
}
