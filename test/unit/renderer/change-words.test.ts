import { expect, test } from 'vitest';
import { finished } from '../../../renderer/frame/finished-text.ts';
import { changeWords, shownFields, versionWords } from '../../../renderer/month/change-words.ts';
import type { Change } from '../../../shared/restatement.ts';

function change(some: Partial<Change>): Change {
  return {
    kind: 'changed',
    settlement_id: 'S-1',
    from_version: 1,
    to_version: 1,
    from_occurrences: 1,
    to_occurrences: 1,
    trade_id: 'T-1',
    counterparty: 'ACME Energy',
    location: 'PJM-RTO',
    delivery_start: '2024-03-01T05:00:00Z',
    delivery_end: '2024-03-01T06:00:00Z',
    timezone: 'America/New_York',
    currency: 'USD',
    from_amount: null,
    to_amount: null,
    fields: [],
    dead_letter: null,
    ...some,
  };
}

test('a change is told by its old and new values, the version apart', () => {
  const restated = change({
    to_version: 2,
    fields: [
      { field: 'version', from: '1', to: '2' },
      { field: 'volume_uom', from: 'MWH', to: 'GJ' },
      { field: 'agreement', from: null, to: 'EEI-7' },
    ],
  });
  expect(versionWords(restated)).toBe('1 → 2');
  expect(shownFields(restated).map(({ field }) => field)).toEqual(['volume_uom', 'agreement']);
  expect(changeWords(restated)).toBe('Volume unit MWH → GJ; Agreement — → EEI-7');
});

test('rows that came more often, and settlements that became dead letters, are told as such', () => {
  expect(changeWords(change({ kind: 'repeated', to_occurrences: 3 }))).toBe('1 → 3 identical rows');
  expect(changeWords(change({ kind: 'removed', to_version: null, dead_letter: 'abc:1:2' }))).toBe(
    'a dead letter now: abc:1:2',
  );
  expect(changeWords(change({ kind: 'added', from_version: null, dead_letter: 'abc:1:2' }))).toBe(
    'was a dead letter: abc:1:2',
  );
  expect(changeWords(change({ kind: 'removed', to_version: null }))).toBe('');
  expect(versionWords(change({ kind: 'removed', to_version: null }))).toBe('1');
});

test('the end of a retry says what was committed and what was refused again', () => {
  expect(
    finished({
      jobId: 'job-1',
      seq: 2,
      kind: 'retry',
      month: '2024-03',
      state: 'done',
      startedAt: '2024-04-02T12:00:00Z',
      elapsedMs: 10,
      progress: { kind: 'steps', step: '', done: 3, total: 3 },
      result: {
        kind: 'retry',
        retry: { act: 'retry', at: '2024-04-02T12:00:00Z', letters: 3, passed: 2, refused: 1, seq: 9 },
      },
      error: null,
    }),
  ).toEqual({
    tone: 'warn',
    text: 'Retried 3 dead letters of 2024-03: 2 records committed, 1 refused again.',
  });
});
