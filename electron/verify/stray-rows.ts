/** Rows that belong to nothing: to no page of a run, no import, no reconciliation, no target. */
import type { Check } from './findings.ts';

interface Belonging {
  readonly table: string;
  /** Of the row, over `t`. */
  readonly stray: string;
  /** What it should belong to. */
  readonly to: string;
  /** What it says of itself, over `t`. */
  readonly said: string;
}

/** Whatever is null is no place. */
function placed(table: string, resource: string | null, besides = 'FALSE'): Belonging {
  const of = resource === null ? '' : `JOIN run r ON r.run_id = p.run_id AND r.resource = '${resource}'`;
  return {
    table,
    stray: `t.run_id IS NULL OR t.page IS NULL OR ((t.run_id, t.page) NOT IN (SELECT (p.run_id, p.page) FROM page p ${of}) AND NOT (${besides}))`,
    to: `a page${resource === null ? '' : ` of ${resource}`}`,
    said: `concat_ws(' ', 'run', t.run_id, 'page', t.page)`,
  };
}

function under(table: string, column: string, parent: string, key: string): Belonging {
  return {
    table,
    stray: `t.${column} IS NULL OR t.${column} NOT IN (SELECT ${key} FROM ${parent})`,
    to: `a row in ${parent}`,
    said: `concat_ws(' ', '${column}', t.${column})`,
  };
}

const BELONGING: readonly Belonging[] = [
  placed('settlement', 'settlements'),
  placed('trade', 'trades'),
  placed('curve_point', 'curves', `t.page = 0 AND t.run_id IN (SELECT import_id FROM curve_import)`),
  placed('resource_record', null),
  placed('dead_letter', null),
  placed('drift', null),
  placed('page_schema', null),
  placed('page_check', null),
  placed('finding', 'settlements'),
  under('attempt', 'run_id', 'run', 'run_id'),
  under('finding', 'run_id', 'run_pin', 'run_id'),
  under('ledger_row', 'import_id', 'ledger_import', 'import_id'),
  under('curve_snapshot', 'source_id', 'curve_point', 'run_id'),
  under('page_check', 'seq', 'verification', 'seq'),
  under('recon_judged', 'recon_id', 'recon', 'recon_id'),
  under('recon_match', 'recon_id', 'recon', 'recon_id'),
  under('recon_waterfall', 'recon_id', 'recon', 'recon_id'),
  under('recon_break', 'recon_id', 'recon', 'recon_id'),
  {
    table: 'recon_pair',
    stray: `(t.seq, t.import_no) NOT IN (
      SELECT (seq, unnest(range(json_array_length(import_ids)::BIGINT))) FROM recon)`,
    to: 'an extract of a reconciliation',
    said: `concat_ws(' ', 'event', t.seq, 'extract', t.import_no)`,
  },
  under('siem_cursor_event', 'target_id', 'siem_target_event', 'target_id'),
  under('siem_failure', 'target_id', 'siem_target_event', 'target_id'),
  under('siem_refusal', 'target_id', 'siem_target_event', 'target_id'),
];

/** How many there are in each table, and the first. */
export async function checkStrays({ workspace, findings, request }: Check): Promise<void> {
  for (const { table, stray, to, said } of BELONGING) {
    request.signal.throwIfAborted();
    // Places first: a table of millions of rows has few of them.
    const columns = [...new Set([...stray.matchAll(/\bt\.(\w+)/g)].map(([, name]) => name))].join(', ');
    const row = await workspace.database.row(
      `SELECT sum(n)::BIGINT AS n, min(${said}) AS first
       FROM (SELECT ${columns}, count(*) AS n FROM "${table}" GROUP BY ALL) t WHERE ${stray}`,
    );
    const n = row?.intOrNull('n') ?? 0;
    findings.expect(
      'records',
      `table ${table}`,
      `rows that belong to ${to}`,
      n === 0 ? `rows that belong to ${to}` : `${n} that do not, the first of ${row?.text('first')}`,
    );
  }
}
