import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, ofType, temporaryFolder } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { MONTH, type SampleMonth, sampleMonth } from '../cli/sample-month.ts';
import { stored, tamper } from '../workspace/stored-tables.ts';

let sample: SampleMonth;
beforeAll(async () => {
  sample = await sampleMonth();
});

/** A copy of the sample's workspace, to be spoilt. */
function copied(): string {
  const workspace = join(temporaryFolder(), 'workspace');
  cpSync(sample.workspace, workspace, { recursive: true });
  return workspace;
}

/** What a verification says of a workspace: exit code, and subject and name of each difference. */
async function verified(workspace: string, ...more: readonly string[]) {
  const ended = await tieout(['verify', '--workspace', workspace, '--json', ...more]);
  const differences = ofType(ended, 'difference').map(({ subject, name }) => `${subject} ${name}`);
  return { code: ended.code, stderr: ended.stderr, differences };
}

/** Evidence files of pages of settlements or extracts, by the table that names them. */
async function evidence(workspace: string, sql: string): Promise<string> {
  const [row] = await stored(workspace, sample.folder, sql);
  const digest = String(row?.digest);
  return join(workspace, 'evidence', digest.slice(0, 2), `${digest}.zst`);
}
const PAGE_BODY = `SELECT body_sha256 AS digest FROM page JOIN run USING (run_id) WHERE resource = 'settlements' AND page = 3`;
const EXTRACT = 'SELECT file_sha256 AS digest FROM ledger_import';

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  writeFileSync(file, bytes);
}

describe('a verification', () => {
  it('finds nothing where nothing was touched, and says what it looked at', async () => {
    const ended = await tieout(['verify', '--workspace', copied(), '--json']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(eventsOf(ended.stdout)).toEqual([
      expect.objectContaining({ type: 'verify', month: null, differences: 0 }),
    ]);
    const month = await tieout(['verify', '--month', MONTH, '--workspace', copied(), '--json']);
    expect(ofType(month, 'verify')[0]).toMatchObject({ month: MONTH, differences: 0 });
  });

  it('says in one sentence where the first difference is, and ends with 1', async () => {
    const workspace = copied();
    rmSync(await evidence(workspace, PAGE_BODY));
    const { code, stderr } = await verified(workspace);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tieout: 1 of the checks found a difference, the first in body run [^\n]+ page 3; [^\n]+\.\n$/,
    );
  });
});

