import { expect, test } from 'vitest';
import { type JobSample, recordsPerSecond, withSample } from '../../../renderer/month/rate.ts';

const sample = (at: number, records: number): JobSample => ({ at, records });

test('one sample says nothing of speed', () => {
  expect(recordsPerSecond([], 0)).toBeNull();
  expect(recordsPerSecond([sample(0, 5000)], 1000)).toBeNull();
});

test('pages taken over from an interrupted run do not count as speed', () => {
  expect(recordsPerSecond([sample(0, 3000), sample(1000, 5000)], 1000)).toBe(2000);
});

test('the speed falls while nothing arrives', () => {
  const samples = [sample(0, 0), sample(1000, 4000)];
  expect(recordsPerSecond(samples, 4000)).toBe(1000);
});

test('only the last seconds are measured', () => {
  let samples: readonly JobSample[] = [];
  for (let second = 0; second <= 20; second += 1)
    samples = withSample(samples, sample(second * 1000, second * 100));
  expect(samples.length).toBeLessThanOrEqual(7);
  expect(samples.at(-1)).toEqual(sample(20_000, 2000));
  expect(recordsPerSecond(samples, 20_000)).toBe(100);
});
