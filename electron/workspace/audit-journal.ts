/**
 * The audit chain beside the database: `audit.ndjson` in the workspace's folder, one event a line, as `tieout audit export`
 * writes it. Lines are on the disk before what they record is told, so that a database that was torn can be made anew
 * from them and the evidence (docs/recovery.md), and one that has lost something is noticed when it is opened.
 */
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import { AUDIT_ROWS, type AuditFault, auditEvent } from './audit-chain.ts';
import type { Database } from './database.ts';
import { diskError } from './disk-error.ts';
import { syncFolder } from './evidence.ts';
import type { Row } from './row.ts';

export const JOURNAL_FILE = 'audit.ndjson';
/** Before the time at which a journal that is not of this chain was put aside. */
const ASIDE = `${JOURNAL_FILE}.set-aside-`;

const LINE_END = 0x0a;
/** Read backwards at once; an event is rarely a tenth of it. */
const TAIL_BYTES = 65_536;
/** Lines written at once where many are missing. */
const HEALED_LINES = 5000;

const journalEvent = z.object({
  seq: z.int(),
  at: z.string(),
  actor: z.string(),
  type: z.string(),
  payload: z.record(z.string(), z.union([z.string(), z.int(), z.null(), z.array(z.string())])),
  prev_sha256: z.string(),
  sha256: z.string(),
});
export type JournalEvent = Readonly<z.infer<typeof journalEvent>>;

/** @returns null where the line is no event of a chain. */
function eventOf(line: string): JournalEvent | null {
  try {
    return journalEvent.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** A stored event as the journal has it; null where it is none. @param row of `AUDIT_ROWS`. */
export function storedEvent(row: Row): JournalEvent | null {
  try {
    return eventOf(JSON.stringify(auditEvent(row)));
  } catch {
    return null;
  }
}

function missing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** The whole lines of a file, without their ends; none where there is no file. What follows the last end is torn. */
async function* wholeLines(path: string): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of createReadStream(path)) {
      if (!(piece instanceof Buffer)) continue;
      let from = 0;
      for (let end = piece.indexOf(LINE_END); end >= 0; end = piece.indexOf(LINE_END, from)) {
        const line = piece.subarray(from, end);
        yield (rest.length === 0 ? line : Buffer.concat([rest, line])).toString('utf8');
        rest = Buffer.alloc(0);
        from = end + 1;
      }
      rest = Buffer.concat([rest, piece.subarray(from)]);
    }
  } catch (error) {
    if (!missing(error)) throw diskError(error, path);
  }
}

/** The events of a journal, oldest first; null stands for a line that is none, and is the last. */
export async function* journalEvents(folder: string): AsyncGenerator<JournalEvent | null> {
  for await (const line of wholeLines(join(folder, JOURNAL_FILE))) {
    const event = eventOf(line);
    yield event;
    if (event === null) return;
  }
}

interface Tail {
  /** Bytes up to the end of the last whole line. */
  readonly end: number;
  readonly size: number;
  /** Null where there is none. */
  readonly line: string | null;
}

async function readTail(handle: FileHandle): Promise<Tail> {
  const { size } = await handle.stat();
  let tail: Buffer = Buffer.alloc(0);
  for (let from = size; from > 0; ) {
    const bytes = Math.min(TAIL_BYTES, from);
    from -= bytes;
    const piece = Buffer.alloc(bytes);
    await handle.read(piece, 0, bytes, from);
    tail = Buffer.concat([piece, tail]);
    const last = tail.lastIndexOf(LINE_END);
    const before = last <= 0 ? -1 : tail.lastIndexOf(LINE_END, last - 1);
    if (last >= 0 && (before >= 0 || from === 0))
      return { end: from + last + 1, size, line: tail.toString('utf8', before + 1, last) };
  }
  return { end: 0, size, line: null };
}

