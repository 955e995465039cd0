/** What a pack does not bear out: each thing once, by name. */
import type { PackDifference } from '../../shared/pack.ts';

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Members of an object in the order of their names, so that equal objects are equal texts. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, ordered(each)]));
}

export class PackDifferences {
  readonly list: PackDifference[] = [];

  expect(subject: string, name: string, expected: unknown, found: unknown): boolean {
    const same = JSON.stringify(ordered(expected ?? null)) === JSON.stringify(ordered(found ?? null));
    if (!same)
      this.list.push({ subject, name, expected: shown(expected ?? null), found: shown(found ?? null) });
    return same;
  }

  /** Whatever cannot be read is not as Tieout wrote it. @returns null where the work threw. @throws the signal's reason. */
  async attempt<Result>(
    subject: string,
    name: string,
    signal: AbortSignal,
    work: () => Promise<Result>,
  ): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      this.unread(subject, name, error);
      return null;
    }
  }

  unread(subject: string, name: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.expect(subject, name, 'something that can be read', why);
  }
}
