/**
 * Measures the page hash against CPython and against a bare `JSON.parse`, on the standard page and on hostile shapes.
 * `node test/bench/hash.ts [part of a shape's name]`. Only the ratios within one run mean something.
 */
import { spawnSync } from 'node:child_process';
import { canonicalJson } from '../../electron/etrm/canonical/canonical.ts';
import { elementKind, readMembers } from '../../electron/etrm/canonical/lexemes.ts';
import { hashDocument, readPage } from '../../electron/etrm/canonical/page.ts';
import { hostileShapes, standardPage } from './documents.ts';

const TIMES_CPYTHON = 4;
const TIMES_PARSE = 1.25;
const MEMBERS_MB_S = 150;

/** Above this nothing was read: a page without an object has no members. */
const IMPLAUSIBLE_MB_S = 10_000;

/** Rounds in which CPython and Node take turns, so that a busy machine is unfair to neither. */
const ROUNDS = 3;
const ROUND_MS = 200;

const PYTHON = `
import sys, json, time, hashlib
text = sys.stdin.buffer.read().decode()
best, spent = 1e9, 0
while spent < ${ROUND_MS / 1000}:
    start = time.perf_counter()
    results = json.loads(text)['results']
    digest = hashlib.sha256(json.dumps(results, sort_keys=True).encode()).hexdigest()
    took = time.perf_counter() - start
    del results
    best, spent = min(best, took), spent + took
print(best * 1000, digest)
`;

/** CPython's best time of a round in milliseconds, and its hash. */
function python(document: Buffer): { readonly time: number; readonly sha256: string } {
  const run = spawnSync('python3', ['-c', PYTHON], { input: document, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`python3 failed: ${run.error?.message ?? run.stderr}`);
  const [time = '', sha256 = ''] = run.stdout.trim().split(' ');
  return { time: Number(time), sha256 };
}

/** The best time in milliseconds of each piece of work, which take turns run by run: a machine's speed may change any moment. */
function best(work: readonly (() => void)[]): readonly number[] {
  const fastest = work.map(() => Number.POSITIVE_INFINITY);
  const end = performance.now() + work.length * ROUND_MS;
  do {
    for (const [at, run] of work.entries()) {
      const start = performance.now();
      run();
      fastest[at] = Math.min(fastest[at] ?? 0, performance.now() - start);
    }
  } while (performance.now() < end);
  return fastest;
}

/** Best times in milliseconds. */
interface Times {
  readonly cpython: number;
  readonly parse: number;
  readonly canonical: number;
  readonly hash: number;
  readonly page: number;
  readonly members: number;
  /** Whether both hashes are the same. */
  readonly agree: boolean;
}

function measure(document: Buffer): Times {
  const text = document.toString();
  const reading = readPage(document);
  const records = reading.kind === 'records' ? reading.records : new Uint32Array();
  const readRecords = (): void => {
    for (let at = 0; at < records.length; at += 2) {
      const start = records[at] ?? 0;
      if (elementKind(document, start) === 'object') readMembers(document, start, records[at + 1] ?? 0);
    }
  };
  const work = [
    () => JSON.parse(text),
    () => canonicalJson(document),
    () => hashDocument(document),
    () => readPage(document),
    readRecords,
  ];
  const rounds = Array.from({ length: ROUNDS }, () => {
    const { time, sha256 } = python(document);
    return { agree: sha256 === hashDocument(document), times: [time, ...best(work)] };
  });
  const fastest = (at: number): number => Math.min(...rounds.map(({ times }) => times[at] ?? 0));
  return {
    cpython: fastest(0),
    parse: fastest(1),
    canonical: fastest(2),
    hash: fastest(3),
    page: fastest(4),
    members: fastest(5),
    agree: rounds.every((round) => round.agree),
  };
}

function verdict(passed: boolean): string {
  return passed ? 'PASS' : 'MISSED';
}

function ratio(value: number): string {
  return `x${value.toFixed(2)}`;
}

/** One line of the table, rates in MB/s. */
function line(name: string, document: Buffer, times: Times): string {
  const rate = (milliseconds: number): string => {
    const megabytes = document.length / 1000 / milliseconds;
    return (megabytes > IMPLAUSIBLE_MB_S ? '-' : megabytes.toFixed(0)).padStart(6);
  };
  return [
    name.padEnd(40),
    `${(document.length / 1e6).toFixed(2).padStart(6)} MB`,
    `CPython${rate(times.cpython)}`,
    `JSON.parse${rate(times.parse)}`,
    `canonical${rate(times.canonical)}`,
    `with sha256${rate(times.hash)}`,
    `page${rate(times.page)}`,
    `members${rate(times.members)}`,
    `${ratio(times.cpython / times.hash)} CPython`,
    verdict(times.hash <= times.cpython),
    times.agree ? 'same hash' : 'DIFFERENT HASH',
  ].join('  ');
}

function standardTargets(document: Buffer, times: Times): string {
  const faster = times.cpython / times.hash;
  const slower = times.hash / times.parse;
  const members = document.length / 1000 / times.members;
  return [
    `  canonical + sha256 against CPython  ${ratio(faster)} (at least ${TIMES_CPYTHON})  ${verdict(faster >= TIMES_CPYTHON)}`,
    `  canonical + sha256, time against JSON.parse  ${ratio(slower)} (at most ${TIMES_PARSE})  ${verdict(slower <= TIMES_PARSE)}`,
    `  readMembers of every record  ${members.toFixed(0)} MB/s (at least ${MEMBERS_MB_S})  ${verdict(members >= MEMBERS_MB_S)}`,
  ].join('\n');
}

function main(only: string): void {
  console.log(`Node ${process.version}; MB/s, the best of ${ROUNDS} rounds in turn`);
  for (const [name, make] of Object.entries({ 'standard page': standardPage, ...hostileShapes })) {
    if (!name.includes(only)) continue;
    const document = Buffer.from(make());
    const times = measure(document);
    console.log(line(name, document, times));
    if (name === 'standard page') console.log(standardTargets(document, times));
    if (!times.agree) process.exitCode = 1;
  }
}

main(process.argv[2] ?? '');
