import { readFile } from 'node:fs/promises';
import { Temporal } from 'temporal-polyfill';
import { TieoutError } from '../../shared/errors.ts';
import type { RecordSet } from './record-set.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** RFC 3339 only: `Temporal.Instant` would also take forms that no vendor should send. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

interface Line {
  readonly from: number;
  readonly to: number;
  readonly number: number;
}

function* linesOf(bytes: Uint8Array): Generator<Line> {
  let from = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  for (let number = 1; from < bytes.length; number += 1) {
    const newline = bytes.indexOf(NEWLINE, from);
    const end = newline < 0 ? bytes.length : newline;
    yield { from, to: end > from && bytes[end - 1] === RETURN ? end - 1 : end, number };
    from = end + 1;
  }
}

function startOf(record: unknown): { startMs: number; timezone: string } | null {
  if (typeof record !== 'object' || record === null) return null;
  if (!('delivery_start' in record) || !('timezone' in record)) return null;
  const { delivery_start: start, timezone } = record;
  if (typeof start !== 'string' || typeof timezone !== 'string' || !TIMESTAMP.test(start)) return null;
  try {
    return { startMs: Temporal.Instant.from(start).epochMilliseconds, timezone };
  } catch {
    return null; // an hour 25 or a 30 February: the record is served, and the client must refuse it
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads JSON Lines: one record a line, served with the very bytes of its line (without its line end). Empty
 * lines are skipped. A line whose `delivery_start` or `timezone` cannot be read is served in every month.
 * @throws TieoutError `file-not-found`, `file-unreadable`; `records-file-invalid` with the number of every line
 *   that is not UTF-8 JSON
 */
export async function readRecordsFile(path: string): Promise<RecordSet> {
  const bytes = await readWhole(path);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lines: Line[] = [];
  const starts: number[] = [];
  const zoneIds: number[] = [];
  const zones: string[] = ['UTC'];
  const idOfZone = new Map<string, number | null>([['UTC', 0]]);
  const bad: string[] = [];

  for (const line of linesOf(bytes)) {
    let text: string;
    let record: unknown;
    try {
      text = decoder.decode(bytes.subarray(line.from, line.to));
      if (text.trim() === '') continue;
      record = JSON.parse(text);
    } catch {
      bad.push(String(line.number));
      continue;
    }
    const start = startOf(record);
    let zone: number | null = null;
    if (start) {
      const known = idOfZone.get(start.timezone);
      if (known !== undefined) zone = known;
      else {
        zone = isZone(start.timezone) ? zones.push(start.timezone) - 1 : null;
        idOfZone.set(start.timezone, zone);
      }
    }
    lines.push(line);
    starts.push(start && zone !== null ? start.startMs : Number.NaN);
    zoneIds.push(zone ?? 0);
  }

  if (bad.length > 0) {
    throw new TieoutError(
      'records-file-invalid',
      `${path} is not JSON Lines: line${bad.length > 1 ? 's' : ''} ${bad.join(', ')} cannot be read as UTF-8 JSON; put one JSON record on each line.`,
      { path, lines: bad },
    );
  }
  return {
    count: lines.length,
    zones,
    zoneOf: Uint16Array.from(zoneIds),
    startMs: Float64Array.from(starts),
    bytes(slot) {
      const line = lines[slot];
      return line ? bytes.subarray(line.from, line.to) : new Uint8Array(0);
    },
  };
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing
      ? new TieoutError('file-not-found', `There is no records file at ${path}; check the path.`, { path })
      : new TieoutError(
          'file-unreadable',
          `The records file ${path} cannot be read (${error instanceof Error ? error.message : String(error)}); check its permissions.`,
          { path },
          { cause: error },
        );
  }
}
