/** What the channels of the close and of netting do. */
import type { Topic } from '../../shared/contract.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { parseSettings } from '../close/settings.ts';
import type { Handlers } from '../ipc.ts';
import type { Workbench } from '../workbench.ts';

function monthOf(text: string): Month {
  const month = parseMonth(text);
  if (month === null) throw new TieoutError('month-invalid', `"${text}" is no month.`, { month: text });
  return month;
}

const SIGNED: readonly Topic[] = ['close', 'month'];

type CloseChannel = Extract<keyof Handlers, `close.${string}` | `netting.${string}`>;

export function closeHandlers(
  workbench: Workbench,
  changed: (topics: readonly Topic[]) => void,
): Pick<Handlers, CloseChannel> {
  return {
    'close.status': async ({ month }) => (await workbench.app()).closing.status(monthOf(month)),
    'close.act': async ({ month, act, reason }) => {
      const done = await (await workbench.app()).closing.act(monthOf(month), act, reason);
      changed(SIGNED);
      return done;
    },
    'close.adjustments': async ({ month, offset, limit }) => {
      const rows = await (await workbench.app()).closing.adjustments(monthOf(month));
      return { offset, total: rows.length, rows: rows.slice(offset, offset + limit) };
    },
    'close.give': async ({ month, toMonth }) => {
      const totals = await (await workbench.app()).closing.give(monthOf(month), monthOf(toMonth), null);
      changed(SIGNED);
      return totals;
    },
    'close.settings': async () => {
      const { settings, sha256 } = await (await workbench.app()).closing.settings();
      return { text: JSON.stringify(settings, null, 2), sha256 };
    },
    'close.setSettings': async ({ text }) => {
      const settings = parseSettings(text, 'What was typed');
      const { sha256 } = await (await workbench.app()).closing.setSettings(settings);
      changed(['close', 'breaks']);
      return { sha256 };
    },
    'netting.rows': async ({ month }) => (await workbench.app()).closing.netting(monthOf(month)),
  };
}
