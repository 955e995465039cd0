/** Counts, sizes and spans of time as a screen shows them. Money never comes here: see shared/decimal.ts. */

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const ONE_DIGIT = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 page`, `2 pages`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `506.9 kB`: decimal prefixes, as file managers show. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${count(bytes)} B`;
  if (bytes < 1_000_000) return `${ONE_DIGIT.format(bytes / 1000)} kB`;
  if (bytes < 1_000_000_000) return `${ONE_DIGIT.format(bytes / 1_000_000)} MB`;
  return `${ONE_DIGIT.format(bytes / 1_000_000_000)} GB`;
}

/** `41 ms`, `3.2 s`, `2:05 min`, `1:02:05 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${count(ms)} ms`;
  if (ms < 60_000) return `${ONE_DIGIT.format(Math.floor(ms / 100) / 10)} s`;
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)} min`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)} h`;
}

/** `00:12`, `1:02:05`: a clock that runs. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
