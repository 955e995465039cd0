import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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
const bodyOf = (page: number): string =>
  `SELECT body_sha256 AS digest FROM page JOIN run USING (run_id) WHERE resource = 'settlements' AND page = ${page}`;
const EXTRACT = 'SELECT file_sha256 AS digest FROM ledger_import';

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  writeFileSync(file, bytes);
}

/** The first settlement of a page. */
function onPage(page: number): string {
  return `WHERE page = ${page} AND idx = (SELECT min(idx) FROM settlement WHERE page = ${page})`;
}

/** Of the pages that have dead letters, in order: the page at an offset that follows. */
const LETTER = 'page = (SELECT page FROM dead_letter GROUP BY page ORDER BY page LIMIT 1 OFFSET ';

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
    rmSync(await evidence(workspace, bodyOf(3)));
    const { code, stderr } = await verified(workspace);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tieout: 1 of the checks found a difference, the first in body run [^\n]+ page 3; [^\n]+\.\n$/,
    );
  });
});

describe('a verification finds', () => {
  it('evidence in which a byte was flipped, or that was deleted, cut short, emptied, or put in another’s place', async () => {
    const flipAt = (share: number) => (file: string) =>
      flip(file, Math.floor(readFileSync(file).length * share));
    const workspace = copied();
    const spoils = [
      ...[0.1, 0.5, 0.999].map(flipAt),
      (file: string) => rmSync(file),
      (file: string) => truncateSync(file, 100),
      (file: string) => writeFileSync(file, ''),
      (file: string) => {
        const body = zstdDecompressSync(readFileSync(file))
          .toString()
          .replace(/"amount":-?\d/, '"amount":9');
        writeFileSync(file, zstdCompressSync(body));
      },
    ];
    const pages = spoils.map((_, at) => at + 3);
    for (const [at, spoil] of spoils.entries()) spoil(await evidence(workspace, bodyOf(at + 3)));
    expect(await verified(workspace)).toMatchObject({
      code: 1,
      differences: pages.map((page) => expect.stringMatching(`^body .* page ${page}$`)),
    });
  });

  it('an extract’s evidence that was changed', async () => {
    const workspace = copied();
    const file = await evidence(workspace, EXTRACT);
    flip(file, Math.floor(readFileSync(file).length / 2));
    const { code, differences } = await verified(workspace);
    expect(code).toBe(1);
    expect(differences).toContainEqual(expect.stringMatching(/^extract /));
  });

  it.each<[string, readonly (readonly [what: string, statement: string, expected: RegExp])[]]>([
    [
      'settlements',
      [
        ['an amount', `UPDATE settlement SET amount_text = '1' ${onPage(1)}`, /^records .* page 1 record /],
        [
          'the amount the engine adds',
          `UPDATE settlement SET amount = 1 ${onPage(2)}`,
          /^records .* page 2 record /,
        ],
        [
          'a price',
          `UPDATE settlement SET price_text = price_text || '1' ${onPage(3)}`,
          /^records .* page 3 record /,
        ],
        [
          'a name',
          `UPDATE settlement SET counterparty = 'Another' ${onPage(4)}`,
          /^records .* page 4 record /,
        ],
        ['a direction', `UPDATE settlement SET direction = 'X' ${onPage(5)}`, /^records .* page 5 record /],
        [
          'a time',
          `UPDATE settlement SET delivery_start = delivery_start + INTERVAL 1 MICROSECOND ${onPage(6)}`,
          /^records .* page 6 record /,
        ],
        [
          'a trade',
          `UPDATE settlement SET trade_id = trade_id || ' ' ${onPage(7)}`,
          /^records .* page 7 record /,
        ],
        [
          'what is no more',
          `UPDATE settlement SET agreement = NULL WHERE page = 8`,
          /^records .* page 8 record /,
        ],
        ['a row less', `DELETE FROM settlement ${onPage(9)}`, /^records .* page 9 record /],
        [
          'a row more',
          `INSERT INTO settlement SELECT * REPLACE (999 AS idx) FROM settlement ${onPage(10)}`,
          /^records .* page 10 record 999$/,
        ],
      ],
    ],
    [
      'dead letters, and a trade',
      [
        ['a letter less', `DELETE FROM dead_letter WHERE ${LETTER}0)`, /dead letters$/],
        ['another text', `UPDATE dead_letter SET raw = '{}' WHERE ${LETTER}0)`, /dead letter \d+$/],
        ['other reasons', `UPDATE dead_letter SET reasons = '[]' WHERE ${LETTER}1)`, /dead letter \d+$/],
        ['another trade', `UPDATE trade SET counterparty = 'Another' WHERE idx = 1`, /^records .* record 1$/],
      ],
    ],
    [
      'a trade less, and the totals of a run',
      [
        ['a row', `DELETE FROM trade WHERE idx = 2`, /^records .* record 2$/],
        ['a total', 'UPDATE run_stop SET added = added + 1', /^audit event \d+$/],
      ],
    ],
    [
      'pages and runs',
      [
        ['a page hash', `UPDATE page SET page_sha256 = repeat('a', 64) WHERE page = 3`, /^page .* page 3$/],
        ['its event', 'SELECT 1', /^audit 2024-03 page 3$/],
        ['a body hash', `UPDATE page SET body_sha256 = repeat('a', 64) WHERE page = 4`, /^body .* page 4$/],
        ['a count', `UPDATE page SET records = 7 WHERE page = 5`, /^records .* page 5 received$/],
        ['a page less', `DELETE FROM page WHERE page = 6`, /^run 2024-03 pages$/],
        ['a run hash', `UPDATE run_stop SET run_sha256 = repeat('a', 64)`, /^run 2024-03 run /],
      ],
    ],
    [
      'all rows that an event tells of',
      [
        ['the ends of the runs', 'DELETE FROM run_stop', /^audit event \d+$/],
        ['the runs', 'DELETE FROM run', /^audit event 1$/],
      ],
    ],
    [
      'a posting’s amount',
      [['it', `UPDATE ledger_row SET amount_text = '1' WHERE line = 9`, /^extract .* line 9$/]],
    ],
    [
      'the amount the engine adds',
      [['it', `UPDATE ledger_row SET amount = 1 WHERE line = 9`, /^extract .* line 9$/]],
    ],
    ['a posting’s memo', [['it', `UPDATE ledger_row SET memo = 'X' WHERE line = 9`, /^extract .* line 9$/]]],
    [
      'a posting less, and other control totals',
      [
        ['a posting', `DELETE FROM ledger_row WHERE line = 9`, /^extract .* line 9$/],
        ['totals', `UPDATE ledger_import SET totals = '{}'`, /^extract .* totals$/],
      ],
    ],
    [
      'a reconciliation',
      [
        ['its hash', `UPDATE recon SET recon_sha256 = repeat('a', 64)`, /^recon 2024-03$/],
        ['its event', 'SELECT 1', /^audit event \d+$/],
        ['its total', `UPDATE recon SET etrm_total = '{"USD":"1"}'`, /^recon 2024-03 etrm_total$/],
        ['its counts', `UPDATE recon SET breaks = 0, matched = matched + breaks`, /^recon 2024-03 breaks$/],
        [
          'a difference that is no more',
          `UPDATE recon_judged SET difference = '0', state = 'matched', category = NULL WHERE state = 'break'`,
          /^recon 2024-03 items that differ$/,
        ],
        [
          'a break less',
          `DELETE FROM recon_break WHERE category = 'PRICE'`,
          /^recon 2024-03 breaks that differ$/,
        ],
      ],
    ],
    [
      'a break’s amounts, and a row that does not belong to its key',
      [
        [
          'amounts',
          `UPDATE recon_break SET detail = replace(detail, '"difference":"', '"difference":"1')`,
          /^recon 2024-03 breaks that differ$/,
        ],
        [
          'a row',
          `UPDATE recon_pair SET ledger_line = ledger_line + 1 WHERE position = (SELECT max(position) FROM recon_pair)`,
          /^recon 2024-03 items that differ$/,
        ],
      ],
    ],
    [
      'an audit event',
      [['it', `UPDATE audit_event SET payload = '{}' WHERE seq = 5`, /^audit event 5 \(hash\)$/]],
    ],
    ['an audit event less', [['it', `DELETE FROM audit_event WHERE seq = 5`, /^audit event 5 \(gap\)$/]]],
    [
      'the last audit events',
      [['they', `DELETE FROM audit_event WHERE type = 'report.export'`, /^audit event \d+$/]],
    ],
  ])('%s in the database', async (_, spoilt) => {
    const workspace = copied();
    await tamper(workspace, ...spoilt.map(([, statement]) => statement));
    const { code, differences } = await verified(workspace);
    expect(code).toBe(1);
    for (const [what, , expected] of spoilt) {
      expect(differences, what).toContainEqual(expect.stringMatching(expected));
    }
  });

  it('a report or a manifest that was changed since it was exported, and not one that was moved away', async () => {
    const files = readdirSync(sample.reports);
    expect(files.filter((file) => file.endsWith('.manifest.json'))).toHaveLength(2);
    // Both manifests, the document, and the sheet of breaks.
    const paths = files
      .filter((name) => /json$|breaks/.test(name))
      .map((name) => join(sample.reports, name))
      .sort();
    const bytes = paths.map((path) => readFileSync(path));
    for (const path of paths) appendFileSync(path, ' ');
    expect(await verified(sample.workspace)).toMatchObject({
      code: 1,
      differences: paths.map((path) => `report ${path}`),
    });
    for (const path of paths) rmSync(path);
    expect(await verified(sample.workspace)).toMatchObject({ code: 0, differences: [] });
    for (const [at, path] of paths.entries()) writeFileSync(path, bytes[at] ?? '');
    expect(await verified(sample.workspace)).toMatchObject({ code: 0, differences: [] });
  });
});