/** How the journal's last event stands to the database's chain. */
type Standing =
  /** The database has it: what came after it is to be added. */
  | { readonly kind: 'agrees'; readonly after: number }
  /** The database ends before it, and agrees with the journal up to there. */
  | { readonly kind: 'ahead'; readonly lacking: number }
  | { readonly kind: 'differs' };

async function standingOf(database: Database, folder: string, line: string | null): Promise<Standing> {
  if (line === null) return { kind: 'agrees', after: 0 };
  const last = eventOf(line);
  if (last === null) return { kind: 'differs' };
  const same = await database.row('SELECT sha256 FROM audit_event WHERE seq = ?', [last.seq]);
  if (same)
    return same.text('sha256') === last.sha256 ? { kind: 'agrees', after: last.seq } : { kind: 'differs' };
  const head = await database.row('SELECT seq, sha256 FROM audit_event ORDER BY seq DESC LIMIT 1');
  const ahead: Standing = { kind: 'ahead', lacking: last.seq - (head?.int('seq') ?? 0) };
  if (!head) return ahead;
  for await (const event of journalEvents(folder)) {
    if (event === null) break;
    if (event.seq === head.int('seq'))
      return event.sha256 === head.text('sha256') ? ahead : { kind: 'differs' };
  }
  return { kind: 'differs' };
}

/** `2024-04-02T08:15:30.000Z` as a file name may have it. */
function stampOf(at: string): string {
  return at.replaceAll(/[-:]|\.\d+/g, '');
}

/** A name beside `path` that is free. */
export async function freeName(path: string, at: string): Promise<string> {
  const names = new Set(await readdir(dirname(path)));
  const wanted = `${path}${stampOf(at)}`;
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!names.has(name.slice(dirname(path).length + 1))) return name;
  }
}

/** Puts a journal aside that is not of the workspace's chain; it is never deleted. @returns its new path. */
export async function setJournalAside(folder: string, at: string): Promise<string> {
  const aside = await freeName(join(folder, ASIDE), at);
  await rename(join(folder, JOURNAL_FILE), aside);
  return aside;
}

export class AuditJournal {
  readonly #path: string;
  /** Events that the database should have and has not; 0 where all is well. */
  readonly lacking: number;
  #handle: FileHandle | null;
  /** Of what is known to be on the disk. */
  #end: number;
  /** Committed, and not yet known to be on the disk. */
  #pending: string[] = [];

  private constructor(path: string, handle: FileHandle | null, end: number, lacking: number) {
    this.#path = path;
    this.#handle = handle;
    this.#end = end;
    this.lacking = lacking;
  }

  /**
   * Opens the journal and mends it: a torn last line is cut off, events that only the database has are added. One that is
   * not of this chain is put aside and written anew; one that goes further than the database is left as it is.
   * @param at RFC 3339, for the name of what is put aside.
   * @throws TieoutError `workspace-full`, `workspace-unwritable`.
   */
  static async open(folder: string, database: Database, at: string): Promise<AuditJournal> {
    const path = join(folder, JOURNAL_FILE);
    let handle: FileHandle | null = null;
    try {
      handle = await open(path, 'r+').catch((error: unknown) => {
        if (missing(error)) return null;
        throw error;
      });
      const tail: Tail = handle ? await readTail(handle) : { end: 0, size: 0, line: null };
      const standing = await standingOf(database, folder, tail.line);
      if (standing.kind === 'ahead') {
        await handle?.close();
        return new AuditJournal(path, null, tail.end, standing.lacking);
      }
      let { end } = tail;
      if (standing.kind === 'differs') {
        await handle?.close();
        await setJournalAside(folder, at);
        handle = null;
        end = 0;
      } else if (tail.size > end) {
        await handle?.truncate(end);
      }
      const journal = new AuditJournal(path, handle, end, 0);
      await journal.#heal(database, standing.kind === 'agrees' ? standing.after : 0);
      return journal;
    } catch (error) {
      await handle?.close().catch(() => {});
      throw error instanceof TieoutError ? error : diskError(error, path);
    }
  }

