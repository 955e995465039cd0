import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../electron/cli/program.ts';
import { temporaryFolder } from '../workspace/temporary.ts';

async function run(...args: string[]) {
  const said = { code: 0, stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    write: (text: string | Uint8Array) => {
      said[stream] += String(text);
      return true;
    },
  });
  const signal = new AbortController().signal;
  const streams = { stdin: process.stdin, stdout: into('stdout'), stderr: into('stderr') };
  said.code = await runCommand(args, { ...streams, env: {}, signal });
  return said;
}

describe('common options', () => {
  it.each([
    ['before the verb', (folder: string) => ['--workspace', folder, '--json', 'audit', 'verify']],
    ['between group and verb', (folder: string) => ['audit', `--workspace=${folder}`, '--json', 'verify']],
    ['behind the verb', (folder: string) => ['audit', 'verify', '--json', '--workspace', folder]],
  ])('may stand %s', async (_, words) => {
    const { code, stdout, stderr } = await run(...words(join(temporaryFolder(), 'workspace')));
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ type: 'audit', events: 0 });
    expect(code).toBe(0);
  });

  it.each([[['--json']], [['audit', '--json']]])('need a verb: %s', async (words) => {
    const { code, stdout, stderr } = await run(...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(/without a verb/);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'error', code: 'usage' });
  });

  it('take no empty folder, which would be the one that the shell stands in', async () => {
    const { code, stderr } = await run('audit', 'verify', '--workspace', '');
    expect(code).toBe(2);
    expect(stderr).toBe('tieout: --workspace is empty; name a folder.\n');
  });
});

describe('an option without its value', () => {
  it.each([
    [['report', '--month', '2024-03', '--format', 'pdf', '--out', '--json']],
    [['audit', 'verify', '--workspace', '--json']],
    [['--workspace', '--json', 'audit', 'verify']],
    [['diff', '--month', '2024-03', '--runs', '--help']],
  ])('does not take the next option for it: %s', async (words) => {
    const { code, stderr } = await run(...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(/argument missing/);
  });

  it('takes what looks like another option where it is tied to it, or behind --', async () => {
    expect((await run('hash', '--', '--nowhere', '--json')).stderr).toMatch(
      /^tieout: --nowhere does not exist/,
    );
    expect((await run('reconcile', '--month=--json')).stderr).toMatch(/"--json" is no month/);
  });
});

describe('help', () => {
  it('of a verb in a group is that of the verb', async () => {
    const { code, stdout } = await run('help', 'breaks', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: tieout breaks list /);
  });

  it('of what is no verb says so', async () => {
    const { code, stdout, stderr } = await run('help', 'breaks', 'frobnicate');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/unknown command 'frobnicate'/);
  });
});
