/** `tieout retention`: how long months are kept, legal holds, and the removal of what is past its time. */
import { TieoutError } from '../../shared/errors.ts';
import { prune } from '../compliance/prune.ts';
import {
  type HoldAct,
  holdMonth,
  type RetentionParts,
  retention,
  setRetention,
} from '../compliance/retention.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';

export async function retentionShow(session: Session): Promise<number> {
  await show(session, (await session.app()).compliance);
  return 0;
}

async function show(session: Session, parts: RetentionParts): Promise<void> {
  const view = await retention(parts.workspace.database, parts.clock.now());
  session.out.event(
    { type: 'retention', years: view.years, default: view.isDefault },
    `Records are kept for ${view.years} years${view.isDefault ? ' (the default)' : ''}.`,
  );
  for (const { month, until, past, hold, locked, pruned } of view.months) {
    const state = hold !== null ? `legal hold: ${hold}` : past ? 'past its retention' : 'kept';
    const removed = pruned > 0 ? `, ${pruned} documents removed` : '';
    session.out.event(
      { type: 'retained-month', month, until, past, hold, locked, pruned },
      `${month}  until ${until}  ${locked ? 'locked, ' : ''}${state}${removed}`,
    );
  }
}

export interface SetOptions extends CommonOptions {
  readonly years: string;
  readonly reason: string;
}

export async function retentionSet(session: Session, options: SetOptions): Promise<number> {
  const years = numberOption(options.years, '--years', 0, 1000);
  const { compliance: parts } = await session.app();
  await setRetention(parts, years, options.reason);
  await show(session, parts);
  return 0;
}

export interface HoldOptions extends CommonOptions {
  readonly month: string;
  readonly reason: string;
}

export async function retentionHold(session: Session, act: HoldAct, options: HoldOptions): Promise<number> {
  const month = monthOption(options.month);
  const { compliance: parts } = await session.app();
  await holdMonth(parts, month, act, options.reason);
  session.out.event(
    { type: 'legal-hold', month, act, reason: options.reason },
    act === 'placed' ? `${month} is under a legal hold.` : `The legal hold of ${month} is released.`,
  );
  return 0;
}

export interface PruneOptions extends CommonOptions {
  readonly month?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export async function retentionPrune(session: Session, options: PruneOptions): Promise<number> {
  if ((options.dryRun ?? false) === (options.yes ?? false)) {
    throw new TieoutError(
      'usage',
      'Say --dry-run to see what would be removed, or --yes to remove it for good.',
    );
  }
  const month = options.month === undefined ? null : monthOption(options.month);
  const dryRun = options.dryRun ?? false;
  const { compliance: parts } = await session.app();
  for (const pruned of await prune(parts, { month, dryRun, signal: session.signal })) {
    const { documents, bytes, listSha256 } = pruned;
    session.out.event(
      { type: 'pruned', month: pruned.month, dry_run: dryRun, documents, bytes, list_sha256: listSha256 },
      `${pruned.month}: ${documents} documents, ${bytes} bytes ${dryRun ? 'would be removed' : 'removed'}${listSha256 === null ? '' : `; their hashes are in the evidence ${listSha256}`}`,
    );
  }
  return 0;
}
