/** How a vendor's pages are shaped and asked for: the part of a connection profile that the vendor client reads. */

/**
 * How the next page is found:
 * - `page`: by number, until `next` is falsy (the seed's way; the only one whose pages can be fetched ahead);
 * - `cursor`: `next` holds what to send in `parameter`, until it is absent, null or empty;
 * - `link`: `next` holds the address of the next page, followed only within the vendor's origin.
 */
export type Paging =
  | { readonly style: 'page'; readonly parameter: string; readonly first: number; readonly next: string }
  | { readonly style: 'cursor'; readonly parameter: string; readonly next: string }
  | { readonly style: 'link'; readonly next: string };

export interface ResourceShape {
  /** Below the base URL: `/api/v2/settlements`. */
  readonly path: string;
  /** The name of each query parameter; null where the vendor has none. */
  readonly parameters: {
    readonly start: string | null;
    readonly end: string | null;
    readonly pageSize: string | null;
  };
  /** Parameters that are sent as they are. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly paging: Paging;
  /** The member of the page's object that holds its records. */
  readonly results: string;
}

/** As the seed asks (design: "Vendor API"). */
export function seedShape(resource: string): ResourceShape {
  return {
    path: `/api/v2/${resource}`,
    parameters: { start: 'start_date', end: 'end_date', pageSize: 'page_size' },
    fixed: {},
    paging: { style: 'page', parameter: 'page', first: 1, next: 'next_page' },
    results: 'results',
  };
}
