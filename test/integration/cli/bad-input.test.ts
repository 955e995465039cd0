import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { pageOf, type Script, type ScriptedVendor, scriptedVendor } from '../sync/scripted-vendor.ts';
import { type Ended, ofType, syncArgs, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';

/** Three records a page; every second page ends the month. */
const twoPages: Script = (page) =>
  pageOf(
    [1, 2, 3].map((n) => recordJson({ settlement_id: `"S-${page}-${n}"` })),
    page < 2,
  );

let vendor: ScriptedVendor;
beforeAll(async () => {
  vendor = await scriptedVendor(twoPages);
});
afterAll(() => vendor.close());

function newWorkspace(): string {
  return join(temporaryFolder(), 'workspace');
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The page hash as the seed's Python computes it, which replaces bytes that are no UTF-8. */
function seedHash(body: Uint8Array): string {
  const script = `import hashlib, json, sys
page = json.loads(sys.stdin.buffer.read().decode('utf-8', 'replace'))
print(hashlib.sha256(json.dumps(page['results'], sort_keys=True).encode()).hexdigest())`;
  return spawnSync('python3', ['-c', script], { input: body, encoding: 'utf8' }).stdout.trim();
}

const FAST = ['--backoff-factor', '0.01'];

function sync(workspace: string, ...more: readonly string[]): Promise<Ended> {
  return tieout([...syncArgs(vendor, '2024-03', ...FAST, ...more), '--workspace', workspace, '--json']);
}

/** One sentence on stderr, and one error event with the same words. */
function expectError(ended: Ended, code: number, name: string, words: RegExp): void {
  expect(ended.stderr).toMatch(/^tieout: [^\n]+\.\n$/);
  expect(ended.stderr).not.toMatch(/\n\s+at |Error:|undefined|\[object/);
  expect(ended.stderr).toMatch(words);
  const errors = ofType(ended, 'error');
  expect(errors).toEqual([expect.objectContaining({ code: name })]);
  expect(ended.stderr).toBe(`tieout: ${errors[0]?.message}\n`);
  expect(ended.code).toBe(code);
}

describe('a vendor', () => {
  it('that is not reachable ends a sync with 3', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const gone = {
      baseUrl: `http://127.0.0.1:${port}`,
      tokenUrl: `http://127.0.0.1:${port}/t`,
      clientId: 'svc',
    };
    const ended = await tieout([
      ...syncArgs(gone, '2024-03', ...FAST),
      '--workspace',
      newWorkspace(),
      '--json',
    ]);
    expectError(ended, 3, 'vendor-unreachable', new RegExp(`127\\.0\\.0\\.1:${port} .*ECONNREFUSED`));
    expect(ofType(ended, 'retry').length).toBeGreaterThan(0);
  });

  it('that refuses the secret ends a sync with 4, at the first attempt', async () => {
    let asked = 0;
    vendor.answerTokens(() => {
      asked += 1;
      return { status: 401, body: '{"error":"invalid_client","error_description":"Unknown client."}' };
    });
    const ended = await sync(newWorkspace());
    vendor.answerTokens(null);
    expectError(
      ended,
      4,
      'credentials-refused',
      /invalid_client: Unknown client\.?\); check the client id, the secret/,
    );
    expect(asked).toBe(1);
  });

  it('that refuses each token ends a sync with 4', async () => {
    vendor.answer(() => ({ status: 403, body: '{"error":"insufficient_scope"}' }));
    expectError(await sync(newWorkspace()), 4, 'credentials-refused', /403, insufficient_scope/);
  });

  it.each<[string, string, string, Record<string, string>, RegExp]>([
    [
      'HTML',
      'vendor-not-json',
      '<!DOCTYPE html><html><body>Sign in</body></html>',
      { 'content-type': 'text/html' },
      /an HTML page/,
    ],
    ['HTML that says it is JSON', 'vendor-not-json', '<html></html>', {}, /an HTML page/],
    ['nothing', 'vendor-not-json', '', {}, /empty/],
    ['JSON that was cut short', 'vendor-not-json', '{"results":[{"settlement_id":"S-1"', {}, /cut short/],
    ['no results', 'vendor-page-shape', '{"data":[],"next_page":false}', {}, /"results" is missing/],
    ['results that are an object', 'vendor-page-shape', '{"results":{"a":1}}', {}, /"results" is .*object/],
    ['results that are null', 'vendor-page-shape', '{"results":null}', {}, /"results" is/],
    ['a list', 'vendor-page-shape', '[1,2]', {}, /array, not an object/],
  ])(
    'that sends %s ends a sync with 3, and what was committed stays',
    async (_, name, body, headers, words) => {
      const workspace = newWorkspace();
      vendor.answer((page) => (page === 1 ? twoPages(1, 1) : { body, headers }));
      const ended = await sync(workspace);
      expectError(ended, 3, name, words);
      expect(ended.stderr).toContain('Page 2');
      expect(ofType(ended, 'page')).toEqual([expect.objectContaining({ page: 1, records: 3 })]);
      const verified = await tieout(['verify', '--workspace', workspace, '--json']);
      expect(ofType(verified, 'verify')).toEqual([
        expect.objectContaining({ pages: 1, records: 3, differences: 0 }),
      ]);

      vendor.answer(twoPages);
      const before = vendor.asked.length;
      const resumed = await sync(workspace);
      expect(ofType(resumed, 'page').map(({ page }) => page)).toEqual([2]);
      expect(ofType(resumed, 'done')).toEqual([expect.objectContaining({ pages: 2, records: 6, added: 6 })]);
      expect(vendor.asked.slice(before)[0]).toBe(2);
    },
  );

  it.each([
    [500, 'vendor-status', 1],
    [404, 'vendor-status', 1],
    [503, 'vendor-status', 1],
    [502, 'vendor-retries-exhausted', 5],
  ])('that answers %i to everything ends a sync with 3', async (status, name, attempts) => {
    const before = vendor.asked.length;
    vendor.answer(() => ({ status, body: 'oops' }));
    expectError(await sync(newWorkspace()), 3, name, new RegExp(`answered (status )?${status}`));
    expect(vendor.asked.length - before).toBe(attempts);
  });

  it('that asks to come back in an hour ends a sync with 3 and says when', async () => {
    vendor.answer(() => ({ status: 429, headers: { 'retry-after': '3600' }, body: '' }));
    expectError(await sync(newWorkspace()), 3, 'vendor-retry-after-too-long', /wait 3600 s; .*after \d{4}-/);
  });

  it('that pages in a circle ends a sync with 3 instead of never', async () => {
    vendor.answer(() => pageOf([recordJson()], true));
    expectError(await sync(newWorkspace()), 3, 'vendor-loop', /Page 2 is the same as an earlier page/);
  });

  it('that sends bytes that are no UTF-8 is read as Python’s client reads it, with a warning', async () => {
    const workspace = newWorkspace();
    const [before = '', after = ''] = pageOf([recordJson({ counterparty: '"M~ller"' })], false)
      .body.toString()
      .split('~');
    const body = Buffer.concat([Buffer.from(before), Buffer.from([0xfc]), Buffer.from(after)]);
    vendor.answer(() => ({ body }));
    const ended = await sync(workspace);
    expect(ended.code).toBe(0);
    expect(ofType(ended, 'warning')).toContainEqual(expect.objectContaining({ code: 'body-not-utf8' }));
    const [page] = ofType(ended, 'page');
    expect(page).toMatchObject({
      records: 1,
      rejected: 0,
      body_sha256: createHash('sha256').update(body).digest('hex'),
    });
    const verified = await tieout(['verify', '--workspace', workspace, '--json']);
    expect(ofType(verified, 'verify')).toEqual([expect.objectContaining({ differences: 0 })]);
    expect(page?.page_sha256).toBe(seedHash(body));
    const hashed = await tieout(['hash', file('body.json', body)]);
    expect(hashed.stdout.split(' ')[0]).toBe(page?.page_sha256);
  });

  it('that sends records of the wrong shape has them in the dead letters, every reason told, and is synced', async () => {
    const workspace = newWorkspace();
    const wrong = recordJson({ price: '"n/a"', status: 'null', volume: '-1', delivery_end: undefined });
    vendor.answer(() => pageOf([recordJson(), wrong, '17', recordJson({ settlement_id: '"S-2"' })], false));
    const ended = await sync(workspace);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ofType(ended, 'done')).toEqual([expect.objectContaining({ records: 4, rejected: 2, added: 2 })]);
    const letters = ofType(ended, 'dead-letter');
    expect(letters).toEqual([
      {
        type: 'dead-letter',
        page: 1,
        index: 1,
        settlement_id: 'S-1',
        reasons: [
          expect.objectContaining({ field: 'delivery_end', code: 'missing' }),
          expect.objectContaining({ field: 'volume', code: 'range' }),
          expect.objectContaining({ field: 'price', code: 'decimal' }),
          expect.objectContaining({ field: 'status', code: 'null' }),
        ],
      },
      {
        type: 'dead-letter',
        page: 1,
        index: 2,
        settlement_id: null,
        reasons: [expect.objectContaining({ code: 'not-an-object' })],
      },
    ]);
    const listed = await tieout([
      'dead-letters',
      'list',
      '--month',
      '2024-03',
      '--workspace',
      workspace,
      '--json',
    ]);
    expect(ofType(listed, 'dead-letter').map(({ index, reasons }) => [index, reasons])).toEqual(
      letters.map(({ index, reasons }) => [index, reasons]),
    );
  });
});

