/** Keys of rules, worked out by the engine as they are worded. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { keyExpression } from '../../../electron/recon/key-expression.ts';
import { examineRules } from '../../../electron/recon/rule-file.ts';
import type { RuleKey } from '../../../shared/rules.ts';
import { temporaryApp } from '../workspace/temporary.ts';

let app: App;
beforeAll(async () => {
  app = await temporaryApp();
});

/** One row, and the key that it has; null where it meets none. */
async function keyOf(key: RuleKey, side: 'etrm' | 'ledger' = 'etrm', change = ''): Promise<string | null> {
  const { sql, parameters } = keyExpression(key, side);
  const row = await app.workspace.database.row(
    `WITH r AS (
       SELECT 'iS-1' AS key, 'pjm-0042/A' AS trade_id, '  Acme  Energy ' AS counterparty, 'PJM-RTO' AS location,
         3 AS deal_leg, NULL::VARCHAR AS agreement, '' AS invoice_no,
         TIMESTAMP '2024-11-03 05:30:00' AS delivery_start, TIMESTAMP '2024-11-03 06:30:00' AS delivery_end)
     SELECT ${sql} AS key FROM (SELECT * ${change} FROM r)`,
    parameters,
  );
  return row?.textOrNull('key') ?? null;
}

const NEW_YORK = 'America/New_York';

describe('an expression of a key', () => {
  const taken = (pattern: string) =>
    examineRules(
      JSON.stringify({
        ...{ format: 1, name: 'x', revision: 1 },
        rules: [{ name: 'a', key: [{ field: 'trade_id', steps: [{ capture: pattern }] }] }],
      }),
    ).ok;

  it.each([
    ...[
      'p',
      '(p)',
      '(?:p)(j)',
      '[(]',
      '\\\\(p)',
      '\\(p',
      '\\p{Ll}+',
      '\\P{L}',
      '[^/]+',
      '[\\]\\[]',
      'p{1,1000}',
      '\\x70',
    ],
    ...[
      '\\bpjm\\b',
      '[{}]',
      '\\.',
      '^$',
      '(p)|(q)',
      '\\u0070',
      '\\u{70}',
      '[^]',
      '[]',
      '\\cA',
      '\\0',
      '[\\b]',
      'p{1001}',
    ],
    ...[
      '\\p{Script=Greek}',
      '\\p{Letter}',
      '\\p{Lowercase}',
      '\\p{LC}',
      '\\p{Cn}',
      '[\\p{Lu}\\u0041]',
      '(?<a>p)',
      '(?=p)',
      '(p)\\1',
    ],
  ])('%s is taken where the engine takes it, and refused where it does not', async (pattern) => {
    const run = keyOf([{ field: 'trade_id', steps: [{ capture: pattern }] }]);
    const runs = await run.then(
      () => true,
      () => false,
    );
    // Groups by name run, and are refused as they always were.
    expect(taken(pattern)).toBe(runs && !pattern.startsWith('(?<'));
  });
});

describe('a key', () => {
  it('has the group of an expression, behind a backslash that stands for itself too', async () => {
    const of = (pattern: string) =>
      keyOf([{ field: 'back', steps: [{ capture: pattern }] }] as never, 'etrm', `, 'a\\b(c' AS back`);
    expect(await of('\\\\(b)')).toBe('b');
    expect(await of('[(]c')).toBe('(c');
  });

  it.each<[string, RuleKey, string | null]>([
    ['is the identity', 'identity', 'iS-1'],
    ['is a field', ['trade_id'], 'pjm-0042/A'],
    ['joins its parts', ['trade_id', 'deal_leg'], 'pjm-0042/A\u001f3'],
    [
      'goes through its steps in order',
      [{ field: 'counterparty', steps: ['trim', 'upper', { remove: '\\s+' }] }],
      'ACMEENERGY',
    ],
    ['lowers', [{ field: 'location', steps: ['lower'] }], 'pjm-rto'],
    [
      'takes a part of a text',
      [{ field: 'location', steps: [{ substring: { from: 5, length: 3 } }] }],
      'RTO',
    ],
    [
      'takes the first group of an expression',
      [{ field: 'trade_id', steps: [{ capture: '^pjm-0*(\\d+)' }] }],
      '42',
    ],
    [
      'takes all that an expression without a group finds',
      [{ field: 'trade_id', steps: [{ capture: '\\d+' }] }],
      '0042',
    ],
    ['has a text that is always the same', ['location', { text: 'x' }], 'PJM-RTO\u001fx'],
    [
      'is the local day of a delivery',
      [{ field: 'delivery_start', steps: [{ day: 'Asia/Tokyo' }] }],
      '2024-11-03',
    ],
    [
      'is the local day where that is another',
      [{ field: 'delivery_start', steps: [{ day: 'America/Los_Angeles' }] }],
      '2024-11-02',
    ],
    [
      'is the hour that clocks show, twice on the long day',
      [
        { field: 'delivery_start', steps: [{ hour: NEW_YORK }] },
        { field: 'delivery_end', steps: [{ hour: NEW_YORK }] },
      ],
      '01\u001f01',
    ],
    ['meets none where a part is null', ['trade_id', 'agreement'], null],
    ['meets none where a part is empty', ['trade_id', 'invoice_no'], null],
    ['meets none where a step leaves nothing', [{ field: 'trade_id', steps: [{ capture: 'zzz' }] }], null],
  ])('%s', async (_, key, expected) => {
    expect(await keyOf(key)).toBe(expected);
  });

  it('is another on each side where it says so', async () => {
    const key: RuleKey = { etrm: ['trade_id'], ledger: [{ field: 'trade_id', steps: ['upper'] }] };
    expect([await keyOf(key, 'etrm'), await keyOf(key, 'ledger')]).toEqual(['pjm-0042/A', 'PJM-0042/A']);
  });

  it('writes no text of a rule into a statement', () => {
    const { sql, parameters } = keyExpression(
      [{ field: 'trade_id', steps: [{ remove: `'; DROP TABLE recon; --` }] }, { text: `'x` }],
      'etrm',
    );
    expect(sql).not.toContain('DROP');
    expect(parameters).toEqual([`'; DROP TABLE recon; --`, `'x`]);
  });
});
