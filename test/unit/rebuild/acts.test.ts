/** What an event of the chain records must come back from it: no kind of event may be forgotten. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTS } from '../../../electron/rebuild/replay.ts';

/** Kinds of events in the first column of the manual's table. */
function documented(): readonly string[] {
  const manual = readFileSync(join(import.meta.dirname, '../../../docs/audit.md'), 'utf8');
  const table = manual.slice(manual.indexOf('\n## Events'));
  const first = table
    .split('\n')
    .flatMap((line) => (line.startsWith('| `') ? [line.split('|')[1] ?? ''] : []));
  return first.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, kind]) => kind ?? ''));
}

describe('a rebuild', () => {
  it('knows what to do with every kind of event that the manual lists, and with no other', () => {
    expect(documented().length).toBeGreaterThan(30);
    expect([...ACTS.keys()].sort()).toEqual([...documented()].sort());
  });
});
