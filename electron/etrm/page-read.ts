/** What is known of a page once its body has been read, by whatever reads it. */
import type { Sha256 } from '../../shared/digest.ts';
import type { NextMember } from './canonical/page.ts';
import type { JsonKind } from './canonical/values.ts';

interface ReadBase {
  /** Of the body, after content-decoding. */
  readonly bytes: number;
  readonly charset: string;
  /** True where bytes that are no UTF-8 were replaced by U+FFFD, as Python's client does. */
  readonly replaced: boolean;
  readonly next: NextMember;
}

/** @template Content what the reader made of the records. */
export type PageRead<Content> =
  | (ReadBase & {
      readonly kind: 'records';
      readonly pageSha256: Sha256;
      /** How many there are. */
      readonly records: number;
      readonly content: Content;
    })
  | (ReadBase & { readonly kind: 'empty'; readonly pageSha256: Sha256 | null })
  | (ReadBase & { readonly kind: 'not-an-array'; readonly pageSha256: Sha256; readonly seen: JsonKind });

/**
 * Reads a body; it may take the bytes away to another thread.
 * @throws TieoutError `vendor-not-json`, `vendor-page-shape`.
 */
export type ReadBody<Content> = (
  page: number,
  body: Uint8Array,
  contentType: string | null,
) => Promise<PageRead<Content>>;
