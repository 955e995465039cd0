/** The checks of one opened pack, in their order: files, chain, pages and records, extracts, counts and totals. */
import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { z } from 'zod';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { decodeBody } from '../etrm/canonical/charset.ts';
import { readPage } from '../etrm/canonical/page.ts';
import { DEFAULT_RULES, rulesSha256 } from '../recon/rules.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { PackDifferences } from './pack-differences.ts';
import type { PackFile } from './pack-file.ts';
import type { PackManifest } from './pack-manifest.ts';
import { plainRows } from './plain-extract.ts';
import type { Rederivation } from './rederive.ts';

export interface PackCheckRequest {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

const event = z.looseObject({
  seq: z.int(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  prev_sha256: z.string(),
  sha256: z.string(),
});

const page = z.looseObject({
  page: z.int().min(0).max(999_999),
  records: z.int(),
  charset: z.string(),
  page_sha256: z.string(),
  body_sha256: z.string(),
});

const letter = z.looseObject({
  page: z.int(),
  index: z.int(),
  record: z.record(z.string(), z.unknown()).nullable(),
});

type Payload = Readonly<Record<string, unknown>>;

/** The place of an event's payload among those of the chain, by what it is about. */
function told(type: string, ...of: readonly unknown[]): string {
  return JSON.stringify([type, ...of]);
}

const FACTS = ['size in the zip', 'CRC-32', 'size', 'SHA-256', 'SHA-256 as packed'];

/** Facts of a file that are not as wanted, in words. */
function unlike(
  wanted: readonly (string | number)[],
  found: readonly (string | number)[],
): readonly [expected: string, found: string] {
  const places = FACTS.map((_, at) => at).filter((at) => wanted[at] !== found[at]);
  const words = (of: readonly (string | number)[]): string =>
    places.map((at) => `${FACTS[at]} ${of[at] === -1 ? 'that cannot be told' : of[at]}`).join(', ');
  return [words(wanted), words(found)];
}

/** A number that the shortest text of a JavaScript number may not say again: of many digits, or with an exponent. */
const LONG_NUMBER = /\d[\d.]{14}|\d[eE]/;

/** Numbers as their digits: money passes through no JavaScript number that could change them. */
function record(text: string): Payload {
  const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value;
  // Being asked for each number takes five times as long.
  const read: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
  if (typeof read !== 'object' || read === null) throw new RangeError('a record is no object');
  return { ...read };
}

export class PackCheck {
  readonly #pack: PackFile;
  readonly #manifest: PackManifest;
  readonly #request: PackCheckRequest;
  readonly #differences: PackDifferences;
  readonly #rows: Rederivation;
  readonly onTrust: string[] = [];
  readonly #told = new Map<string, Payload>();
  pages = 0;
  records = 0;
  events = 0;

  constructor(
    pack: PackFile,
    manifest: PackManifest,
    request: PackCheckRequest,
    differences: PackDifferences,
    rows: Rederivation,
  ) {
    this.#pack = pack;
    this.#manifest = manifest;
    this.#request = request;
    this.#differences = differences;
    this.#rows = rows;
  }

  async all(): Promise<void> {
    const { signal } = this.#request;
    const part = async (subject: string, name: string, work: () => Promise<void>): Promise<void> => {
      await this.#differences.attempt(subject, name, signal, work);
    };
    await part('file', 'manifest.json', () => this.#files());
    await part('file', 'audit/audit.ndjson', () => this.#audit());
    await part('file', 'hashes/pages.jsonl', () => this.#pagesAndRecords());
    for (const extract of this.#manifest.extracts)
      await part('extract', extract.file, () => this.#extract(extract));
    await part('control', 'counts and totals', () => this.#counts());
  }

  async #files(): Promise<void> {
    const { expect } = this.#bound();
    const listed = new Map(this.#manifest.files.map((file) => [file.name, file]));
    const there = new Set([...this.#pack.members.keys()].filter((name) => name !== 'manifest.json'));
    for (const name of [...new Set([...listed.keys(), ...there])].sort())
      expect('file', name, `in manifest: ${there.has(name)}`, `in manifest: ${listed.has(name)}`);
    let done = 0;
    for (const [name, member] of this.#pack.members) {
      this.#request.signal.throwIfAborted();
      this.#request.onProgress('Checking files', done, this.#pack.members.size);
      done += 1;
      const hash = createHash('sha256');
      let crc = 0;
      let size = 0;
      try {
        for await (const piece of this.#pack.pieces(name)) {
          hash.update(piece);
          crc = zlib.crc32(piece, crc);
          size += piece.length;
        }
      } catch {
        this.#request.signal.throwIfAborted();
        size = -1;
      }
      const found = [size, hash.digest('hex'), await this.#pack.packedSha256(name)];
      const said = listed.get(name);
      const wanted = said ? [said.bytes, said.sha256, said.packed_sha256] : found;
      const [expected, seen] = unlike([member.size, member.crc, ...wanted], [size, crc, ...found]);
      expect('file', name, expected, seen);
    }
  }

  async #audit(): Promise<void> {
    const { expect } = this.#bound();
    this.#request.onProgress('Checking the audit chain', 0, null);
    let head = '0'.repeat(64);
    for await (const row of this.#pack.rows('audit/audit.ndjson')) {
      const { sha256: said, ...rest } = event.parse(row);
      this.events += 1;
      const found = sha256(canonicalJson(Buffer.from(JSON.stringify(rest))));
      const place = `event ${this.events}`;
      expect('audit', place, [this.events, head, said], [rest.seq, rest.prev_sha256, found]);
      head = said;
      const { payload } = rest;
      const about = payload.import_id ?? payload.recon_id ?? payload.run_id ?? null;
      this.#told.set(told(rest.type, about, payload.page ?? null), payload);
    }
    expect('audit', 'head', this.#manifest.hashes.audit_head, { seq: this.events, sha256: head });
  }

  async #pagesAndRecords(): Promise<void> {
    const { expect } = this.#bound();
    const { source, profile, control, hashes } = this.#manifest;
    const letters = new Map<string, Payload | null>();
    for await (const row of this.#pack.rows('records/dead-letters.jsonl')) {
      const read = letter.parse(row);
      letters.set(`${read.page} ${read.index}`, read.record);
    }
    const run = createHash('sha256');
    for await (const row of this.#pack.rows('hashes/pages.jsonl')) {
      this.#request.signal.throwIfAborted();
      this.#request.onProgress('Checking pages', this.pages, control.pages);
      const said = page.parse(row);
      run.update(`${said.page_sha256}\n`);
      const payload = this.#told.get(told('sync.page', source.run_id, said.page)) ?? {};
      const facts = Object.keys(row).map((fact) => [fact, payload[fact] ?? null]);
      expect('audit', `page ${said.page}`, Object.fromEntries(facts), row);
      await this.#page(said, letters);
      this.pages += 1;
    }
    if (profile.rows_member !== null) {
      for await (const row of this.#pack.rows(profile.rows_member)) {
        this.#rows.settlement(row);
        this.records += 1;
        await this.#rows.putAside();
      }
    }
    const mapped = [...letters.values()].some((each) => each !== null) ? 'records/dead-letters.jsonl' : null;
    const trusted = profile.rows_member ?? mapped;
    if (trusted !== null)
      this.onTrust.push(`${trusted}: what Tieout read by a profile that maps fields (profile/)`);
    expect('run', 'run_sha256', hashes.run_sha256, run.digest('hex'));
    expect('control', 'dead letters', control.rejected, letters.size);
  }

  async #page(said: z.infer<typeof page>, letters: ReadonlyMap<string, Payload | null>): Promise<void> {
    const { expect } = this.#bound();
    const name = `page ${said.page}`;
    const body = await this.#pack.content(`pages/${String(said.page).padStart(6, '0')}.json`);
    expect('body', name, said.body_sha256, sha256(body));
    const { profile } = this.#manifest;
    const read = await this.#differences.attempt('page', name, this.#request.signal, async () => {
      const { utf8 } = decodeBody(body, `application/json; charset=${said.charset}`);
      return { utf8, ...readPage(utf8, { results: profile.results, next: '' }) };
    });
    const found = read?.kind === 'records' ? read : null;
    const places = found ? found.records.length / 2 : 0;
    expect('page', name, [said.page_sha256, said.records], [found?.pageSha256 ?? null, places]);
    if (found === null || profile.rows_member !== null) return;
    for (let index = 0; index < places; index += 1) {
      const refused = letters.get(`${said.page} ${index}`);
      if (refused === null) continue;
      try {
        const bytes = found.utf8.subarray(found.records[index * 2], found.records[index * 2 + 1]);
        this.#rows.settlement(
          refused ?? record(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')),
        );
        this.records += 1;
      } catch (error) {
        this.#differences.unread('records', `${name} record ${index}`, error);
      }
    }
    await this.#rows.putAside();
  }

  async #extract(extract: PackManifest['extracts'][number]): Promise<void> {
    const { expect } = this.#bound();
    this.#request.onProgress(`Checking ${extract.file}`, 0, null);
    const bytes = await this.#pack.content(extract.member);
    const payload = this.#told.get(told('ledger.import', extract.import_id, null)) ?? {};
    const found = sha256(bytes);
    expect('extract', extract.file, [extract.sha256, payload.file_sha256], [found, found]);
    const { rows_member: member, delimiter } = extract;
    if (member !== null)
      this.onTrust.push(
        `${member}: what Tieout read of ${extract.file}, which has a mapping or is no plain CSV`,
      );
    const rows = member === null ? plainRows(bytes, delimiter ?? ',') : this.#pack.rows(member);
    let count = 0;
    for await (const row of rows) {
      this.#request.signal.throwIfAborted();
      this.#rows.posting(row);
      await this.#rows.putAside();
      count += 1;
      if (count % 10_000 === 0) this.#request.onProgress(`Checking ${extract.file}`, count, extract.rows);
    }
    expect('control', `rows of ${extract.file}`, extract.rows, count);
  }

  async #counts(): Promise<void> {
    const { expect } = this.#bound();
    this.#request.onProgress('Working the month again', 0, null);
    const { control, hashes, recon_id: recon, report } = this.#manifest;
    const rules = await this.#pack.content('rules/rules.json');
    const decided = this.#decided();
    const own = hashes.rules_sha256 === rulesSha256(DEFAULT_RULES) && !decided;
    const why = decided ? 'analysts decided of matches' : 'these are not the default rules';
    if (!own) this.onTrust.push(`counts and totals: ${why}; plain default rules alone are worked here`);
    const done = this.#told.get(told('recon.done', recon, null));
    const currencies = done?.currencies === 'apart' ? 'apart' : 'added';
    const derived: Payload = {
      ...(own && (await this.#rows.derive({ ...this.#request, currencies }))),
      rules_sha256: sha256(canonicalJson(rules)),
      recon_sha256: done?.recon_sha256,
    };
    const manifest: Payload = { ...control, ...hashes };
    const head = await this.#reportHead(report);
    for (const [what, found] of Object.entries(derived)) {
      expect('control', `${what} of the manifest`, manifest[what], found);
      expect('control', `${what} of the report`, head[what], found);
    }
  }

  /** Whether somebody confirmed, rejected or parted matches before the reconciliation. */
  #decided(): boolean {
    return [...this.#told.keys()].some((key) => key.startsWith('["match.'));
  }

  /** What stands before the report's first list. */
  async #reportHead(name: string): Promise<Payload> {
    let text = '';
    for await (const piece of this.#pack.pieces(name)) {
      text += piece.toString('utf8');
      const end = text.indexOf(',\n"');
      if (end >= 0) return z.record(z.string(), z.unknown()).parse(JSON.parse(`${text.slice(0, end)}}`));
    }
    throw new RangeError('it has no lists');
  }

  #bound() {
    const differences = this.#differences;
    return {
      expect: (subject: string, name: string, expected: unknown, found: unknown): boolean =>
        differences.expect(subject, name, expected, found),
    };
  }
}
