/** Rule sets through the command: checked, tried, saved, used; matches decided; everything verified and rebuilt. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { add, decimal } from '../../../shared/decimal.ts';
import { temporaryApp, temporaryFolder } from '../../unit/workspace/temporary.ts';
import { tieout } from '../cli/in-process.ts';
import { BREAKS, DESK_RULES, MATCHED_BY_IDENTITY, PENDING, RULED, storeDeskMonth } from './desk-month.ts';

type Told = Readonly<Record<string, unknown>> & { readonly type: string };

const folder = temporaryFolder();
const of = ['--workspace', join(folder, 'workspace')];
const month = ['--month', '2024-03', ...of];

function file(name: string, document: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(document, null, 1));
  return path;
}

async function told(...args: readonly string[]): Promise<{ code: number | null; events: readonly Told[] }> {
  const { code, stdout } = await tieout([...args, '--json']);
  const lines = stdout.trim().split('\n');
  return { code, events: lines.filter((line) => line !== '').map((line): Told => JSON.parse(line)) };
}

async function reconciled(...args: readonly string[]): Promise<{ recon: Told; events: readonly Told[] }> {
  const { code, events } = await told('reconcile', ...month, ...args);
  const recon = events[0];
  if (code !== 0 || recon?.type !== 'recon') throw new Error(JSON.stringify(recon));
  return { recon, events };
}

const say = (act: string, ...matches: readonly string[]) =>
  told('matches', act, ...matches, ...month, '--reason', 'seen on the confirmation');

beforeAll(async () => {
  const app = await temporaryApp(join(folder, 'workspace'));
  await storeDeskMonth(app);
  await app.close();
});

describe('a rule set', () => {
  it('is refused with every fault at its place', async () => {
    const [first, second] = DESK_RULES.rules;
    const path = file('bad.json', {
      ...DESK_RULES,
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
      'rules[1].name',
      'rules[1].kind',
      'speed',
    ]);
    for (const fault of faults) expect(fault.line).toBeGreaterThan(1);
  });

  it('is tried without being kept, and says what moves', async () => {
    const before = await reconciled();
    const { events } = await told(
      'rules',
      'dry-run',
      file('desk.json', DESK_RULES),
      '--limit',
      '3',
      ...month,
    );
    const trial = events[0] as unknown as Record<'before' | 'after', Record<string, number>>;
    expect(trial.before).toMatchObject({
      matched: before.recon.matched,
      breaks: before.recon.breaks,
      suggested: 0,
    });
    expect(events.filter(({ type }) => type === 'dry-run-item')).toHaveLength(3);

    const used = await reconciled('--rules', join(folder, 'desk.json'));
    const { matched, suggested, breaks } = trial.after;
    expect(used.recon).toMatchObject({ matched, suggested, breaks });
    expect(used.recon.recon_sha256).not.toBe(before.recon.recon_sha256);
  });

  it('passes over a rule that is not enabled, and keeps it', async () => {
    const [first, ...others] = DESK_RULES.rules;
    const without = await reconciled('--rules', file('one.json', { ...DESK_RULES, rules: [first] }));
    const off = others.map((rule) => ({ ...rule, enabled: false }));
    const set = { ...DESK_RULES, rules: [first, ...off] };
    const passed = await reconciled('--rules', file('off.json', set));
    const { matched, suggested, breaks, etrm_total, ledger_total } = without.recon;
    expect(passed.recon).toMatchObject({ matched, suggested, breaks, etrm_total, ledger_total });
    expect((await told('rules', 'check', join(folder, 'off.json'))).events[0]).toMatchObject({
      rules: DESK_RULES.rules.map(({ name }) => name),
    });
    const none = { ...DESK_RULES, rules: DESK_RULES.rules.map((rule) => ({ ...rule, enabled: false })) };
    const refused = await told('rules', 'check', file('none.json', none));
    expect(refused.events[0]).toMatchObject({ path: 'rules' });
  });

  it('is saved once under its name and revision', async () => {
    const saved = await told('rules', 'save', join(folder, 'desk.json'), ...of);
    expect(saved.events[0]).toMatchObject({ type: 'rules', name: 'desk', revision: 1, saved: true });
    const changed = file('changed.json', { ...DESK_RULES, description: 'other' });
    const refused = await told('rules', 'save', changed, ...of);
    expect(refused).toMatchObject({ code: 2, events: [{ code: 'rules-invalid' }] });
    const listed = await told('rules', 'list', ...of);
    expect(listed.events.map(({ name, revision }) => [name, revision])).toEqual([
      ['default', 1],
      ['desk', 1],
    ]);
  });
});

describe('a reconciliation by a rule set', () => {
  let recon: Told;
  let events: readonly Told[];
  beforeAll(async () => {
    ({ recon, events } = await reconciled('--rules', 'desk'));
  });

  it('matches by each kind, converts, suggests, tells pending by reason and finds each further category', async () => {
    expect(recon).toMatchObject({
      matched: MATCHED_BY_IDENTITY + Object.values(RULED).flat().length - 1,
      suggested: 1,
      pending_by_reason: PENDING,
    });
    const breaks = events.filter(({ type }) => type === 'break');
    const found = breaks.map((event) => [event.settlement_id ?? event.trade_id, event.category]);
    expect(Object.fromEntries(found)).toEqual(BREAKS);
    const matches = await told('matches', 'list', ...month);
    for (const [name, sizes] of Object.entries(RULED)) {
      const made = matches.events.filter(({ rule }) => rule === name);
      expect([name, ...made.map(({ etrmRows, ledgerRows }) => [etrmRows, ledgerRows])]).toEqual([
        name,
        ...sizes,
      ]);
    }
  });

  it('shows the rate that it used, and how the tolerance came about', async () => {
    const broken = events.find(({ settlement_id: id }) => id === 'S-09');
    const explained = { volume: '0', price: '0', fx: '-1.25', rounding: '0' };
    expect(broken).toMatchObject({ difference: '-1.25', explained, evidence: { fx: DESK_RULES.fx } });
    const shown = await tieout(['breaks', 'show', String(broken?.break_id), ...of]);
    expect(shown.stdout).toContain('explained: volume 0, price 0, FX -1.25, rounding 0');
    expect(shown.stdout).toContain('1 EUR = 1.25 USD (ECB, 2024-03-28)');
    const rounded = events.find(({ settlement_id: id }) => id === 'S-15');
    expect(rounded?.evidence).toMatchObject({
      tolerance: { value: '0.0055', derived: { mode: 'half-up', expected: '-20.01', roundings: 1 } },
    });
  });

  it('adds up from the ETRM total to the ledger total in every currency, to the last digit', () => {
    const currencies = recon.waterfall as Record<string, readonly { step: string; amount: string }[]>;
    expect(Object.keys(currencies)).toEqual(['EUR', 'USD']);
    for (const [currency, steps] of Object.entries(currencies)) {
      const amounts = steps.map(({ amount }) => decimal(amount));
      const [first, last] = [amounts[0], amounts.at(-1)];
      expect(first).toBe((recon.etrm_total as Record<string, string>)[currency] ?? '0');
      expect(last).toBe((recon.ledger_total as Record<string, string>)[currency]);
      expect(amounts.slice(0, -1).reduce(add)).toBe(last);
    }
    expect(currencies.USD?.find(({ step }) => step === 'FX')).toMatchObject({ amount: '-1.25' });
  });
});

describe('a suggested match', () => {
  it('is neither matched nor a break until an analyst says so, and stays what was said', async () => {
    const before = await reconciled('--rules', 'desk');
    const { events } = await told('matches', 'list', '--state', 'suggested', ...month);
    const [one] = events.map(({ matchId }) => String(matchId));
    if (one === undefined) throw new Error('nothing suggested');
    expect((await say('confirm', one)).code).toBe(0);
    const after = await reconciled('--rules', 'desk');
    expect(after.recon).toMatchObject({ suggested: 0, matched: Number(before.recon.matched) + 1 });
    expect((await say('unmatch', one)).code).toBe(0);

    // A match is taken apart by its settlement id, not matched by identity either, and put together again.
    expect((await say('unmatch', 'S-01')).code).toBe(0);
    const apart = await reconciled('--rules', 'desk');
    expect(apart.recon).toMatchObject({ suggested: 0, matched: Number(before.recon.matched) - 1 });
    const broken = apart.events.filter(({ type, settlement_id: id }) => type === 'break' && id === 'S-01');
    expect(broken.map(({ category }) => category).sort()).toEqual(['MISSING_IN_ETRM', 'MISSING_IN_LEDGER']);
    const decided = await told('matches', 'list', ...month);
    expect(decided.events.find(({ settlementId }) => settlementId === 'S-01')).toMatchObject({
      decision: 'unmatch',
    });
    // Whatever rules it goes by.
    const plain = await reconciled();
    expect(plain.events.filter(({ settlement_id: id }) => id === 'S-01')).toHaveLength(2);
    const both = decided.events
      .filter(({ decision }) => decision === 'unmatch')
      .map(({ matchId }) => String(matchId));
    expect(both).toContain(one);
    expect(both).toHaveLength(2);
    expect((await say('restore', 'S-01', one)).code).toBe(0);
    const whole = await reconciled('--rules', 'desk');
    expect(whole.recon.recon_sha256).toBe(before.recon.recon_sha256);
    expect((await say('reject', one)).code).toBe(0);
    const rejected = await reconciled('--rules', 'desk');
    expect(rejected.recon).toMatchObject({ suggested: 0, matched: before.recon.matched });
    expect((await say('confirm', 'M-0000')).code).toBe(2);
  });

  it('is verified from what was read, and is there again after a rebuild', async () => {
    expect((await told('verify', ...of)).code).toBe(0);
    const before = await told('matches', 'list', ...month);
    const rebuilt = await told('rebuild', ...of);
    expect(rebuilt.code, JSON.stringify(rebuilt.events.slice(-5))).toBe(0);
    const after = await told('matches', 'list', ...month);
    expect(after.events).toEqual(before.events);
  });
});