  async #heal(database: Database, after: number): Promise<void> {
    const head = await database.row('SELECT max(seq) AS seq FROM audit_event');
    if ((head?.intOrNull('seq') ?? 0) <= after) return;
    let lines: string[] = [];
    for await (const rows of database.stream(AUDIT_ROWS)) {
      for (const row of rows) if (row.int('seq') > after) lines.push(JSON.stringify(auditEvent(row)));
      if (lines.length < HEALED_LINES) continue;
      await this.append(lines);
      lines = [];
    }
    await this.append(lines);
  }

  /** @throws TieoutError `workspace-damaged` where the database has lost events: no other may take their numbers. */
  check(): void {
    if (this.lacking > 0) throw lostEvents(dirname(this.#path), this.lacking);
  }

  /**
   * Adds events that are committed, and flushes them to the disk. What could not be written is written with the next.
   * @param lines without their ends. @throws TieoutError `workspace-full`, `workspace-unwritable`.
   */
  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    this.#pending.push(...lines);
    try {
      const handle = await this.#opened();
      const bytes = Buffer.from(`${this.#pending.join('\n')}\n`);
      for (let written = 0; written < bytes.length; ) {
        const more = await handle.write(bytes, written, bytes.length - written, this.#end + written);
        written += more.bytesWritten;
      }
      await handle.datasync();
      this.#end += bytes.length;
      this.#pending = [];
    } catch (error) {
      throw diskError(error, this.#path);
    }
  }

  async #opened(): Promise<FileHandle> {
    if (this.#handle) return this.#handle;
    this.#handle = await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o666);
    await syncFolder(dirname(this.#path));
    return this.#handle;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }
}

export function lostEvents(folder: string, lacking: number): TieoutError {
  return new TieoutError(
    'workspace-damaged',
    `The database of the workspace ${folder} lacks ${lacking} ${lacking === 1 ? 'event' : 'events'} that ${JOURNAL_FILE} beside it has, so something that was done is gone from it; run tieout rebuild --workspace ${folder}.`,
    { path: folder, events: lacking },
  );
}

/** Where a line of the journal is not what the chain has, or there are more of them. */
async function firstDifference(folder: string, database: Database): Promise<AuditFault | null> {
  const lines = wholeLines(join(folder, JOURNAL_FILE));
  let seq = 0;
  try {
    for await (const rows of database.stream(AUDIT_ROWS)) {
      for (const row of rows) {
        seq = row.int('seq');
        const { value: line } = await lines.next();
        if (line === JSON.stringify(auditEvent(row))) continue;
        const found =
          typeof line === 'string' ? `another line in ${JOURNAL_FILE}` : `no line in ${JOURNAL_FILE}`;
        return { seq, problem: 'journal', expected: row.text('sha256'), found };
      }
    }
    const { value: more } = await lines.next();
    if (typeof more !== 'string') return null;
    const expected = `the event that ${JOURNAL_FILE} has`;
    return { seq: seq + 1, problem: 'journal', expected, found: `event ${seq} as the last` };
  } finally {
    await lines.return(undefined);
  }
}

/** The first thing in which the journal says otherwise than the chain; one that was put aside does. */
export async function journalFault(folder: string, database: Database): Promise<AuditFault | null> {
  const different = await firstDifference(folder, database);
  if (different) return different;
  const aside = (await readdir(folder)).filter((name) => name.startsWith(ASIDE)).sort()[0];
  if (aside === undefined) return null;
  let seq = 1;
  for await (const line of wholeLines(join(folder, aside))) {
    const event = eventOf(line);
    const row = event && (await database.row('SELECT sha256 FROM audit_event WHERE seq = ?', [event.seq]));
    if (!event || !row || row.text('sha256') !== event.sha256) break;
    seq = event.seq + 1;
  }
  return {
    seq,
    problem: 'journal',
    expected: `the event that ${aside} has`,
    found: 'another chain; keep that file for whoever looks into it, then take it out of the workspace',
  };
}
