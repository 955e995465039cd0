/** When an invoice is due: the rule of its agreement over a calendar of business days. */
import type { CloseSettings } from '../../shared/close.ts';
import { TieoutError } from '../../shared/errors.ts';
import { calendarNamed } from './calendars.ts';

const DAY_MS = 86_400_000;

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Whether anybody pays on a day. @param days of no business, besides week-ends. */
export function isBusinessDay(day: string, days: ReadonlySet<string>): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !days.has(day);
}

/** The day itself where it is one of business, else the next that is. */
function onOrAfter(day: string, days: ReadonlySet<string>): string {
  let found = day;
  while (!isBusinessDay(found, days)) found = dayText(Date.parse(`${found}T00:00:00Z`) + DAY_MS);
  return found;
}

export interface DueTerms {
  /** Of the month after delivery. */
  readonly day: number;
  readonly days_after_receipt: number | null;
}

/**
 * @param month of delivery. @param received YYYY-MM-DD, or null where nobody said.
 * @returns YYYY-MM-DD: the later of the fixed day and so many days after receipt, moved to a business day.
 */
export function invoiceDue(
  terms: DueTerms,
  month: string,
  received: string | null,
  days: ReadonlySet<string>,
): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const fixed = dayText(Date.UTC(year, number, terms.day));
  const after =
    received === null || terms.days_after_receipt === null
      ? fixed
      : dayText(Date.parse(`${received}T00:00:00Z`) + terms.days_after_receipt * DAY_MS);
  // Dates of this form are in the order of their texts.
  const [, later = fixed] = [fixed, after].toSorted();
  return onOrAfter(later, days);
}

/** The days of a calendar with those that the settings add. @throws TieoutError `close-settings-invalid`. */
function holidaysOf(settings: CloseSettings, calendar: string): ReadonlySet<string> {
  const known = calendarNamed(calendar);
  const added = settings.holidays[calendar];
  if (!known && !added) {
    throw new TieoutError(
      'close-settings-invalid',
      `There is no calendar ${calendar}; name its days under "holidays" in the settings of the close.`,
    );
  }
  return new Set([...(known?.holidays ?? []).map(({ date }) => date), ...(added ?? [])]);
}

export interface Invoice {
  readonly month: string;
  readonly counterparty: string;
  readonly agreement: string | null;
  readonly commodity: string | null;
}

interface Due {
  readonly date: string | null;
  /** The rule; empty where none fits. */
  readonly by: string;
}

function fits(wanted: string | null, value: string | null): boolean {
  return wanted === null || wanted === value;
}

/** Works out due dates by the settings; each calendar is read once. */
export class DueDates {
  readonly #settings: CloseSettings;
  readonly #days = new Map<string, ReadonlySet<string>>();

  constructor(settings: CloseSettings) {
    this.#settings = settings;
  }

  /** @throws TieoutError `close-settings-invalid`. */
  of(invoice: Invoice): Due {
    const { agreements, due_rules: rules, invoices } = this.#settings;
    const agreed = agreements.find(
      (one) =>
        fits(one.agreement, invoice.agreement) &&
        fits(one.counterparty, invoice.counterparty) &&
        fits(one.commodity, invoice.commodity),
    );
    const terms = agreed === undefined ? undefined : rules[agreed.rule];
    if (agreed === undefined || terms === undefined) return { date: null, by: '' };
    const received = invoices.find(
      (one) =>
        one.month === invoice.month &&
        fits(one.counterparty, invoice.counterparty) &&
        fits(one.agreement, invoice.agreement),
    );
    let days = this.#days.get(terms.calendar);
    if (!days) {
      days = holidaysOf(this.#settings, terms.calendar);
      this.#days.set(terms.calendar, days);
    }
    return { date: invoiceDue(terms, invoice.month, received?.received ?? null, days), by: agreed.rule };
  }
}
