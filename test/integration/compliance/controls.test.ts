/** The index of controls: every command in it works, and every table and event that it names is there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTS } from '../../../electron/rebuild/replay.ts';
import { ofType } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { MONTH, type SampleMonth, sampleMonth } from '../cli/sample-month.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/controls.md'), 'utf8');
const SECTIONS = DOCUMENT.split(/^## /m).slice(1);
const COMMANDS = [...new Set([...DOCUMENT.matchAll(/`tieout ([^`]+)`/g)].map(([, text = '']) => text))];

let sample: SampleMonth;

beforeAll(async () => {
  sample = await sampleMonth(60);
});

const here = (): readonly string[] => ['--workspace', sample.workspace];

describe('the index of controls', () => {
  it('says of each what it claims, where its evidence is, how to perform it again and what it does not claim', () => {
    expect(SECTIONS.length).toBe(9);
    for (const section of SECTIONS)
      for (const part of ['**Claims**', '**Evidence**', '**Re-perform**', '**Does not claim**'])
        expect(section).toContain(part);
  });

  it('names commands that work', async () => {
    const pages = ofType(sample.synced, 'page').map(
      (page) => `${page.page} ${page.records} ${page.page_sha256}`,
    );
    writeFileSync(join(sample.folder, 'client.log'), `${pages.join('\n')}\n`);
    expect(COMMANDS.length).toBeGreaterThan(12);
    for (const command of COMMANDS) {
      const args = command
        .split(' ')
        .map((word) => (/\.(json|zip|log|ndjson)$/.test(word) ? join(sample.folder, word) : word));
      const ended = await tieout([...args, ...here()]);
      expect(ended.code, `${command}: ${ended.stderr}`).toBe(0);
    }
  });

  it('names events that there are', () => {
    const named = SECTIONS.flatMap((section) => [...section.matchAll(/`([a-z]+(?:-[a-z]+)?\.[a-z-]+)`/g)]);
    const events = named
      .map(([, name = '']) => name)
      .filter((name) => !name.includes('.ndjson') && !name.includes('.py'));
    expect(events.length).toBeGreaterThan(10);
    for (const event of events) expect([...ACTS.keys()]).toContain(event);
  });

  it('reports power sales in the form of an EQR, and what they lack', async () => {
    const out = join(sample.folder, 'eqr.csv');
    const ended = await tieout(['eqr', '--month', MONTH, '--out', out, '--overwrite', ...here(), '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    const [header = '', ...rows] = readFileSync(out, 'utf8').trimEnd().split('\r\n');
    expect(header.split(',')).toHaveLength(26);
    const beside = JSON.parse(readFileSync(`${out}.absent.json`, 'utf8'));
    expect(beside.transactions).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(1);
    const absent: readonly { readonly field: string; readonly filled: number }[] = beside.absent;
    for (const field of ['ferc_tariff_reference', 'class_name', 'point_of_delivery_balancing_authority'])
      expect(absent).toContainEqual(expect.objectContaining({ field, filled: 0 }));
    expect(absent.map(({ field }) => field)).not.toContain('price');
    const records = await tieout(['records', '--month', MONTH, '--csv', ...here()]);
    const ids = rows.map((row) => row.split(',').find((cell) => cell.startsWith('STL-')) ?? '');
    expect(new Set(ids).size).toBe(rows.length);
    for (const id of ids) expect(records.stdout).toContain(id);
    expect((await tieout(['eqr', '--quarter', '2024-Q5', '--out', `${out}2`, ...here()])).code).toBe(2);
  });

  it('shows retention, refuses what is too short, and holds a month', async () => {
    const set = (years: string) =>
      tieout(['retention', 'set', '--years', years, '--reason', 'policy', ...here()]);
    expect((await set('4')).code).toBe(2);
    expect((await set('9')).stdout).toContain('9 years');
    const prune = (...how: readonly string[]) => tieout(['retention', 'prune', ...how, ...here()]);
    expect((await prune()).code).toBe(2);
    expect((await prune('--yes', '--month', MONTH)).stderr).toContain('is kept until');
    const hold = await tieout(['retention', 'hold', '--month', MONTH, '--reason', 'Docket 7', ...here()]);
    expect(hold.code, hold.stderr).toBe(0);

    expect((await prune('--yes', '--month', MONTH)).stderr).toContain('legal hold (Docket 7)');
    const shown = await tieout(['retention', 'show', ...here(), '--json']);
    expect(ofType(shown, 'retained-month')[0]).toMatchObject({ month: MONTH, hold: 'Docket 7', past: false });
    expect((await tieout(['audit', 'verify', ...here()])).code).toBe(0);
    expect((await tieout(['rebuild', ...here()])).code).toBe(0);
    const again = await tieout(['retention', 'show', ...here(), '--json']);
    expect(again.stdout).toBe(shown.stdout);
  });
});
