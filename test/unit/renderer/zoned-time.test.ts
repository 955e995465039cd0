import { describe, expect, test } from 'vitest';
import { deliveryWindow, deliveryWindowUtc } from '../../../renderer/ui/zoned-time.ts';

const ZONE = 'America/New_York';

describe('a delivery window is shown in its own zone', () => {
  test('an ordinary hour', () => {
    expect(deliveryWindow('2024-03-01T05:00:00Z', '2024-03-01T06:00:00Z', ZONE)).toBe(
      '2024-03-01 00:00–01:00 EST',
    );
  });

  test('the hour that spring skips', () => {
    expect(deliveryWindow('2024-03-10T06:00:00Z', '2024-03-10T07:00:00Z', ZONE)).toBe(
      '2024-03-10 01:00–03:00 EST–EDT',
    );
  });

  test('the hour that autumn repeats is told apart by the name of its time', () => {
    expect(deliveryWindow('2024-11-03T05:00:00Z', '2024-11-03T06:00:00Z', ZONE)).toBe(
      '2024-11-03 01:00–01:00 EDT–EST',
    );
    expect(deliveryWindow('2024-11-03T06:00:00Z', '2024-11-03T07:00:00Z', ZONE)).toBe(
      '2024-11-03 01:00–02:00 EST',
    );
  });

  test('the last hour of a day ends at 24:00', () => {
    expect(deliveryWindow('2024-03-02T04:00:00Z', '2024-03-02T05:00:00Z', ZONE)).toBe(
      '2024-03-01 23:00–24:00 EST',
    );
  });

  test('a window over several days has both dates', () => {
    expect(deliveryWindow('2024-03-01T05:00:00Z', '2024-03-04T06:00:00Z', ZONE)).toBe(
      '2024-03-01 00:00–2024-03-04 01:00 EST',
    );
  });

  test('seconds are shown where there are any', () => {
    expect(deliveryWindow('2024-03-01T05:00:30Z', null, ZONE)).toBe('2024-03-01 00:00:30 EST');
  });
});

describe('what cannot be shown is not guessed', () => {
  test('an unknown zone falls back to UTC', () => {
    expect(deliveryWindow('2024-03-01T05:00:00Z', null, 'EPT/Nowhere')).toBe('2024-03-01 05:00 UTC');
  });

  test('no zone is UTC', () => {
    expect(deliveryWindowUtc('2024-03-01T05:00:00Z', '2024-03-01T06:00:00Z')).toBe(
      '2024-03-01 05:00–06:00 UTC',
    );
  });

  test('a text that is no instant stays as it is', () => {
    expect(deliveryWindow('someday', null, ZONE)).toBe('someday');
    expect(deliveryWindow(null, null, ZONE)).toBe('—');
  });
});
