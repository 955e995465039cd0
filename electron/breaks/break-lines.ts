/** Events of breaks as lines of text: what is hashed, kept among the evidence, and read again by a rebuild. */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { z } from 'zod';
import { BREAK_EVENT_KINDS, type BreakEventKind } from '../../shared/breaks.ts';
import type { Transaction } from '../workspace/transaction.ts';

export interface BreakLine {
  readonly breakId: string;
  /** Tells acts of one event on one break apart, from 0. */
  readonly ordinal: number;
  readonly month: string;
  readonly act: BreakEventKind;
  readonly reconId: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly assignee: string | null;
  readonly fileName: string | null;
  readonly fileSha256: string | null;
  readonly category: string | null;
  readonly difference: string | null;
  readonly currency: string | null;
}

/** A line is the list of these, as JSON. */
const MEMBERS = [
  'breakId',
  'ordinal',
  'month',
  'act',
  'reconId',
  'reason',
  'note',
  'assignee',
  'fileName',
  'fileSha256',
  'category',
  'difference',
  'currency',
] as const satisfies readonly (keyof BreakLine)[];

const text = z.string().nullable();
const kind = z.enum(BREAK_EVENT_KINDS);
const stored = z.tuple([
  z.string(),
  z.int(),
  z.string(),
  kind,
  z.string(),
  ...([text, text, text, text, text, text, text, text] as const),
]);

/** One event a line, by break and ordinal. */
export function linesText(lines: readonly BreakLine[]): string {
  const sorted = [...lines].sort((a, b) =>
    a.breakId < b.breakId ? -1 : a.breakId > b.breakId ? 1 : a.ordinal - b.ordinal,
  );
  return sorted.map((line) => `${JSON.stringify(MEMBERS.map((member) => line[member]))}\n`).join('');
}

/** @throws where a line is none of ours. */
export function linesOf(lines: string): readonly BreakLine[] {
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [breakId, ordinal, month, act, reconId, ...rest] = stored.parse(JSON.parse(line));
      const [reason, note, assignee, fileName, fileSha256, category, difference, currency] = rest;
      return {
        ...{ breakId, ordinal, month, act, reconId, reason, note, assignee },
        ...{ fileName, fileSha256, category, difference, currency },
      };
    });
}

/** @throws where it is none of ours. */
export function kindOf(act: string): BreakEventKind {
  return kind.parse(act);
}

export interface RecordedBy {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
}

/** Who waits for what is written. */
export interface LineWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** Lines that are written at once; between two lots a Cancel is heard. */
const LOT = 5000;

/** @throws the signal's reason. */
export async function storeLines(
  tx: Transaction,
  by: RecordedBy,
  lines: readonly BreakLine[],
  watch?: LineWatch,
): Promise<void> {
  for (let from = 0; from < lines.length; from += LOT) {
    watch?.onProgress('Recording what was decided', from, lines.length);
    watch?.signal.throwIfAborted();
    await storeLot(tx, by, lines.slice(from, from + LOT));
    await new Promise(setImmediate);
  }
  watch?.signal.throwIfAborted();
}

async function storeLot(tx: Transaction, by: RecordedBy, lines: readonly BreakLine[]): Promise<void> {
  await tx.append(
    'break_event',
    [BIGINT, BIGINT, ...Array.from({ length: 14 }, () => VARCHAR)],
    [
      lines.map(() => BigInt(by.seq)),
      lines.map(({ ordinal }) => BigInt(ordinal)),
      lines.map(({ breakId }) => breakId),
      lines.map(({ month }) => month),
      lines.map(({ act }) => act),
      lines.map(() => by.at),
      lines.map(() => by.actor),
      lines.map(({ reconId }) => reconId),
      lines.map(({ reason }) => reason),
      lines.map(({ note }) => note),
      lines.map(({ assignee }) => assignee),
      lines.map(({ fileName }) => fileName),
      lines.map(({ fileSha256 }) => fileSha256),
      lines.map(({ category }) => category),
      lines.map(({ difference }) => difference),
      lines.map(({ currency }) => currency),
    ],
  );
}
