import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  markClosed,
  markOpen,
  type ProcessEnd,
  probe,
  type RunScript,
  runWithNode,
  wasLeftOpen,
} from '../../../electron/workspace/probe.ts';
import { openWorkspace } from '../../../electron/workspace/workspace.ts';
import { temporaryFolder } from './temporary.ts';

const identity = { at: '2024-04-02T08:15:30.000Z', appVersion: 'test', newId: () => 'the id' };

/** Ends as told, one end a call. @returns what it was called with, too. */
function scripted(...ends: readonly ProcessEnd[]): { readonly run: RunScript; readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    run: async (_, args) => {
      asked.push([...args.slice(1)]);
      return ends[asked.length - 1] ?? { code: 0, stdout: '' };
    },
  };
}

async function madeWorkspace(): Promise<string> {
  const folder = join(temporaryFolder(), 'workspace');
  await (await openWorkspace(folder, identity)).close();
  return folder;
}

describe('a database that is read in a process of its own', () => {
  it('is read from end to end, and unharmed', async () => {
    const path = join(await madeWorkspace(), 'workspace.duckdb');
    const before = readFileSync(path);
    expect(await probe(path, runWithNode)).toEqual({ deadly: false, unreadable: [] });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('of which blocks are overwritten ends no process: the engine checks its sums', async () => {
    const path = join(await madeWorkspace(), 'workspace.duckdb');
    const bytes = readFileSync(path);
    const places = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9];
    for (const place of places) bytes.write('overwritten', Math.floor(bytes.length * place));
    writeFileSync(path, bytes);
    const probed = await probe(path, runWithNode);
    expect(probed.deadly).toBe(false);
  });

  it('leaves out each table that ends the process, and says which', async () => {
    const { run, asked } = scripted(
      { code: null, stdout: 'reading attempt\nread attempt\nreading page\n' },
      {
        code: 3,
        stdout: 'reading attempt\nread attempt\nreading run\nfailed IO Error: Corrupt database file\n',
      },
      { code: 0, stdout: 'reading attempt\nread attempt\n' },
    );
    expect(await probe('x', run)).toEqual({ deadly: false, unreadable: ['page', 'run'] });
    expect(asked).toEqual([[], ['page'], ['page', 'run']]);
  });

  it('that ends the process when it is opened, or whatever is left out, is deadly', async () => {
    expect(await probe('x', scripted({ code: null, stdout: '' }).run)).toEqual({
      deadly: true,
      unreadable: [],
    });
    expect((await probe('x', scripted({ code: 0xc0000005, stdout: '' }).run)).deadly).toBe(true);
    let count = 0;
    const endless: RunScript = async () => {
      count += 1;
      return { code: null, stdout: `reading table ${count}\n` };
    };
    expect((await probe('x', endless)).deadly).toBe(true);
    expect(count).toBeLessThan(20);
  });

  it('that cannot be opened for a reason is left to who hears the reason', async () => {
    const end = { code: 3, stdout: 'failed IO Error: Could not set lock on file\n' };
    expect(await probe('x', scripted(end).run)).toEqual({ deadly: false, unreadable: [] });
  });
});

describe('a workspace that a process left open', () => {
  it('is known by the mark of a process that is no more', async () => {
    const folder = temporaryFolder();
    expect(await wasLeftOpen(folder)).toBe(false);
    expect(await markOpen(folder)).toBe(true);
    expect(await wasLeftOpen(folder)).toBe(false);
    writeFileSync(join(folder, '.open'), '999999999');
    expect(await wasLeftOpen(folder)).toBe(true);
    // Process 1 runs: the mark is its own.
    writeFileSync(join(folder, '.open'), '1');
    expect([await wasLeftOpen(folder), await markOpen(folder)]).toEqual([false, false]);
    await markClosed(folder);
    expect(await wasLeftOpen(folder)).toBe(false);
  });

  it('is looked at before it is opened, and refused where that would end the process', async () => {
    const folder = await madeWorkspace();
    const { run, asked } = scripted({ code: null, stdout: '' }, { code: null, stdout: 'reading page\n' });
    await (await openWorkspace(folder, { ...identity, runScript: run })).close();
    expect(asked).toEqual([]);
    mkdirSync(folder, { recursive: true });
    const left = () => writeFileSync(join(folder, '.open'), '999999999');
    left();
    await expect(openWorkspace(folder, { ...identity, runScript: run })).rejects.toMatchObject({
      code: 'workspace-damaged',
      message: expect.stringContaining('run tieout rebuild'),
      details: { found: 'the engine breaks down over it' },
    });
    await expect(openWorkspace(folder, { ...identity, runScript: run })).rejects.toMatchObject({
      details: { found: 'page cannot be read' },
    });
    // To look at what is there.
    const again = scripted({ code: null, stdout: 'reading page\n' });
    await (await openWorkspace(folder, { ...identity, runScript: again.run, evenBehind: true })).close();
    expect(await wasLeftOpen(folder)).toBe(false);
  });
});
