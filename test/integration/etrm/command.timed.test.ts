/** The same faults at the door: the `tieout` command's exit code, and nothing secret on its streams with --debug. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { paced } from '../../pace.ts';
import { pageBody } from './support/settlements.ts';
import { type Answer, hang, json, serve, status } from './support/test-server.ts';

const COMMAND = join(import.meta.dirname, '..', '..', '..', 'electron', 'cli.ts');
const SECRET = 'command-s3cret/with+signs';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the interrupt, where there was one. */
  readonly msToEnd: number;
}

async function sync(origin: string, workspace: string, interruptAt: RegExp | null = null): Promise<Ran> {
  const child = spawn(
    process.execPath,
    [
      ...[COMMAND, 'sync', '--month', '2024-03', '--json', '--debug', '--workspace', workspace],
      ...['--base-url', origin, '--token-url', `${origin}/oauth2/token`, '--client-id', 'desk'],
      ...['--page-size', '2', '--backoff-factor', '0.01'],
    ],
    { env: { ...process.env, TIEOUT_CLIENT_SECRET: SECRET }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  let interrupted = 0;
  child.stdout.on('data', (piece) => {
    stdout += String(piece);
    if (interrupted > 0 || !interruptAt?.test(stdout)) return;
    interrupted = performance.now();
    child.kill('SIGINT');
  });
  child.stderr.on('data', (piece) => {
    stderr += String(piece);
  });
  const [code] = await once(child, 'close');
  return {
    code: typeof code === 'number' ? code : null,
    stdout,
    stderr,
    msToEnd: performance.now() - interrupted,
  };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tieout-command-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Three pages; from page 2 on `odd` answers, as long as `ill` says. */
function vendor(odd: Answer, ill: () => boolean = () => true): Answer {
  return (response, seen, request) => {
    if (seen.url.pathname === '/oauth2/token') {
      return json(response, { access_token: 'SECRETTOKEN-1', token_type: 'Bearer', expires_in: 3600 });
    }
    const page = Number(seen.url.searchParams.get('page'));
    return page > 1 && ill() ? odd(response, seen, request) : json(response, pageBody(page, 3));
  };
}

const echo: Answer = (response, seen) =>
  json(
    response,
    { error: 'insufficient_scope', error_description: `not ${seen.headers.authorization}` },
    403,
  );

describe('tieout sync', () => {
  it.each([
    ['sound', 0, vendor(hang, () => false), null],
    ['429 for ever', 3, vendor(status(429)), 'vendor-retries-exhausted'],
    ['403 that repeats the token', 4, vendor(echo), 'credentials-refused'],
  ])('%s: exit %i', async (_, exit, answer, code) => {
    const server = await serve(answer);
    const ran = await sync(server.origin, await folder());
    expect(ran.code).toBe(exit);
    const events = ran.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject(code === null ? { type: 'done', pages: 3 } : { type: 'error', code });
    for (const secret of [SECRET, encodeURIComponent(SECRET), 'SECRETTOKEN']) {
      expect(`${ran.stdout}${ran.stderr}`).not.toContain(secret);
    }
    expect(ran.stderr).toContain('"module":"etrm.http"');
  });

  it('interrupted in a request that hangs: exit 130 soon, and the next sync goes on', async () => {
    let ill = true;
    const server = await serve(vendor(hang, () => ill));
    const workspace = await folder();
    const stopped = await sync(server.origin, workspace, /"type":"page"/);
    expect(stopped.code).toBe(130);
    // The process's own end, the database's closing in it.
    expect(stopped.msToEnd).toBeLessThan(paced(2000));
    ill = false;
    const asked = server.seen.length;
    const done = await sync(server.origin, workspace);
    expect(done.code).toBe(0);
    const pages = server.seen.slice(asked).map(({ url }) => url.searchParams.get('page'));
    expect(pages.indexOf('2')).toBeLessThan(pages.indexOf('1'));
  });
});
