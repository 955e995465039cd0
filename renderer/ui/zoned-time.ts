/** Instants as people of the trade read them: in the delivery zone, with UTC at hand. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    });
    formats.set(zone, made);
    return made;
  } catch {
    return null;
  }
}

interface Civil {
  readonly date: string;
  readonly time: string;
  readonly zone: string;
}

function civil(instant: string, zone: string): Civil | null {
  const at = Date.parse(instant);
  const format = formatOf(zone);
  if (Number.isNaN(at) || !format) return null;
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = value;
  const seconds = part.second === '00' ? '' : `:${part.second}`;
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    time: `${part.hour}:${part.minute}${seconds}`,
    zone: part.timeZoneName ?? zone,
  };
}

/** True where `to` is the midnight that ends the day of `from`: the trade writes 24:00. */
function endOfDay(from: Civil, to: Civil): boolean {
  const next = Date.parse(`${from.date}T00:00:00Z`) + 86_400_000;
  return to.time === '00:00' && Date.parse(`${to.date}T00:00:00Z`) === next;
}

/**
 * `2024-03-10 01:00–03:00 EST–EDT`: the delivery window in its own zone; the second date only where it is another.
 * Falls back to UTC where the zone is not known, and to the text itself where it is no instant.
 */
export function deliveryWindow(start: string | null, end: string | null, zone: string | null): string {
  if (start === null) return '—';
  const from = civil(start, zone ?? 'UTC') ?? civil(start, 'UTC');
  if (!from) return start;
  if (end === null) return `${from.date} ${from.time} ${from.zone}`;
  const to = civil(end, zone ?? 'UTC') ?? civil(end, 'UTC');
  if (!to) return `${from.date} ${from.time} ${from.zone}`;
  const until = to.date === from.date ? to.time : endOfDay(from, to) ? '24:00' : `${to.date} ${to.time}`;
  const zones = to.zone === from.zone ? from.zone : `${from.zone}–${to.zone}`;
  return `${from.date} ${from.time}–${until} ${zones}`;
}

/** The same window in UTC, for hover and details. */
export function deliveryWindowUtc(start: string | null, end: string | null): string {
  return deliveryWindow(start, end, 'UTC');
}

/** Time of day where the analyst sits, for logs: `14:02:11`. */
export function clockTime(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  return at.toLocaleTimeString('en-GB', { hour12: false });
}

/** Date and time where the analyst sits: `2024-04-02 14:02`. */
export function localTime(instant: string): string {
  const here = civil(instant, Intl.DateTimeFormat().resolvedOptions().timeZone);
  return here ? `${here.date} ${here.time.slice(0, 5)}` : instant;
}