describe('an extract', () => {
  const HEADER = 'settlement_id,amount,currency,delivery_start,memo';

  it.each([
    ['without a required column', 'settlement_id,currency\nS-1,USD\n', 'ledger-columns', /amount is missing/],
    ['that is empty', '', 'ledger-columns', /is empty/],
    [
      'whose first bytes say UTF-8, and which is none',
      Buffer.concat([
        Buffer.from('\ufeff'),
        Buffer.from('settlement_id,amount,currency\nGr\u00f6\u00dfe,1,USD\n', 'latin1'),
      ]),
      'ledger-encoding',
      /CSV UTF-8/,
    ],
    ['whose quotes do not close', `${HEADER}\nS-1,1,USD,,"x\n`, 'ledger-rows', /at line 2 /],
  ])('%s is refused with 2', async (_, content, name, words) => {
    const workspace = newWorkspace();
    const ended = await tieout([
      'import',
      file('extract.csv', content),
      '--as',
      'ledger',
      '--month',
      '2024-03',
      '--workspace',
      workspace,
      '--json',
    ]);
    expectError(ended, 2, name, words);
    expect(ended.stderr).toContain('extract.csv');
  });

  it('with bad rows is refused with 2, all of them named by line, and nothing of it is kept', async () => {
    const workspace = newWorkspace();
    const rows = [
      'S-1,1.00,USD,,',
      'S-2,abc,USD,,',
      '',
      ',1.00,USD,,',
      'S-4,1.00,USD,,"two',
      'lines"',
      'S-5,,,,',
      'S-6,1.00',
      'S-7,1.00,USD,03/01/2024,',
    ];
    const ended = await tieout([
      'import',
      file('extract.csv', `${[HEADER, ...rows].join('\n')}\n`),
      '--as',
      'ledger',
      '--month',
      '2024-03',
      '--workspace',
      workspace,
      '--json',
    ]);
    expectError(
      ended,
      2,
      'ledger-rows',
      /^tieout: 5 rows of extract\.csv cannot be read, so nothing was imported: /,
    );
    for (const words of [
      'line 3 amount is "abc", not a decimal',
      'line 5 settlement_id is empty, and so is trade_id, delivery_start, location',
      'line 8 amount is empty, currency is empty',
      'line 9 has 2 cells where the header has 5',
      'line 10 delivery_start is "03/01/2024"',
    ]) {
      expect(ended.stderr).toContain(words);
    }
    expect(ended.stderr).not.toMatch(/line (2|4|6|7) /);
    vendor.answer(twoPages);
    await sync(workspace);
    const recon = await tieout(['reconcile', '--month', '2024-03', '--workspace', workspace, '--json']);
    expectError(recon, 2, 'nothing-to-do', /no ledger extract/);
  });

  it('that is refused leaves the one before it', async () => {
    const workspace = newWorkspace();
    const importing = (path: string) =>
      tieout(['import', path, '--as', 'ledger', '--month', '2024-03', '--workspace', workspace, '--json']);
    const path = file('extract.csv', `${HEADER}\nS-1-1,-1417.44580,USD,,\n`);
    expect((await importing(path)).code).toBe(0);
    writeFileSync(path, `${HEADER}\nS-1-1,?,USD,,\n`);
    expect((await importing(path)).code).toBe(2);
    vendor.answer(twoPages);
    await sync(workspace);
    const recon = await tieout(['reconcile', '--month', '2024-03', '--workspace', workspace, '--json']);
    expect(ofType(recon, 'recon')).toEqual([expect.objectContaining({ matched: 1, breaks: 5 })]);
  });

  it('that is the same under another name is refused with 2, because it would count twice', async () => {
    const workspace = newWorkspace();
    const content = `${HEADER}\nS-1,1,USD,,\n`;
    const importing = (name: string) =>
      tieout([
        'import',
        file(name, content),
        '--as',
        'ledger',
        '--month',
        '2024-03',
        '--workspace',
        workspace,
        '--json',
      ]);
    expect((await importing('march.csv')).code).toBe(0);
    expectError(await importing('march again.csv'), 2, 'ledger-rows', /byte for byte the extract march\.csv/);
    expect((await importing('march.csv')).code).toBe(0);
  });

  it('that does not exist is refused with 2', async () => {
    const missing = join(temporaryFolder(), 'missing.csv');
    const ended = await tieout([
      'import',
      missing,
      '--as',
      'ledger',
      '--month',
      '2024-03',
      '--workspace',
      newWorkspace(),
      '--json',
    ]);
    expectError(ended, 2, 'file-not-found', /missing\.csv does not exist/);
  });
});

