import { expect, test } from 'vitest';
import { byteSize, count, counted, duration, stopwatch } from '../../../renderer/ui/quantity.ts';

test('counts have their thousands apart', () => {
  expect(count(1_000_000)).toBe('1,000,000');
  expect(counted(1, 'page')).toBe('1 page');
  expect(counted(2, 'page')).toBe('2 pages');
  expect(counted(0, 'match', 'matches')).toBe('0 matches');
});

test('sizes are decimal', () => {
  expect([999, 506_850, 512_345_678, 2_000_000_000].map(byteSize)).toEqual([
    '999 B',
    '506.9 kB',
    '512.3 MB',
    '2.0 GB',
  ]);
});

test('spans of time never round up to what was not reached', () => {
  expect([41, 999, 3299, 59_999, 125_000, 3_725_000].map(duration)).toEqual([
    '41 ms',
    '999 ms',
    '3.2 s',
    '59.9 s',
    '2:05 min',
    '1:02:05 h',
  ]);
});

test('a running clock', () => {
  expect([-5, 0, 12_900, 3_725_000].map(stopwatch)).toEqual(['00:00', '00:00', '00:12', '1:02:05']);
});
