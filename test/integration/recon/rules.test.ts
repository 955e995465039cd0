/** Rule sets through the command: checked, tried, saved, used; matches decided; everything verified and rebuilt. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { add, decimal } from '../../../shared/decimal.ts';
import { temporaryFolder } from '../../unit/workspace/temporary.ts';
import { tieout } from '../cli/in-process.ts';

type Told = Readonly<Record<string, unknown>> & { readonly type: string };

const RULES = {
  format: 1,
  name: 'desk',
  revision: 1,
  rules: [
    { name: 'settlement', key: 'identity', tolerance: { absolute: '0.01' } },
    {
      ...{ name: 'trade and hour', kind: '1:1', outcome: 'suggested', tolerance: { absolute: '5' } },
      key: [
        'trade_id',
        { field: 'location', steps: ['upper', { substring: { from: 1, length: 3 } }] },
        { field: 'delivery_end', steps: [{ day: 'America/New_York' }] },
      ],
      window: { field: 'delivery_start', days_before: 2, days_after: 1 },
    },
    {
      ...{ name: 'near enough', key: 'identity', ignore: ['price', 'volume'] },
      tolerance: { percent: '60', derived: { stage: 'interval', mode: 'half-even' } },
    },
  ],
};

let folder: string;
let of: readonly string[];

function file(name: string, document: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(document, null, 1));
  return path;
}

async function told(...args: readonly string[]): Promise<{ code: number | null; events: readonly Told[] }> {
  const { code, stdout } = await tieout([...args, '--json']);
  return {
    code,
    events: stdout
      .trim()
      .split('\n')
      .map((line): Told => JSON.parse(line)),
  };
}

async function reconciled(...args: readonly string[]): Promise<{ recon: Told; events: readonly Told[] }> {
  const { code, events } = await told('reconcile', '--month', '2024-03', ...of, ...args);
  const recon = events[0];
  if (code !== 0 || recon?.type !== 'recon') throw new Error(JSON.stringify(recon));
  return { recon, events };
}

beforeAll(async () => {
  folder = join(temporaryFolder(), 'demo');
  of = ['--workspace', join(folder, 'workspace')];
  const made = await tieout(['demo', '--quiet', '--records', '1500', '--out', folder]);
  expect(made.code).toBe(0);
}, 60_000);

describe('a rule set', () => {
  it('is refused with every fault at its place', async () => {
    const [first, second] = RULES.rules;
    const path = file('bad.json', {
      ...RULES,
      speed: 'high',
      rules: [
        { ...first, tolerance: { absolute: '-1' } },
        { ...second, name: 'settlement', kind: '1:2' },
      ],
    });
    const { code, events } = await told('rules', 'check', path);
    expect(code).toBe(2);
    const faults = events.filter(({ type }) => type === 'rules-fault');
    expect(faults.map((fault) => fault.path)).toEqual([
      'rules[0].tolerance.absolute',
      'rules[1].kind',
      'speed',
    ]);
    for (const fault of faults) expect(fault.line).toBeGreaterThan(1);
  });

  it('is tried without being kept, and says what moves', async () => {
    const before = await reconciled();
    const { events } = await told(
      ...['rules', 'dry-run', file('desk.json', RULES), '--month', '2024-03', '--limit', '3', ...of],
    );
    const trial = events[0] as unknown as Record<'before' | 'after', Record<string, number>>;
    expect(trial.before).toMatchObject({
      matched: before.recon.matched,
      breaks: before.recon.breaks,
      suggested: 0,
    });
    expect(trial.after.suggested).toBeGreaterThan(0);
    expect(trial.after.matched).toBeGreaterThan(trial.before.matched ?? 0);
    expect(events.filter(({ type }) => type === 'dry-run-item')).toHaveLength(3);
    const again = await reconciled();
    expect(again.recon.recon_sha256).toBe(before.recon.recon_sha256);

    const used = await reconciled('--rules', join(folder, 'desk.json'));
    expect(used.recon).toMatchObject({
      matched: trial.after.matched,
      suggested: trial.after.suggested,
      breaks: trial.after.breaks,
    });
    expect(used.recon.recon_sha256).not.toBe(before.recon.recon_sha256);
  }, 30_000);

  it('is saved once under its name and revision', async () => {
    const saved = await told('rules', 'save', join(folder, 'desk.json'), ...of);
    expect(saved.events[0]).toMatchObject({ type: 'rules', name: 'desk', revision: 1, saved: true });
    const changed = file('changed.json', { ...RULES, description: 'other' });
    const refused = await told('rules', 'save', changed, ...of);
    expect(refused).toMatchObject({ code: 2, events: [{ code: 'rules-invalid' }] });
    const listed = await told('rules', 'list', ...of);
    expect(listed.events.map(({ name, revision }) => [name, revision])).toEqual([
      ['default', 1],
      ['desk', 1],
    ]);
  });
});

describe('a waterfall', () => {
  it('adds up from the ETRM total to the ledger total in every currency, to the last digit', async () => {
    const { recon } = await reconciled('--rules', 'desk');
    const currencies = recon.waterfall as Record<string, readonly { step: string; amount: string }[]>;
    expect(Object.keys(currencies).sort()).toEqual(Object.keys(recon.ledger_total as object).sort());
    for (const [currency, steps] of Object.entries(currencies)) {
      const amounts = steps.map(({ amount }) => decimal(amount));
      const [first, last] = [amounts[0], amounts.at(-1)];
      expect(first).toBe((recon.etrm_total as Record<string, string>)[currency]);
      expect(last).toBe((recon.ledger_total as Record<string, string>)[currency]);
      expect(amounts.slice(0, -1).reduce(add)).toBe(last);
    }
  });
});

describe('a suggested match', () => {
  it('is neither matched nor a break until an analyst says so, and stays what was said', async () => {
    const before = await reconciled('--rules', 'desk');
    const { events } = await told('matches', 'list', '--month', '2024-03', '--state', 'suggested', ...of);
    const ids = events.map(({ matchId }) => String(matchId));
    expect(ids).toHaveLength(Number(before.recon.suggested));
    const say = (act: string, ...matches: readonly string[]) =>
      told('matches', act, ...matches, '--month', '2024-03', '--reason', 'seen on the confirmation', ...of);
    const [one = '', other = ''] = ids;
    expect((await say('confirm', one)).code).toBe(0);
    expect((await say('reject', other)).code).toBe(0);
    const after = await reconciled('--rules', 'desk');
    expect(after.recon.suggested).toBe(ids.length - 2);
    const later = await told('matches', 'list', '--month', '2024-03', ...of);
    expect(later.events.find(({ matchId }) => matchId === one)).toMatchObject({ state: 'matched' });
    expect(later.events.find(({ matchId }) => matchId === other)).toMatchObject({
      state: null,
      decision: 'reject',
    });

    // A match by identity is taken apart by its settlement id, and put together again.
    const id = 'STL-202403-00000001';
    expect((await say('unmatch', id)).code).toBe(0);
    const apart = await reconciled('--rules', 'desk');
    expect(apart.recon.matched).toBe(Number(after.recon.matched) - 1);
    const broken = apart.events.filter(({ type, settlement_id }) => type === 'break' && settlement_id === id);
    expect(broken.map(({ category }) => category).sort()).toEqual(['MISSING_IN_ETRM', 'MISSING_IN_LEDGER']);
    expect((await say('restore', id)).code).toBe(0);
    const whole = await reconciled('--rules', 'desk');
    expect(whole.recon.recon_sha256).toBe(after.recon.recon_sha256);
    expect((await say('confirm', 'M-0000')).code).toBe(2);
  }, 30_000);

  it('is verified from what was read, and is there again after a rebuild', async () => {
    expect((await told('verify', ...of)).code).toBe(0);
    const before = await told('matches', 'list', '--month', '2024-03', ...of);
    expect((await told('rebuild', ...of)).code).toBe(0);
    const after = await told('matches', 'list', '--month', '2024-03', ...of);
    expect(after.events).toEqual(before.events);
  }, 60_000);
});
