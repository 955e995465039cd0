/** Packs as tests check them: by the verify.py that is in them, and by Tieout. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackDifferences } from '../../../electron/pack/pack-differences.ts';
import { PackFile } from '../../../electron/pack/pack-file.ts';
import { verifyPack } from '../../../electron/pack/verify-pack.ts';
import { tieout } from '../cli/in-process.ts';
import { MONTH, type SampleMonth, sampleMonth } from '../cli/sample-month.ts';

export interface SamplePack {
  readonly sample: SampleMonth;
  readonly path: string;
  /** The verify.py that was in it. */
  readonly verifier: string;
}

export async function contentOf(path: string, name: string): Promise<string> {
  const file = await PackFile.open(path, new PackDifferences());
  try {
    return await file.text(name);
  } finally {
    await file.close();
  }
}

/** The pack of the sample month. */
export async function samplePack(): Promise<SamplePack> {
  const sample = await sampleMonth(120);
  const path = join(sample.folder, 'pack.zip');
  const verifier = join(sample.folder, 'verify.py');
  const ended = await tieout([
    ...['report', '--month', MONTH, '--format', 'pack', '--out', path],
    ...['--workspace', sample.workspace, '--json'],
  ]);
  if (ended.code !== 0) throw new Error(ended.stderr);
  writeFileSync(verifier, await contentOf(path, 'verify.py'));
  return { sample, path, verifier };
}

export interface Checked {
  readonly code: number | null;
  readonly named: readonly string[];
  readonly output: string;
}

/** As on a machine that has only Python: isolated, no site packages, an empty environment. */
export function byPython(verifier: string, ...args: readonly string[]): Checked {
  const ended = spawnSync('python3', ['-I', '-S', verifier, ...args], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  const output = ended.stdout + ended.stderr;
  const named = [...output.matchAll(/^differs: (.*?): expected/gm)].map(([, name = '']) => name);
  return { code: ended.status, named: [...new Set(named)].sort(), output };
}

export async function byTieout(path: string): Promise<Checked> {
  const request = { path, signal: new AbortController().signal, onProgress: () => {} };
  const { differences } = await verifyPack(request);
  const named = differences.map(({ subject, name }) => `${subject} ${name}`);
  const output = JSON.stringify(differences);
  return { code: differences.length > 0 ? 1 : 0, named: [...new Set(named)].sort(), output };
}
