/** A workspace with an audit chain in it and forwarding over it, with nothing else of the app. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { onTestFinished } from 'vitest';
import { type Clock, isoTime, systemClock } from '../../../../electron/clock.ts';
import { memoryKeychain } from '../../../../electron/credentials/keychain.ts';
import { Redactor, Secret } from '../../../../electron/credentials/secret.ts';
import { createLog } from '../../../../electron/log/log.ts';
import { Siem } from '../../../../electron/siem/siem.ts';
import { AUDIT_ROOT, type AuditPayload, auditDigest } from '../../../../electron/workspace/audit-chain.ts';
import type { Database } from '../../../../electron/workspace/database.ts';
import { openWorkspace, type Workspace } from '../../../../electron/workspace/workspace.ts';
import type { SiemSettings } from '../../../../shared/siem.ts';

export interface SiemBench {
  readonly folder: string;
  readonly workspace: Workspace;
  readonly siem: Siem;
  /** Lines of the log, as one text. */
  readonly log: () => string;
  /** Adds events to the chain. @returns the number of the last. */
  append(count: number, payload?: (number: number) => AuditPayload): Promise<number>;
  /** Another process on the same workspace: nothing of the first one's memory is left. */
  restart(): Promise<SiemBench>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly onChange?: () => void;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-siem-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @param folder of the workspace; a temporary one unless told. */
export async function siemBench(
  options: BenchOptions = {},
  folder = join(temporaryFolder(), 'workspace'),
): Promise<SiemBench> {
  return opened(folder, options, memoryKeychain());
}

async function opened(
  folder: string,
  options: BenchOptions,
  keychain: ReturnType<typeof memoryKeychain>,
): Promise<SiemBench> {
  const clock = options.clock ?? systemClock;
  const redactor = new Redactor();
  const lines: string[] = [];
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
  };
  const workspace = await openWorkspace(folder, { at: isoTime(clock.now()), appVersion: '0.0.0', newId });
  const siem = new Siem({
    workspace,
    keychain,
    redactor,
    clock,
    newId,
    actor: 'analyst',
    appVersion: '0.0.0',
    random: options.random ?? (() => 0),
    log: createLog([(line) => lines.push(line)], redactor),
    onChange: options.onChange ?? (() => {}),
    environmentSecret: (name) => {
      const value = options.environment?.[name];
      return value === undefined ? null : new Secret(value);
    },
  });
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await siem.stop(0);
    await workspace.close();
  };
  onTestFinished(close);
  return {
    folder,
    workspace,
    siem,
    log: () => lines.join(''),
    append: (count, payload = (number) => ({ number })) =>
      appendEvents(workspace.database, isoTime(clock.now()), count, payload),
    close,
    restart: async () => {
      await close();
      return opened(folder, options, keychain);
    },
  };
}

/** As `appendAudit` would, all at once. */
async function appendEvents(
  database: Database,
  at: string,
  count: number,
  payload: (number: number) => AuditPayload,
): Promise<number> {
  return database.transaction(async (tx) => {
    const head = await tx.row('SELECT seq, sha256 FROM audit_event ORDER BY seq DESC LIMIT 1');
    const first = (head?.int('seq') ?? 0) + 1;
    const [actor, type] = ['Zoë', 'test.event'];
    const payloads = Array.from({ length: count }, (_, index) => JSON.stringify(payload(index + 1)));
    const hashes: string[] = [head?.text('sha256') ?? AUDIT_ROOT];
    for (const [index, text] of payloads.entries()) {
      hashes.push(auditDigest(first + index, at, actor, type, text, hashes[index] ?? ''));
    }
    await tx.append(
      'audit_event',
      [BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
      [
        payloads.map((_, index) => BigInt(first + index)),
        ...[at, actor, type].map((value) => payloads.map(() => value)),
        payloads,
        hashes.slice(0, -1),
        hashes.slice(1),
      ],
    );
    return first + count - 1;
  });
}

export const network = { caFile: null, certFile: null, keyFile: null, allowPlain: false } as const;

/** Adds a target, named `target` unless told. */
export async function add(
  { siem }: Pick<SiemBench, 'siem'>,
  settings: SiemSettings,
  more: { readonly name?: string; readonly secret?: string; readonly from?: number | 'now' } = {},
): Promise<void> {
  const secret = more.secret === undefined ? null : new Secret(more.secret);
  await siem.save({ name: more.name ?? 'target', settings, secret, from: more.from ?? null });
}

/** The numbers from `first` to `last`. */
export function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** As `range` says, each for the first time in its order; an event may come again later. */
export function firstSeen(seqs: readonly number[]): readonly number[] {
  return [...new Set(seqs)];
}
