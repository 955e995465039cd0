/** A body read once: decoded, hashed, its records typed and staged, its bytes packed for the evidence store. */
import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import type { Resource } from '../../shared/resource.ts';
import { decodeBody } from '../etrm/canonical/charset.ts';
import { type PageNames, type PageReading, readPage } from '../etrm/canonical/page.ts';
import type { PageRead } from '../etrm/page-read.ts';
import type { CalendarFile } from './calendars/calendar-file.ts';
import type { RecordMapping } from './mapping.ts';
import { PageTyping, type TypedPage } from './page-typing.ts';
import { RECORD_SCHEMAS } from './record-schema.ts';
import { RecordTyping } from './record-typing.ts';
import { enumeratedMembers } from './schema-observed.ts';
import { KnownCalendars } from './windows/known-calendars.ts';

/** How pages of one resource of one vendor are read. */
export interface ReadingPlan {
  readonly resource: Resource;
  readonly mapping: RecordMapping;
  readonly names: PageNames;
  /** Types every record the exact, slower way: to check the other. */
  readonly exact: boolean;
}

export interface PageContent extends TypedPage {
  readonly bodySha256: Sha256;
  /** The body, as `EvidenceStore.putPacked` takes it. */
  readonly packed: Uint8Array<ArrayBuffer>;
}

export type ReadPage = PageRead<PageContent>;

export class PageReader {
  readonly #plan: ReadingPlan;
  readonly #typing: PageTyping;

  /** @param calendars the files of those that labels and markets may name. */
  constructor(plan: ReadingPlan, calendars: readonly CalendarFile[]) {
    const schema = RECORD_SCHEMAS[plan.resource];
    this.#plan = plan;
    this.#typing = new PageTyping(
      new RecordTyping(schema, plan.mapping, new KnownCalendars(calendars).of),
      enumeratedMembers(schema, plan.mapping),
      plan.exact,
    );
  }

  /**
   * @param body as received, after content-decoding.
   * @throws TieoutError `vendor-not-json`, `vendor-page-shape`, `vendor-charset`.
   */
  read(page: number, body: Uint8Array<ArrayBuffer>, contentType: string | null): ReadPage {
    const { utf8, charset, replaced } = decodeBody(body, contentType);
    this.#typing.start(page);
    let reading: PageReading;
    try {
      reading = readPage(utf8, this.#plan.names, this.#typing);
    } catch (error) {
      this.#typing.take();
      throw error;
    }
    const typed = this.#typing.take();
    const base = { bytes: body.length, charset, replaced, next: reading.next };
    switch (reading.kind) {
      case 'empty':
        return { ...base, kind: 'empty', pageSha256: reading.pageSha256 };
      case 'not-an-array':
        return { ...base, kind: 'not-an-array', pageSha256: reading.pageSha256, seen: reading.seen };
      case 'records': {
        const bodySha256 = sha256Of(createHash('sha256').update(body).digest('hex'));
        const content: PageContent = { ...typed, bodySha256, packed: packBody(body) };
        return { ...base, kind: 'records', pageSha256: reading.pageSha256, records: typed.records, content };
      }
    }
  }
}

function packBody(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = zlib.zstdCompressSync(body, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } });
  // A copy: what zlib returns may lie in Node's pool, which cannot be moved to another thread.
  return new Uint8Array(packed);
}
