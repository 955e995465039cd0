import { describe, expect, it } from 'vitest';
import { readPage } from '../../../electron/etrm/canonical/page.ts';
import type { Paging } from '../../../electron/etrm/page-shape.ts';
import { nextOf } from '../../../electron/etrm/pages.ts';

const NUMBER: Paging = { style: 'page', parameter: 'page', first: 1, next: 'next' };
const CURSOR: Paging = { style: 'cursor', parameter: 'after', next: 'next' };
const LINK: Paging = { style: 'link', next: 'next' };

function nextAfter(paging: Paging, next: string) {
  const page = readPage(Buffer.from(`{"results":[{}],"next":${next}}`), { results: 'results', next: 'next' });
  return nextOf(paging, page.next);
}

describe('the next page', () => {
  it.each(['null', 'false', '0', '""', '[]', '{}'])('is none after %s, in every style', (next) => {
    for (const paging of [NUMBER, CURSOR, LINK]) expect(nextAfter(paging, next)).toBeUndefined();
  });

  it('is told by a string or a number, with all its digits', () => {
    expect(nextAfter(CURSOR, '"c=\\u00e9"')).toBe('c=é');
    expect(nextAfter(CURSOR, '90071992547409931234')).toBe('90071992547409931234');
    expect(nextAfter(LINK, '"?page=2"')).toBe('?page=2');
  });

  it.each(['true', '{"after":"c2"}', '["c2"]'])(
    'is not told by %s, which does not end a run either',
    (next) => {
      expect(nextAfter(NUMBER, next)).toBeNull();
      for (const paging of [CURSOR, LINK]) {
        expect(() => nextAfter(paging, next)).toThrow(expect.objectContaining({ code: 'vendor-page-shape' }));
      }
    },
  );
});
