/** The chosen connection and month as they are kept between sessions: one a line. */
import { type Month, parseMonth } from '../../shared/month.ts';

export interface Selection {
  readonly connection: string | null;
  readonly month: Month | null;
}

const NOTHING_SELECTED: Selection = { connection: null, month: null };

/** What was stored, as far as it can be read. */
export function readSelection(stored: string | null): Selection {
  if (stored === null) return NOTHING_SELECTED;
  const [connection = '', month = ''] = stored.split('\n');
  return { connection: connection || null, month: parseMonth(month) };
}

export function writeSelection({ connection, month }: Selection): string {
  return `${connection ?? ''}\n${month ?? ''}`;
}
