import { TieoutError } from '../../shared/errors.ts';
import type { FindingEvent } from '../../shared/events.ts';
import { FINDING_CODES, isFindingCode } from '../../shared/findings.ts';
import type { FindingRow } from '../../shared/views.ts';
import { checkedRun } from '../curves/list-curves.ts';
import { CURRENT_FINDINGS, FINDING_ORDER, findingRow } from '../findings/list.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';
import { inWords } from './wording.ts';

export interface FindingsOptions extends CommonOptions {
  readonly month: string;
  readonly code?: string;
  readonly connection?: string;
}

function findingEvent(row: FindingRow): FindingEvent {
  return {
    type: 'finding',
    run_id: row.runId,
    page: row.page,
    index: row.index,
    settlement_id: row.settlementId,
    version: row.version,
    trade_id: row.tradeId,
    code: row.code,
    field: row.field,
    expected: row.expected,
    found: row.found,
    delivery_start: row.deliveryStart,
    delivery_end: row.deliveryEnd,
    source_id: row.sourceId,
    detail: row.detail,
  };
}

/** Those of the month's newest finished run, of the current version of each settlement. */
export async function findingsList(session: Session, options: FindingsOptions): Promise<number> {
  const month = monthOption(options.month);
  const code = options.code?.toUpperCase() ?? null;
  if (code !== null && !isFindingCode(code)) {
    throw new TieoutError('usage', `--code is "${options.code}", not one of ${FINDING_CODES.join(', ')}.`);
  }
  const { database } = (await session.app()).workspace;
  const { runId } = await checkedRun(database, month, options.connection ?? null);
  if (runId === null) {
    throw new TieoutError('nothing-to-do', `${month} has no sync of settlements; run the sync first.`, {
      month,
    });
  }
  let count = 0;
  const sql = `${CURRENT_FINDINGS} AND ($2::VARCHAR IS NULL OR f.code = $2) ${FINDING_ORDER}`;
  for await (const rows of database.stream(sql, [runId, code])) {
    for (const row of rows) {
      const event = findingEvent(findingRow(row));
      count += 1;
      session.out.event(event, inWords(event));
    }
  }
  const pinned = await database.row('SELECT 1 AS found FROM run_pin WHERE run_id = ? LIMIT 1', [runId]);
  session.out.say(
    pinned === null
      ? 'not checked: neither trades nor curves were known when the run began'
      : `${count} ${count === 1 ? 'finding' : 'findings'}`,
  );
  return 0;
}
