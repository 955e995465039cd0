/** The channels of the rules screen. */
import type { Topic } from '../../shared/contract.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { MOST_DECIDED, type RULE_CHANNELS } from '../../shared/rule-channels.ts';
import type { Handlers } from '../ipc.ts';
import type { Asks } from '../jobs/asks.ts';
import { dryRun } from '../recon/dry-run.ts';
import { matchCounts, matchesWindow, matchIds } from '../recon/match-list.ts';
import { examineRules, parseRules } from '../recon/rule-file.ts';
import { findRules, listRules } from '../recon/rule-store.ts';
import { monthWaterfall } from '../recon/waterfall.ts';
import type { Workbench } from '../workbench.ts';

/** Items of a dry run that are shown. */
const SHOWN = 200;

const WHAT = 'The rule set';

function monthOf(text: string): Month {
  const month = parseMonth(text);
  if (month === null) throw new TieoutError('usage', `${text} is no month.`);
  return month;
}

export function ruleHandlers(
  workbench: Workbench,
  asks: Asks,
  changed: (topics: readonly Topic[]) => void,
): Pick<Handlers, keyof typeof RULE_CHANNELS> {
  return {
    'rules.list': async () => listRules((await workbench.app()).workspace.database),
    'rules.text': async ({ wanted }) =>
      `${JSON.stringify(await findRules((await workbench.app()).workspace.database, wanted), null, 2)}\n`,
    'rules.check': ({ text }) => {
      const examined = examineRules(text);
      return Promise.resolve(examined.ok ? [] : examined.faults);
    },
    'rules.save': async ({ text }) => {
      const rules = parseRules(text, WHAT);
      const { sha256 } = await (await workbench.app()).saveRules(rules);
      return { name: rules.name, sha256 };
    },
    'rules.dryRun': async ({ month, text, askId }) => {
      const asked = { month: monthOf(month), rules: parseRules(text, WHAT), limit: SHOWN };
      const { workspace } = await workbench.app();
      return asks.answer(askId, (context) => dryRun(workspace, { ...asked, ...context }));
    },
    'rules.month': async ({ month }) => {
      const { database } = (await workbench.app()).workspace;
      const recon = await database.row(
        'SELECT recon_id, rules_name FROM recon WHERE month = ? ORDER BY seq DESC LIMIT 1',
        [month],
      );
      return {
        name: recon?.textOrNull('rules_name') ?? null,
        waterfall: recon ? await monthWaterfall(database, recon.text('recon_id')) : null,
        matches: await matchCounts(database, month),
      };
    },
    'matches.window': async (asked) => matchesWindow((await workbench.app()).workspace.database, asked),
    'matches.ids': async ({ month, filter }) =>
      matchIds((await workbench.app()).workspace.database, { month, filter, offset: 0, limit: MOST_DECIDED }),
    'matches.decide': async (decision) => {
      await (await workbench.app()).decideMatches({ ...decision, month: monthOf(decision.month) });
      changed(['compare']);
      return null;
    },
  };
}