describe('wrong usage ends with 2', () => {
  const somewhere = { baseUrl: 'https://v.example', tokenUrl: 'https://v.example/t', clientId: 'c' };

  it.each(['2024-13', '2024-00', '2024-3', 'March', '2024-03-01', ''])('for the month %j', async (month) => {
    for (const args of [
      syncArgs(somewhere, month),
      ['import', 'x.csv', '--as', 'ledger', '--month', month],
      ['reconcile', '--month', month],
      ['report', '--month', month, '--format', 'csv', '--out', 'x'],
      ['verify', '--month', month],
      ['dead-letters', 'list', '--month', month],
      ['vendor', '--month', month],
    ]) {
      const workspace = newWorkspace();
      const ended = await tieout([...args, '--workspace', workspace, '--json']);
      expectError(ended, 2, 'month-invalid', /is no month/);
      expect(existsSync(workspace)).toBe(false);
    }
  });

  it.each<[string, readonly string[], string, RegExp]>([
    ['an unknown verb', ['frobnicate'], 'usage', /unknown command 'frobnicate'/],
    ['an unknown option', ['verify', '--frob'], 'usage', /unknown option '--frob'/],
    ['a missing option', ['reconcile'], 'usage', /--month/],
    ['a missing file', ['hash'], 'usage', /missing required argument/],
    [
      'an unknown format',
      ['report', '--month', '2024-03', '--format', 'docx', '--out', 'x'],
      'usage',
      /docx/,
    ],
    [
      'an unknown kind of import',
      ['import', 'x', '--as', 'invoices', '--month', '2024-03'],
      'usage',
      /invoices/,
    ],
    ['an unknown resource', syncArgs(somewhere, '2024-03', '--resource', 'invoices'), 'usage', /invoices/],
    ['a page size of 0', syncArgs(somewhere, '2024-03', '--page-size', '0'), 'usage', /--page-size/],
    [
      'a concurrency of 1.5',
      syncArgs(somewhere, '2024-03', '--concurrency', '1.5'),
      'usage',
      /--concurrency/,
    ],
    ['a negative factor', syncArgs(somewhere, '2024-03', '--backoff-factor=-1'), 'usage', /--backoff-factor/],
    ['no vendor', ['sync', '--month', '2024-03'], 'usage', /--connection/],
    [
      'a connection that is not there',
      ['sync', '--connection', 'prod', '--month', '2024-03'],
      'connection-unknown',
      /"prod"/,
    ],
    [
      'an address that is none',
      syncArgs({ ...somewhere, baseUrl: 'vendor' }, '2024-03'),
      'connection-invalid',
      /"vendor"/,
    ],
    [
      'plain HTTP beyond this machine',
      syncArgs({ ...somewhere, baseUrl: 'http://v.example' }, '2024-03'),
      'connection-invalid',
      /--allow-http/,
    ],
    [
      'a password in an address',
      syncArgs({ ...somewhere, baseUrl: 'https://a:b@v.example' }, '2024-03'),
      'connection-invalid',
      /user name or password/,
    ],
    [
      'a CA file that is not there',
      syncArgs(somewhere, '2024-03', '--ca', '/no/such.pem'),
      'file-unreadable',
      /such\.pem/,
    ],
    ['a month that was not synced', ['reconcile', '--month', '2024-03'], 'nothing-to-do', /no finished sync/],
    [
      'a month that was not reconciled',
      ['report', '--month', '2024-03', '--format', 'csv', '--out', 'x'],
      'nothing-to-do',
      /not been reconciled/,
    ],
    [
      'a month of which there is nothing to verify',
      ['verify', '--month', '2024-03'],
      'nothing-to-do',
      /never synced/,
    ],
    ['a workspace of which there is nothing to verify', ['verify'], 'nothing-to-do', /holds no sync/],
    [
      'records that are no JSON lines',
      ['vendor', '--records-file', 'package.json'],
      'records-file-invalid',
      /line/,
    ],
    ['a port that is none', ['vendor', '--port', '70000'], 'usage', /--port/],
  ])('for %s', async (_, args, name, words) => {
    expectError(await tieout([...args, '--workspace', newWorkspace(), '--json']), 2, name, words);
  });

  it('for a report that would replace another, which stays', async () => {
    const workspace = newWorkspace();
    vendor.answer(twoPages);
    await sync(workspace);
    const extract = file('extract.csv', 'settlement_id,amount,currency\nS-1-1,-1417.44580,USD\n');
    await tieout(['import', extract, '--as', 'ledger', '--month', '2024-03', '--workspace', workspace]);
    await tieout(['reconcile', '--month', '2024-03', '--workspace', workspace]);
    const out = file('report.json', 'mine');
    const report = [
      'report',
      '--month',
      '2024-03',
      '--format',
      'json',
      '--out',
      out,
      '--workspace',
      workspace,
      '--json',
    ];
    expectError(await tieout(report), 2, 'file-exists', /report\.json exists already/);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect((await tieout([...report, '--overwrite'])).code).toBe(0);
    expect(readFileSync(out, 'utf8')).not.toBe('mine');
  });

  it('without any verb, with the help', async () => {
    const ended = await tieout([]);
    expect(ended).toMatchObject({ code: 2, stderr: '' });
    expect(ended.stdout).toMatch(/^Usage: tieout /);
  });

  it.each([['dead-letters'], ['audit']])('for %s alone, with its help', async (verb) => {
    const ended = await tieout([verb]);
    expect(ended).toMatchObject({ code: 2, stderr: '' });
    expect(ended.stdout).toContain(`Usage: tieout ${verb} `);
  });
});

