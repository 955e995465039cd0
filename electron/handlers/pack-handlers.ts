/** The channels of evidence packs and of retention. */
import { join } from 'node:path';
import type { Topic } from '../../shared/contract.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { holdMonth, retention, setRetention } from '../compliance/retention.ts';
import type { Handlers } from '../ipc.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { verifyPack } from '../pack/verify-pack.ts';
import type { Workbench } from '../workbench.ts';
import type { Dialogs } from './dialogs.ts';

interface PackHandlerParts {
  readonly workbench: Workbench;
  readonly jobs: Jobs;
  readonly dialogs: Pick<Dialogs, 'openPack' | 'savePack'>;
  readonly changed: (topics: readonly Topic[]) => void;
}

type PackChannel = 'packs.check' | 'packs.write' | 'retention.show' | 'retention.set' | 'retention.hold';

function monthOf(text: string): Month {
  const month = parseMonth(text);
  if (month === null) throw new TieoutError('month-invalid', `"${text}" is no month.`, { month: text });
  return month;
}

export function packHandlers(parts: PackHandlerParts): Pick<Handlers, PackChannel> {
  const { workbench, jobs, dialogs, changed } = parts;
  const begun = (step: string) => ({ kind: 'steps', step, done: 0, total: null }) as const;

  return {
    'packs.check': async () => {
      const path = await dialogs.openPack();
      if (path === null) return null;
      const jobId = jobs.start('pack-check', '', begun('Reading the pack'), async (context) => {
        const pack = await verifyPack({
          path,
          signal: context.signal,
          onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
        });
        return { kind: 'pack-check', pack };
      });
      return { jobId };
    },
    'packs.write': async ({ month }) => {
      const app = await workbench.app();
      const of = monthOf(month);
      const out = await dialogs.savePack(join(app.workspace.reports, `tieout-${of}-pack.zip`));
      if (out === null) return null;
      const jobId = jobs.start('report', of, begun('Reading the reconciliation'), async (context) => {
        const { type, path, sha256 } = await app.pack({
          month: of,
          out,
          overwrite: true,
          signal: context.signal,
          onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
        });
        changed(['month']);
        return { kind: 'report', files: [{ type, path, sha256 }] };
      });
      return { jobId };
    },
    'retention.show': async () => {
      const { compliance } = await workbench.app();
      return await retention(compliance.workspace.database, compliance.clock.now());
    },
    'retention.set': async ({ years, reason }) => {
      const { compliance } = await workbench.app();
      await setRetention(compliance, years, reason);
      changed(['retention']);
      return null;
    },
    'retention.hold': async ({ month, act, reason }) => {
      const { compliance } = await workbench.app();
      await holdMonth(compliance, monthOf(month), act, reason);
      changed(['retention']);
      return null;
    },
  };
}
