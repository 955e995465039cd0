import { describe, expect, test } from 'vitest';
import { finished } from '../../../renderer/frame/finished-text.ts';
import { readSelection, writeSelection } from '../../../renderer/frame/selection-text.ts';
import { CATEGORY_WORDS, fieldWords } from '../../../renderer/month/break-words.ts';
import { endedJob, runningJob } from '../../../renderer/month/month-jobs.ts';
import { sumOf } from '../../../renderer/month/totals-sum.ts';
import { waitText } from '../../../renderer/month/wait-text.ts';
import { monthBefore, monthStep } from '../../../renderer/ui/month-step.ts';
import { shortcutAria, shortcutText } from '../../../renderer/ui/shortcut-text.ts';
import { decimal } from '../../../shared/decimal.ts';
import type { JobSnapshot } from '../../../shared/jobs.ts';
import { parseMonth } from '../../../shared/month.ts';
import { BREAK_CATEGORIES } from '../../../shared/recon.ts';

function month(text: string) {
  const parsed = parseMonth(text);
  if (!parsed) throw new Error(`not a month: ${text}`);
  return parsed;
}

function job(change: Partial<JobSnapshot>): JobSnapshot {
  return {
    jobId: 'job-1',
    seq: 1,
    kind: 'verify',
    month: '2024-03',
    state: 'done',
    startedAt: '2024-04-02T12:00:00Z',
    elapsedMs: 1000,
    progress: { kind: 'steps', step: 'Reading', done: 0, total: null },
    result: null,
    error: null,
    ...change,
  };
}

describe('months', () => {
  test('step over the ends of years', () => {
    expect(monthStep(month('2024-01'), -1)).toBe('2023-12');
    expect(monthStep(month('2023-12'), 1)).toBe('2024-01');
    expect(monthStep(month('2024-03'), 1)).toBe('2024-04');
  });

  test('stop at the first and last that there are', () => {
    expect(monthStep(month('1900-01'), -1)).toBe('1900-01');
    expect(monthStep(month('2999-12'), 1)).toBe('2999-12');
  });

  test('the month before a January is a December', () => {
    expect(monthBefore(new Date(2025, 0, 15))).toBe('2024-12');
  });
});

describe('the kept selection', () => {
  test('is read as it was written', () => {
    const selection = { connection: 'North vendor', month: month('2024-03') };
    expect(readSelection(writeSelection(selection))).toEqual(selection);
  });

  test('is nothing where it cannot be read', () => {
    expect(readSelection(null)).toEqual({ connection: null, month: null });
    expect(readSelection('x\n2024-13')).toEqual({ connection: 'x', month: null });
  });
});

test('a wait says which page, why, and how long is left', () => {
  const now = Date.parse('2024-04-02T12:00:00Z');
  const wait = { attempt: 2, until: '2024-04-02T12:00:11.200Z' };
  expect(waitText({ ...wait, page: 7, reason: 'retry-after', status: 429, error: null }, now)).toBe(
    'Page 7: status 429 at attempt 2; the vendor asked to wait (Retry-After), 12 s left',
  );
  expect(
    waitText({ ...wait, page: null, reason: 'backoff', status: null, error: 'socket closed' }, now),
  ).toMatch(/^Token: socket closed at attempt 2; waiting before the next try/);
  expect(waitText({ ...wait, page: 7, reason: 'backoff', status: 503, error: null }, now + 60_000)).toMatch(
    /, 0 s left$/,
  );
});

test('totals of several extracts are exact', () => {
  expect(
    sumOf([
      { USD: decimal('0.1'), EUR: decimal('5') },
      { USD: decimal('0.2') },
      { USD: decimal('12345678901234567890.05') },
    ]),
  ).toEqual({ USD: '12345678901234567890.35', EUR: '5' });
});

describe('jobs of a month', () => {
  const running = job({ jobId: 'a', state: 'running' });
  const old = job({ jobId: 'b', startedAt: '2024-04-02T11:00:00Z' });
  const failed = job({ jobId: 'c', kind: 'sync', state: 'failed', startedAt: '2024-04-02T11:30:00Z' });
  const other = job({ jobId: 'd', month: '2024-02', startedAt: '2024-04-02T13:00:00Z' });
  const jobs = [old, failed, other, running];

  test('the running one is that of the month', () => {
    expect(runningJob(jobs, '2024-03')).toBe(running);
    expect(runningJob(jobs, '2024-02')).toBeNull();
  });

  test('the one that ended last, of a kind or of any', () => {
    expect(endedJob(jobs, '2024-03')).toBe(failed);
    expect(endedJob(jobs, '2024-03', ['verify'])).toBe(old);
    expect(endedJob(jobs, '2024-01')).toBeNull();
  });
});

describe('what is said when a job ends', () => {
  test('a failure says its own sentence', () => {
    const error = { code: 'vendor-timeout', message: 'The vendor did not answer.', details: {} } as const;
    expect(finished(job({ state: 'failed', error }))).toEqual({
      tone: 'bad',
      text: 'Verification of 2024-03 failed: The vendor did not answer.',
    });
  });

  test('a cancelled job is no failure', () => {
    const error = { code: 'cancelled', message: 'Cancelled.', details: {} } as const;
    expect(finished(job({ state: 'cancelled', error })).tone).toBe('info');
  });
});

test('every category has words, and both spellings of a field the same', () => {
  for (const category of BREAK_CATEGORIES) expect(CATEGORY_WORDS[category]).toMatch(/^[A-Z]/);
  expect(fieldWords('deliveryStart')).toBe('Delivery start');
  expect(fieldWords('delivery_start')).toBe('Delivery start');
  expect(fieldWords('volumeUom')).toBe('Volume unit');
});

test('a shortcut is named as the system names it', () => {
  expect(shortcutText({ key: 'h', shift: true }, false)).toBe('Ctrl+Shift+H');
  expect(shortcutText({ key: 'h', shift: true }, true)).toBe('⇧⌘H');
  expect(shortcutAria({ key: 's' }, false)).toBe('Control+S');
});