describe('credentials', () => {
  it('that are not there end a sync with 4', async () => {
    const args = [...syncArgs(vendor, '2024-03'), '--workspace', newWorkspace(), '--json'];
    const ended = await tieout(args, { env: { TIEOUT_CLIENT_SECRET: undefined } });
    expectError(ended, 4, 'credentials-missing', /TIEOUT_CLIENT_SECRET/);
  });
});

describe('a workspace that is not ours ends with 5, untouched,', () => {
  const verify = (workspace: string) => tieout(['verify', '--workspace', workspace, '--json']);

  it('where it is a folder of other files', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'thesis.docx'), 'x');
    expectError(
      await verify(folder),
      5,
      'workspace-foreign',
      /no Tieout workspace \(it holds thesis\.docx\)/,
    );
    expect(readdirSync(folder)).toEqual(['thesis.docx']);
  });

  it('where it is the database of another program', async () => {
    const folder = temporaryFolder();
    const instance = await DuckDBInstance.create(join(folder, 'workspace.duckdb'));
    const connection = await instance.connect();
    await connection.run('CREATE TABLE customers (name VARCHAR)');
    connection.closeSync();
    instance.closeSync();
    expectError(await verify(folder), 5, 'workspace-foreign', /another program/);
  });

  it('where its database is no database', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'workspace.duckdb'), 'not a database '.repeat(1000));
    expectError(await verify(folder), 5, 'workspace-damaged', /damaged; run tieout rebuild /);
  });

  it('where a newer Tieout made it', async () => {
    const folder = newWorkspace();
    expect((await tieout(['audit', 'verify', '--workspace', folder])).code).toBe(0);
    const instance = await DuckDBInstance.create(join(folder, 'workspace.duckdb'));
    const connection = await instance.connect();
    await connection.run("INSERT INTO migration VALUES (999, 'future', '2030-01-01T00:00:00.000Z', '9.0.0')");
    connection.closeSync();
    instance.closeSync();
    expectError(await verify(folder), 5, 'workspace-newer', /newer Tieout \(schema 999/);
  });

  it('where it is a file, or lies below one', async () => {
    const path = file('workspace', 'x');
    expectError(await verify(path), 5, 'workspace-unwritable', /cannot be made or read/);
    expectError(await verify(join(path, 'deeper')), 5, 'workspace-unwritable', /cannot be made or read/);
    expectError(
      await verify(`${path} or not?`),
      5,
      'workspace-unwritable',
      /has a question mark in its path/,
    );
    expect(existsSync(`${path} or not?`)).toBe(false);
  });

  it('where it lies in a folder that looks like one of ours and holds none', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'notes.txt'), 'x');
    expectError(await verify(folder), 5, 'workspace-foreign', /notes\.txt/);
  });
});