describe('a verification finds', () => {
  it.each([0.1, 0.25, 0.5, 0.75, 0.999])(
    'a byte that was flipped at %f of a page’s evidence',
    async (share) => {
      const workspace = copied();
      const file = await evidence(workspace, PAGE_BODY);
      flip(file, Math.floor(readFileSync(file).length * share));
      expect(await verified(workspace)).toMatchObject({
        code: 1,
        differences: [expect.stringMatching(/^body .* page 3$/)],
      });
    },
  );

  it('evidence that was deleted, cut short, or put in another’s place', async () => {
    for (const spoil of [
      (file: string) => rmSync(file),
      (file: string) => truncateSync(file, 100),
      (file: string) => writeFileSync(file, ''),
      (file: string) => {
        const body = zstdDecompressSync(readFileSync(file))
          .toString()
          .replace(/"amount":-?\d/, '"amount":9');
        writeFileSync(file, zstdCompressSync(body));
      },
    ]) {
      const workspace = copied();
      spoil(await evidence(workspace, PAGE_BODY));
      expect(await verified(workspace)).toMatchObject({
        code: 1,
        differences: [expect.stringMatching(/^body .* page 3$/)],
      });
    }
  });

  it('an extract’s evidence that was changed', async () => {
    const workspace = copied();
    const file = await evidence(workspace, EXTRACT);
    flip(file, Math.floor(readFileSync(file).length / 2));
    const { code, differences } = await verified(workspace);
    expect(code).toBe(1);
    expect(differences).toContainEqual(expect.stringMatching(/^extract /));
  });

  const anyone = `WHERE page = 3 AND idx = 7`;
  it.each<[string, string, RegExp]>([
    ['an amount', `UPDATE settlement SET amount_text = '1' ${anyone}`, /^records .* page 3 /],
    ['an amount as the engine adds it', `UPDATE settlement SET amount = 1 ${anyone}`, /^records .* page 3 /],
    ['a price', `UPDATE settlement SET price_text = price_text || '1' ${anyone}`, /^records .* page 3 /],
    ['a counterparty', `UPDATE settlement SET counterparty = 'Another' ${anyone}`, /^records .* page 3 /],
    ['a direction', `UPDATE settlement SET direction = 'X' ${anyone}`, /^records .* page 3 /],
    [
      'a delivery start',
      `UPDATE settlement SET delivery_start = delivery_start + INTERVAL 1 HOUR ${anyone}`,
      /^records .* page 3 /,
    ],
    ['a location', `UPDATE settlement SET location = 'X' ${anyone}`, /^records .* page 3 /],
    ['a trade', `UPDATE settlement SET trade_id = 'X' ${anyone}`, /^records .* page 3 /],
    [
      'an agreement that was taken away',
      `UPDATE settlement SET agreement = NULL WHERE page = 3`,
      /^records .* page 3 /,
    ],
    ['a record that was removed', `DELETE FROM settlement ${anyone}`, /^records .* page 3 /],
    [
      'a record that was added',
      `INSERT INTO settlement SELECT * REPLACE (999 AS idx) FROM settlement ${anyone}`,
      /^records .* page 3 /,
    ],
    [
      'a dead letter that was removed',
      `DELETE FROM dead_letter WHERE page = (SELECT min(page) FROM dead_letter)`,
      /dead letters/,
    ],
    [
      'a dead letter with another text',
      `UPDATE dead_letter SET raw = '{}' WHERE page = (SELECT min(page) FROM dead_letter)`,
      /dead letter/,
    ],
    [
      'a dead letter with other reasons',
      `UPDATE dead_letter SET reasons = '[]' WHERE page = (SELECT min(page) FROM dead_letter)`,
      /dead letter/,
    ],
    [
      'a trade record that was changed',
      `UPDATE resource_record SET record = '{}' WHERE idx = 1`,
      /^records /,
    ],
    ['a trade record that was removed', `DELETE FROM resource_record WHERE idx = 1`, /^records /],
    ['a page hash', `UPDATE page SET page_sha256 = repeat('a', 64) WHERE page = 3`, /^page .* page 3$/],
    ['a body hash', `UPDATE page SET body_sha256 = repeat('a', 64) WHERE page = 3`, /^body .* page 3$/],
    ['a count of records', `UPDATE page SET records = 49 WHERE page = 3`, /^records .* page 3 received$/],
    ['a page that was removed', `DELETE FROM page WHERE page = 3`, /^run /],
    ['a run hash', `UPDATE run_stop SET run_sha256 = repeat('a', 64)`, /^run /],
    [
      'an audit event that was changed',
      `UPDATE audit_event SET payload = '{}' WHERE seq = 5`,
      /^audit event 5 \(hash\)$/,
    ],
    ['an audit event that was removed', `DELETE FROM audit_event WHERE seq = 5`, /^audit event 5 \(gap\)$/],
    ['the last audit events, removed', `DELETE FROM audit_event WHERE type = 'report.export'`, /^audit /],
    ['a posting’s amount', `UPDATE ledger_row SET amount_text = '1' WHERE line = 9`, /^extract /],
    [
      'a posting’s amount as the engine adds it',
      `UPDATE ledger_row SET amount = 1 WHERE line = 9`,
      /^extract /,
    ],
    ['a posting’s memo', `UPDATE ledger_row SET memo = 'X' WHERE line = 9`, /^extract /],
    ['a posting that was removed', `DELETE FROM ledger_row WHERE line = 9`, /^extract /],
    ['control totals of an extract', `UPDATE ledger_import SET totals = '{}'`, /^extract /],
    ['a reconciliation’s hash', `UPDATE recon SET recon_sha256 = repeat('a', 64)`, /^recon 2024-03/],
    ['a reconciliation’s total', `UPDATE recon SET etrm_total = '{"USD":"1"}'`, /^recon 2024-03/],
    [
      'a reconciliation’s counts',
      `UPDATE recon SET breaks = 0, matched = matched + breaks, by_category = '{}'`,
      /^recon 2024-03/,
    ],
    [
      'a difference that was taken away',
      `UPDATE recon_item SET difference = '0', state = 'matched', category = NULL WHERE state = 'break'`,
      /^recon 2024-03/,
    ],
    ['a break that was taken away', `DELETE FROM recon_break WHERE category = 'PRICE'`, /^recon 2024-03/],
    [
      'a break with other amounts',
      `UPDATE recon_break SET detail = replace(detail, '"difference":"', '"difference":"1')`,
      /^recon 2024-03/,
    ],
  ])('%s in the database', async (_, statement, expected) => {
    const workspace = copied();
    await tamper(workspace, statement);
    const { code, differences } = await verified(workspace);
    expect(code).toBe(1);
    expect(differences).toContainEqual(expect.stringMatching(expected));
  });

  it('a report or a manifest that was changed since it was exported, and not one that was moved away', async () => {
    const files = readdirSync(sample.reports);
    expect(files.filter((file) => file.endsWith('.manifest.json'))).toHaveLength(2);
    for (const file of files) {
      const path = join(sample.reports, file);
      const bytes = readFileSync(path);
      writeFileSync(path, Buffer.concat([bytes, Buffer.from(' ')]));
      expect(await verified(sample.workspace)).toMatchObject({ code: 1, differences: [`report ${path}`] });
      rmSync(path);
      expect(await verified(sample.workspace)).toMatchObject({ code: 0, differences: [] });
      writeFileSync(path, bytes);
    }
    expect(await verified(sample.workspace)).toMatchObject({ code: 0, differences: [] });
  });
});
