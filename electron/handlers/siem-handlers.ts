/** The channels of the SIEM screen. */
import type { Topic } from '../../shared/contract.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { SiemSettings, SiemTargetView } from '../../shared/siem.ts';
import { Secret } from '../credentials/secret.ts';
import type { Handlers } from '../ipc.ts';
import type { Workbench } from '../workbench.ts';
import type { Dialogs } from './dialogs.ts';

type SiemChannel = 'siem.list' | 'siem.save' | 'siem.remove' | 'siem.test' | 'siem.pickFile';

export function siemHandlers(
  workbench: Workbench,
  dialogs: Pick<Dialogs, 'pickEventFile'>,
  changed: (topics: readonly Topic[]) => void,
): Pick<Handlers, SiemChannel> {
  /** The page names no file to write that was not chosen in a dialog of ours. */
  const picked = new Set<string>();

  function refuseStrange(settings: SiemSettings, known: readonly SiemTargetView[]): void {
    if (settings.kind !== 'file' || picked.has(settings.path)) return;
    const { path } = settings;
    if (known.some(({ settings: kept }) => kept.kind === 'file' && kept.path === path)) return;
    throw new TieoutError(
      'siem-invalid',
      `${path} was not chosen as the file of a target; choose it again.`,
      {
        path,
      },
    );
  }

  return {
    'siem.list': async () => (await workbench.app()).siem.list(),
    'siem.save': async ({ name, settings, secret, from }) => {
      const { siem } = await workbench.app();
      refuseStrange(settings, await siem.list());
      const view = await siem.save({
        name,
        settings,
        from,
        secret: secret === null ? null : new Secret(secret),
      });
      changed(['siem']);
      return view;
    },
    'siem.remove': async ({ name }) => {
      await (await workbench.app()).siem.remove(name);
      changed(['siem']);
      return null;
    },
    'siem.test': async ({ name }) => {
      // Receivers have time limits of their own.
      await (await workbench.app()).siem.test(name, new AbortController().signal);
      return null;
    },
    'siem.pickFile': async () => {
      const path = await dialogs.pickEventFile();
      if (path !== null) picked.add(path);
      return path;
    },
  };
}
