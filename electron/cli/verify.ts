/** `tieout verify` of what is no workspace: an evidence pack, and a log of the Python client. */
import { resolve } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import { packFault, verifyPack } from '../pack/verify-pack.ts';
import { compareLog } from '../verify/client-log.ts';
import { many } from './count-words.ts';
import { type VerifyOptions, verifyCommand } from './month-commands.ts';
import { ProgressBar } from './progress-bar.ts';
import { monthOption, type Session } from './session.ts';

export interface VerifyWhatOptions extends VerifyOptions {
  readonly log?: string;
}

/** @throws TieoutError `usage` where more than one thing is named. */
export async function verifyWhat(
  session: Session,
  pack: string | undefined,
  options: VerifyWhatOptions,
): Promise<number> {
  if (pack !== undefined && (options.log !== undefined || options.month !== undefined)) {
    throw new TieoutError('usage', 'A pack is checked by itself; leave --month and --log away.');
  }
  if (pack !== undefined) return await verifyPackCommand(session, resolve(pack));
  if (options.log !== undefined) return await verifyLogCommand(session, resolve(options.log), options.month);
  return await verifyCommand(session, options);
}

/** Needs no workspace: everything is in the pack. */
async function verifyPackCommand(session: Session, path: string): Promise<number> {
  const { out } = session;
  const bar = new ProgressBar(out, 1);
  const result = await verifyPack({
    path,
    signal: session.signal,
    onProgress: (step, done, total) => {
      if (out.live) bar.show(total === null ? 0 : done / total, step);
    },
  });
  bar.end();
  for (const { subject, name, expected, found } of result.differences) {
    out.event(
      { type: 'difference', subject, name, expected, found },
      `differs: ${subject} ${name}: expected ${expected}, found ${found}`,
    );
  }
  for (const what of result.onTrust) out.say(`taken on trust: ${what}`);
  out.event(
    {
      type: 'verify-pack',
      path: result.path,
      sha256: result.sha256,
      month: result.month,
      files: result.files,
      pages: result.pages,
      records: result.records,
      audit_events: result.auditEvents,
      verifier_sha256: result.verifier?.sha256 ?? null,
      verifier_known: result.verifier?.known ?? false,
      on_trust: result.onTrust,
      differences: result.differences.length,
    },
    `${result.path}: ${many(result.files, 'file')}, ${many(result.pages, 'page')}, ${many(result.records, 'record')}, ${many(result.auditEvents, 'audit event')}; ${many(result.differences.length, 'difference')}\nverify.py in it  ${result.verifier?.sha256 ?? 'none'}${result.verifier && !result.verifier.known ? '  (not the one that this Tieout writes: another version, or changed)' : ''}`,
  );
  if (result.differences.length > 0) throw packFault(result);
  return 0;
}

async function verifyLogCommand(session: Session, path: string, month: string | undefined): Promise<number> {
  const { out } = session;
  const of = month === undefined ? null : monthOption(month);
  const { database } = (await session.appAsItIs()).workspace;
  const { runs, skipped } = await compareLog(database, path, of);
  for (const run of runs) {
    const { run: number, runId, differences, pages, equal, firstLine } = run;
    for (const { page, kind, expected, found, line } of differences) {
      out.event(
        { type: 'log-difference', run: number, page, kind, expected, found, line },
        `differs: run ${number} of the log${page === 0 ? '' : `, page ${page}`} (${kind}): expected ${expected}, found ${found}`,
      );
    }
    out.event(
      {
        type: 'log-run',
        run: number,
        line: firstLine,
        run_id: runId,
        month: run.month,
        pages,
        equal,
        differences: differences.length,
      },
      `run ${number} of the log (line ${firstLine}): ${equal} of ${pages} pages are those of run ${runId} of ${run.month}${equal === 0 ? '; was it read with another page size, or of another month?' : ''}`,
    );
  }
  const differences = runs.reduce((all, run) => all + run.differences.length, 0);
  out.event(
    { type: 'verify-log', path, runs: runs.length, skipped, differences },
    `${path}: ${many(runs.length, 'run')}, ${many(skipped, 'other line')}; ${many(differences, 'difference')}`,
  );
  if (differences === 0) return 0;
  const first = runs.find((run) => run.differences.length > 0);
  const [named] = first?.differences ?? [];
  throw new TieoutError(
    'check-failed',
    `${path} and the workspace differ in ${differences} ${differences === 1 ? 'page' : 'pages'}, the first ${named?.kind === 'total' ? 'a total' : `page ${named?.page}`} of run ${first?.run} of the log; compare both with the vendor.`,
    { path, differences },
  );
}
