/**
 * The fault matrix of docs/vendor-client.md: how each fault ends, with which exit code, what is committed, what the log
 * says; and that nothing secret is left anywhere by all of it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { FAULTS, type Fault, PAGES, servePage } from './support/faults.ts';
import { type Ending, type Matrix, openMatrix } from './support/matrix.ts';
import { renderMatrix } from './support/matrix-table.ts';
import { pageBody } from './support/settlements.ts';
import { type Answer, closedPort, json, startServer, type TestServer } from './support/test-server.ts';
import { CLIENT } from './support/token-source.ts';

/** `/face/rest`: which fault is on, and what was asked of it. */
function faces(): Answer {
  const times = new Map<string, number>();
  const count = (key: string): number => {
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return time;
  };
  return (response, seen, request) => {
    const [, face = '', ...rest] = seen.url.pathname.split('/');
    const fault = FAULTS[Number(face)];
    if (rest.join('/') === 'oauth2/token') {
      const time = count(`${face} token`);
      const answer: Answer =
        fault?.token?.(time) ??
        ((sound) =>
          json(sound, {
            access_token: `SECRETTOKEN-${face}-${time}`,
            token_type: 'Bearer',
            expires_in: 3600,
          }));
      return answer(response, seen, request);
    }
    const page = Number(seen.url.searchParams.get('page'));
    const answer =
      fault?.page?.({
        page,
        time: count(`${face} ${page}`),
        token: seen.headers.authorization ?? '',
        tokens: times.get(`${face} token`) ?? 0,
        now: matrix.clock.now(),
        seen,
      }) ?? servePage(pageBody(page, PAGES));
    return answer(response, seen, request);
  };
}

let matrix: Matrix;
let certificates: Certificates;
let plain: TestServer;
const servers: TestServer[] = [];
const secure = new Map<string, TestServer>();

beforeAll(async () => {
  matrix = await openMatrix();
  certificates = makeCertificates();
  plain = await startServer(faces());
  servers.push(plain);
  const tls = {
    trusted: certificates.server,
    stranger: certificates.stranger,
    expired: certificates.expired,
    elsewhere: certificates.elsewhere,
  };
  for (const [name, { cert, key }] of Object.entries(tls)) {
    const server = await startServer(faces(), { cert, key });
    servers.push(server);
    secure.set(name, server);
  }
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  certificates.remove();
  await matrix.remove();
});

async function originOf(fault: Fault): Promise<{ readonly base: string; readonly token: string }> {
  const same = (origin: string) => ({ base: origin, token: origin });
  switch (fault.at) {
    case undefined:
      return same(plain.origin);
    case 'closed port':
      return same(`http://127.0.0.1:${await closedPort()}`);
    case 'closed token port':
      return { base: plain.origin, token: `http://127.0.0.1:${await closedPort()}` };
    case 'no such name':
      return same('https://nowhere.invalid');
    default:
      return same(secure.get(fault.at)?.origin ?? '');
  }
}

async function meet(fault: Fault): Promise<Ending> {
  const face = FAULTS.indexOf(fault);
  const { base, token } = await originOf(fault);
  return matrix.sync(
    {
      baseUrl: `${base}/${face}`,
      tokenUrl: `${token}/${face}/oauth2/token`,
      caFile:
        fault.at === 'trusted' || fault.at === 'expired' || fault.at === 'elsewhere'
          ? certificates.caFile
          : null,
    },
    fault.settings,
    fault.concurrency,
  );
}

/** As in the table: page, status or error, delay; without what was asked for ahead, past the end of the run. */
function attemptsOf(kept: readonly string[]): string[] {
  return kept
    .map((line) => line.replace(/^[A-Z]+ /, '').replace(/ (ENOTFOUND|EAI_AGAIN) /, ' DNS '))
    .filter((line) => !line.includes('ABORTED') && !(Number.parseInt(line, 10) > PAGES));
}
const sorted = (lines: readonly string[]): string[] => [...lines].sort();

