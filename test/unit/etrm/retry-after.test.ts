/** Twins of urllib3's Retry-After tests (`test/test_retry.py`), and the forms of RFC 9110 5.6.7. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHttpDate, parseRetryAfter } from '../../../electron/etrm/retry-after.ts';

const NOW = Date.UTC(2019, 5, 3, 11);

describe('Retry-After', () => {
  it.each(['-1', '+1', '1.0', '\u00b2'])('test_parse_retry_after_invalid[%s]', (text) => {
    expect(parseRetryAfter(text, NOW)).toEqual({ kind: 'unreadable', text });
  });

  it.each([
    ['0', 0],
    ['1000', 1000],
    ['\t42 ', 42],
  ])('test_parse_retry_after[%j]: %i s', (text, seconds) => {
    expect(parseRetryAfter(text, NOW)).toEqual(
      seconds === 0 ? { kind: 'none' } : { kind: 'wait', ms: seconds * 1000 },
    );
  });

  it.each([
    ['3600', 3600],
    ['Mon, 3 Jun 2019 12:00:00 UTC', 3600],
    ['Mon, 3 Jun 2019 11:00:00 UTC', null],
    ['Mon, 03 Jun 2019 11:30:12 GMT', 1812],
    ['Monday, 03-Jun-19 11:30:12 GMT', 1812],
    ['Mon Jun  3 11:30:12 2019', 1812],
  ])('test_respect_retry_after_header_sleep[%s]: %j s', (text, seconds) => {
    expect(parseRetryAfter(text, NOW)).toEqual(
      seconds === null ? { kind: 'none' } : { kind: 'wait', ms: seconds * 1000 },
    );
  });

  it('test_respect_retry_after_header_sleep, in any time zone of the machine', () => {
    const zone = process.env.TZ;
    try {
      for (const other of ['UTC', 'Asia/Jerusalem', 'America/Los_Angeles']) {
        process.env.TZ = other;
        expect(parseRetryAfter('Mon Jun  3 11:30:12 2019', NOW)).toEqual({ kind: 'wait', ms: 1_812_000 });
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('takes an offset in a date into account, and no zone for UTC', () => {
    expect(parseHttpDate('Mon, 03 Jun 2019 13:00:00 +0200')).toBe(NOW);
    expect(parseHttpDate('Mon, 03 Jun 2019 06:30:00 -0430')).toBe(NOW);
    expect(parseHttpDate('Mon, 03 Jun 2019 11:00:00')).toBe(NOW);
  });

  it('reads every date that JavaScript writes as an HTTP date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        expect(parseHttpDate(new Date(seconds * 1000).toUTCString())).toBe(seconds * 1000);
      }),
    );
  });

  it('reads any text without harm, and no wait is longer than a date can hold', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,400}$/)), (text) => {
        const read = parseRetryAfter(text, NOW);
        if (read.kind === 'wait') new Date(NOW + read.ms).toISOString();
      }),
    );
  });

  it.each([
    'Mon, 32 Jun 2019 11:00:00 GMT',
    'Mon, 03 Foo 2019 11:00:00 GMT',
    'Mon, 03 Jun 2019 25:00:00 GMT',
  ])('takes %s for no date', (text) => {
    expect(parseRetryAfter(text, NOW).kind).toBe('unreadable');
  });
});
