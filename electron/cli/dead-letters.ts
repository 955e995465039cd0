import { DEAD_LETTERS, deadLetterRow } from '../views/dead-letters.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';

export interface DeadLettersOptions extends CommonOptions {
  readonly month?: string;
}

/** Those of the newest run of each source and resource of a month. */
export async function deadLettersList(session: Session, options: DeadLettersOptions): Promise<number> {
  const month = options.month === undefined ? null : monthOption(options.month);
  const app = await session.app();
  let count = 0;
  const sql = `${DEAD_LETTERS} WHERE d.run_id IN (
      SELECT run_id FROM run WHERE ?::VARCHAR IS NULL OR month = ?
      QUALIFY row_number() OVER (PARTITION BY source, month, resource ORDER BY seq DESC) = 1)
    ORDER BY r.month, d.run_id, d.page, d.idx`;
  for await (const rows of app.workspace.database.stream(sql, [month, month])) {
    for (const row of rows) {
      const letter = deadLetterRow(row);
      count += 1;
      session.out.event(
        {
          type: 'dead-letter',
          run_id: letter.runId,
          page: letter.page,
          index: letter.index,
          settlement_id: letter.settlementId,
          reasons: letter.reasons,
        },
        `${row.text('month')} page ${letter.page} record ${letter.index}  ${letter.settlementId ?? '-'}  ${letter.reasons.map((reason) => reason.message).join('; ')}`,
      );
    }
  }
  session.out.say(count === 0 ? 'no dead letters' : `${count} dead ${count === 1 ? 'letter' : 'letters'}`);
  return 0;
}
