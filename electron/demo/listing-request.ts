import { Temporal } from 'temporal-polyfill';

const RESOURCES = ['settlements', 'trades', 'curves'] as const;
export type Resource = (typeof RESOURCES)[number];

const MAX_PAGE_SIZE = 100_000;
const DEFAULT_PAGE_SIZE = 1000;

/** What a client asks of a resource. */
export interface ListingRequest {
  /** `YYYY-MM-DD`, in the range. */
  readonly startDate: string;
  /** `YYYY-MM-DD`, in the range, not before the start. */
  readonly endDate: string;
  /** Records a page, 1 to 100,000. */
  readonly pageSize: number;
  /** From 1. */
  readonly page: number;
}

/** Why a query was refused: which parameter, and what it must be. */
export interface BadParameter {
  readonly parameter: string;
  readonly message: string;
}

export function resourceOf(path: string): Resource | null {
  return RESOURCES.find((resource) => path === `/api/v2/${resource}`) ?? null;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}

function wholeNumber(text: string, most: number): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value >= 1 && value <= most ? value : null;
}

/** Reads `start_date`, `end_date`, `page_size` (default 1000) and `page` (default 1); others are ignored. */
export function parseListing(query: URLSearchParams): ListingRequest | BadParameter {
  for (const parameter of ['start_date', 'end_date', 'page_size', 'page']) {
    if (query.getAll(parameter).length > 1) return { parameter, message: 'is given more than once' };
  }
  const startDate = query.get('start_date') ?? '';
  const endDate = query.get('end_date') ?? '';
  if (!isDate(startDate)) return { parameter: 'start_date', message: 'must be a date, YYYY-MM-DD' };
  if (!isDate(endDate)) return { parameter: 'end_date', message: 'must be a date, YYYY-MM-DD' };
  if (endDate < startDate) return { parameter: 'end_date', message: 'must not be before start_date' };
  const pageSize = wholeNumber(query.get('page_size') ?? String(DEFAULT_PAGE_SIZE), MAX_PAGE_SIZE);
  if (pageSize === null) {
    return { parameter: 'page_size', message: `must be a whole number from 1 to ${MAX_PAGE_SIZE}` };
  }
  const page = wholeNumber(query.get('page') ?? '1', 1_000_000_000);
  if (page === null) return { parameter: 'page', message: 'must be a whole number of at least 1' };
  return { startDate, endDate, pageSize, page };
}
