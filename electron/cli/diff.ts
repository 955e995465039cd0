import { TieoutError } from '../../shared/errors.ts';
import type { ChangeFilter } from '../restatement/change-rows.ts';
import { runNamed } from '../restatement/named-run.ts';
import { type CommonOptions, monthOption, numberOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

export interface DiffOptions extends CommonOptions {
  readonly month: string;
  /** Two: the earlier and the later. */
  readonly runs: readonly string[];
  readonly connection?: string;
  readonly resource: string;
  readonly limit?: string;
}

/** Changes fetched at once: bounds the memory whatever their number. */
const BATCH = 10_000;
const ALL: ChangeFilter = { kind: null, field: null, search: '' };

export async function diffCommand(session: Session, options: DiffOptions): Promise<number> {
  const month = monthOption(options.month);
  const limit = options.limit === undefined ? null : numberOption(options.limit, '--limit', 0, 1e12);
  const [earlier, later, ...more] = options.runs;
  if (earlier === undefined || later === undefined || more.length > 0) {
    throw new TieoutError(
      'usage',
      '--runs takes two runs, the earlier first: ids, the first characters of them, or previous and latest.',
    );
  }
  if (options.resource !== 'settlements') {
    throw new TieoutError(
      'usage',
      `--resource is "${options.resource}"; runs of settlements can be compared.`,
    );
  }
  const app = await session.app();
  const { database } = app.workspace;
  const scope = { month, resource: 'settlements', source: options.connection ?? null } as const;
  const [from, to] = [await runNamed(database, earlier, scope), await runNamed(database, later, scope)];
  const diff = await app.diffs.of(from, to, { signal: session.signal, onProgress: () => {} });
  const event = { type: 'diff', ...diff.summary } as const;
  session.out.event(event, inWords(event));
  let told = 0;
  for (;;) {
    session.signal.throwIfAborted();
    const wanted = limit === null ? BATCH : Math.min(BATCH, limit - told);
    const { rows, total } = await diff.window(ALL, told, wanted);
    for (const row of rows) {
      const change = { type: 'change', ...row } as const;
      session.out.event(change, inWords(change));
    }
    told += rows.length;
    if (rows.length < wanted || told >= total || wanted === 0) break;
  }
  const kept = diff.summary;
  const all = kept.added + kept.removed + kept.changed + kept.reversioned + kept.repeated;
  if (told < all) session.out.say(`${all - told} more; raise --limit`);
  return 0;
}