describe('the fault matrix', () => {
  it.each(FAULTS)('$name: ends $ends, exit $exitCode, $committed pages committed', async (fault) => {
    const ending = await meet(fault);
    expect(ending).toMatchObject({ outcome: fault.ends, exitCode: fault.exitCode });
    expect(ending.committed).toBe(fault.committed);
    expect(ending.warnings).toEqual(fault.warnings ?? []);
    const kept = attemptsOf(ending.kept);
    // Of a run that fails, a page that was under way ahead of the fault may have come, too.
    const expected = fault.ends === 'done' ? kept : kept.filter((line) => fault.log.includes(line));
    expect(sorted(expected)).toEqual(sorted(fault.log));
    expect(ending.kept.filter((line) => line.startsWith('POST')).length).toBe(
      fault.log.filter((line) => line.startsWith('-')).length,
    );

    const logged = ending.lines.filter(({ message }) => message === 'attempt');
    for (const line of logged) {
      expect(line).toMatchObject({
        correlation_id: expect.stringMatching(/^id-/),
        request_id: expect.any(String),
      });
      expect(line.level).toBe(line.delay_ms === null ? 'INFO' : 'WARN');
    }
    expect(logged.length).toBeGreaterThanOrEqual(fault.log.length);
    const last = ending.lines.filter(({ module }) => module === 'sync').at(-1);
    if (fault.ends === 'done') {
      expect(last).toMatchObject({ level: 'INFO', message: 'sync done', pages: fault.committed });
    } else {
      expect(last).toMatchObject({ level: 'ERROR', code: fault.ends, message: ending.message });
      // One sentence that says what to do.
      expect(ending.message).toMatch(/^[^\n]+[;,][^\n]+\.$/);
    }
    for (const code of fault.warnings ?? []) {
      expect(ending.lines).toContainEqual(expect.objectContaining({ level: 'WARN', code }));
    }
  });

  it('a run that failed goes on after its last committed page, once the vendor is well again', async () => {
    let well = false;
    const server = await startServer((response, seen, request) => {
      const page = Number(seen.url.searchParams.get('page'));
      const token = { access_token: 'SECRETTOKEN-well', token_type: 'Bearer', expires_in: 3600 };
      if (page === 0) json(response, token);
      else if (page === 2 && !well) request.socket.destroy();
      else json(response, pageBody(page, PAGES));
    });
    servers.push(server);
    const source = { baseUrl: server.origin, tokenUrl: `${server.origin}/token` };
    const failed = await matrix.sync(source);
    expect(failed).toMatchObject({ outcome: 'vendor-unreachable', committed: 1 });
    const asked = server.seen.length;
    well = true;
    const done = await matrix.sync(source);
    expect(done).toMatchObject({ outcome: 'done', committed: PAGES, warnings: [] });
    const pages = server.seen.slice(asked).map(({ url }) => url.searchParams.get('page'));
    // The token, pages 2 and 3, and page 1 once more to see whether it has changed; what lies past the end, perhaps.
    expect(pages.filter((page) => !(Number(page) > PAGES))).toEqual([null, '2', '3', '1']);
    const ids = new Set(server.seen.map(({ headers }) => headers['x-correlation-id']));
    expect(ids.size).toBe(1);
  });
});

describe('the table of docs/vendor-client.md', () => {
  it('is the matrix that was run', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../docs/vendor-client.md'), 'utf8');
    const table = /<!-- matrix -->([\s\S]*)<!-- \/matrix -->/.exec(page)?.[1] ?? '';
    // The formatter pads the columns.
    const bare = (text: string): string => text.trim().replaceAll(' ', '').replace(/-{3,}/g, '---');
    expect(bare(table)).toBe(bare(renderMatrix()));
  });
});

/** Every file under a folder, unpacked where it is packed. */
async function filesUnder(folder: string): Promise<{ readonly path: string; readonly bytes: Buffer }[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (path) => {
      const bytes = await readFile(path);
      const packed = bytes.readUInt32LE(0) === 0xfd2fb528;
      return { path, bytes: packed ? zstdDecompressSync(bytes) : bytes };
    }),
  );
}

describe('what a run of the fault matrix leaves behind', () => {
  it('holds no secret and no token: log, events, errors with their causes, database, evidence', async () => {
    const { database } = matrix.app.workspace;
    const tables = await database.rows(
      `SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'`,
    );
    const cells: string[] = [];
    for (const table of tables) {
      const name = table.text('table_name');
      const rows = await database.rows(`SELECT to_json(t)::VARCHAR AS cells FROM "${name}" t`);
      cells.push(...rows.map((row) => row.text('cells')));
    }
    await matrix.close();
    const files = await filesUnder(matrix.folder);
    const left = [
      ...matrix.said.map((text) => ({ path: 'said', bytes: Buffer.from(text) })),
      ...cells.map((text) => ({ path: 'database', bytes: Buffer.from(text) })),
      ...files,
    ];
    expect(files.map(({ path }) => path).join('\n')).toMatch(
      /workspace\.duckdb[\s\S]*tieout\.log|tieout\.log[\s\S]*workspace\.duckdb/,
    );
    expect(files.some(({ path }) => path.includes('evidence'))).toBe(true);
    expect(cells.length).toBeGreaterThan(200);
    expect(matrix.said.length).toBeGreaterThan(500);
    const secrets = [
      'SECRETTOKEN',
      CLIENT.secret,
      encodeURIComponent(CLIENT.secret),
      new URLSearchParams({ s: CLIENT.secret }).toString().slice(2),
      Buffer.from(CLIENT.secret).toString('base64').slice(0, 20),
    ];
    const found = left.flatMap(({ path, bytes }) =>
      secrets.filter((secret) => bytes.includes(secret)).map((secret) => `${path}: ${secret}`),
    );
    expect(found).toEqual([]);
  });
});
