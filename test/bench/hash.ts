/**
 * Measures the page hash against CPython and against a bare `JSON.parse`, on the standard page and on hostile shapes.
 * `node test/bench/hash.ts [part of a shape's name]`. Times are the best of several runs; only the ratios within one
 * run mean something.
 */
import { spawnSync } from 'node:child_process';
import { canonicalJson } from '../../electron/etrm/canonical/canonical.ts';
import { readMembers } from '../../electron/etrm/canonical/lexemes.ts';
import { hashDocument, readPage } from '../../electron/etrm/canonical/page.ts';
import { hostileShapes, standardPage } from './documents.ts';

const TIMES_CPYTHON = 4;
const TIMES_PARSE = 1.25;
const LEXEMES_MB_S = 150;

/** Times in milliseconds, and the hash that was computed. */
interface PythonResult {
  readonly milliseconds: number;
  readonly sha256: string;
}

const PYTHON = `
import sys, json, time, hashlib
read = sys.stdin.buffer.read
while size := read(8):
    text = read(int.from_bytes(size, 'little')).decode()
    best, spent, runs = 1e9, 0, 0
    while runs < 3 or (spent < 1 and runs < 40):
        start = time.perf_counter()
        results = json.loads(text)['results']
        digest = hashlib.sha256(json.dumps(results, sort_keys=True).encode()).hexdigest()
        took = time.perf_counter() - start
        del results
        best, spent, runs = min(best, took), spent + took, runs + 1
    print(best * 1000, digest)
`;

function python(documents: readonly Buffer[]): readonly PythonResult[] {
  const input = Buffer.concat(
    documents.flatMap((document) => {
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(document.length));
      return [size, document];
    }),
  );
  const run = spawnSync('python3', ['-c', PYTHON], { input, maxBuffer: 2 ** 24, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`python3 failed: ${run.error?.message ?? run.stderr}`);
  return run.stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [milliseconds = '', sha256 = ''] = line.split(' ');
      return { milliseconds: Number(milliseconds), sha256 };
    });
}

/** The best time of `work` in milliseconds. */
function best(work: () => void): number {
  let fastest = Number.POSITIVE_INFINITY;
  const end = performance.now() + 1000;
  for (let runs = 0; runs < 3 || (performance.now() < end && runs < 400); runs += 1) {
    const start = performance.now();
    work();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

function verdict(passed: boolean): string {
  return passed ? 'PASS' : 'MISSED';
}

function readAllMembers(body: Uint8Array, records: Uint32Array): void {
  for (let at = 0; at < records.length; at += 2) readMembers(body, records[at] ?? 0, records[at + 1] ?? 0);
}

function measure(name: string, document: Buffer, cpython: PythonResult): boolean {
  const text = document.toString();
  const rate = (milliseconds: number): string =>
    (document.length / 1000 / milliseconds).toFixed(0).padStart(5);
  const canonical = best(() => canonicalJson(document));
  const hashed = best(() => hashDocument(document));
  const parse = best(() => JSON.parse(text));
  const agrees = hashDocument(document) === cpython.sha256;
  const faster = cpython.milliseconds / hashed;
  console.log(
    `${name.padEnd(40)} ${(document.length / 1e6).toFixed(2).padStart(6)} MB  CPython ${rate(cpython.milliseconds)}  ` +
      `JSON.parse ${rate(parse)}  canonical ${rate(canonical)}  with sha256 ${rate(hashed)} MB/s  ` +
      `x${faster.toFixed(1)} CPython ${verdict(faster >= 1)}  hash ${agrees ? 'equal' : 'DIFFERENT'}`,
  );
  return agrees;
}

function measureStandardPage(document: Buffer, cpython: PythonResult): void {
  const text = document.toString();
  const hashed = best(() => hashDocument(document));
  const parse = best(() => JSON.parse(text));
  const page = best(() => readPage(document));
  const reading = readPage(document);
  const lexemes = best(() =>
    readAllMembers(document, reading.kind === 'records' ? reading.records : new Uint32Array()),
  );
  const rate = (milliseconds: number): number => document.length / 1000 / milliseconds;
  const faster = cpython.milliseconds / hashed;
  const slower = hashed / parse;
  console.log(
    `  canonical + sha256 against CPython   x${faster.toFixed(2)}  (at least ${TIMES_CPYTHON})  ${verdict(faster >= TIMES_CPYTHON)}`,
  );
  console.log(
    `  time against JSON.parse              x${slower.toFixed(2)}  (at most ${TIMES_PARSE})  ${verdict(slower <= TIMES_PARSE)}`,
  );
  console.log(`  readPage                             ${rate(page).toFixed(0)} MB/s`);
  console.log(
    `  readMembers of every record          ${rate(lexemes).toFixed(0)} MB/s  (at least ${LEXEMES_MB_S})  ${verdict(rate(lexemes) >= LEXEMES_MB_S)}`,
  );
}

function main(only: string): void {
  const shapes = Object.entries({ 'standard page': standardPage, ...hostileShapes }).filter(([name]) =>
    name.includes(only),
  );
  const documents = shapes.map(([, make]) => Buffer.from(make()));
  const results = python(documents);
  console.log(`Node ${process.version}`);
  let agree = true;
  for (const [at, [name]] of shapes.entries()) {
    const [document, cpython] = [documents[at], results[at]];
    if (document === undefined || cpython === undefined) continue;
    agree = measure(name, document, cpython) && agree;
    if (name === 'standard page') measureStandardPage(document, cpython);
  }
  if (!agree) process.exitCode = 1;
}

main(process.argv[2] ?? '');
