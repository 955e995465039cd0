/**
 * One change of every column of every table of a finished month, spread over rows that do not get into each other's way, so
 * that few verifications tell of all of them.
 */
import type { Stored } from '../workspace/stored-tables.ts';

/** What is done to a workspace behind the product's back, and what a verification must say of it. */
export interface Tamper {
  /** `table.column`, or `table` and what is done to a row. */
  readonly what: string;
  readonly statement: string;
  /** Over `subject name: expected -> found`. */
  readonly said: RegExp;
}

export interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** Another value of the same type, whatever it is. */
function changed({ name, type }: Column): string {
  const column = `"${name}"`;
  if (type === 'BOOLEAN') return `NOT coalesce(${column}, FALSE)`;
  if (type.startsWith('TIMESTAMP')) return `coalesce(${column}, TIMESTAMP '2020-01-01') + INTERVAL 1 SECOND`;
  if (type !== 'VARCHAR') return `coalesce(${column}, 0) + 1`;
  return `CASE WHEN ${column} IS NULL THEN '7' WHEN ${column} ~ '^[0-9a-f]{64}$' THEN repeat('a', 64)
    WHEN ${column} ~ '.*[0-8].*' THEN regexp_replace(${column}, '[0-8]', '9') ELSE ${column} || 'x' END`;
}

/** The first row of a table under a condition. */
function first(table: string, where = 'TRUE'): string {
  return `rowid = (SELECT min(rowid) FROM "${table}" WHERE ${where})`;
}

/** A table whose rows events tell: any column of one row, and rows that no event tells. */
interface ToldRows {
  /** Columns by which rows are told apart. */
  readonly keys: readonly string[];
  /** The row that is changed; the first one. */
  readonly where?: string;
  /** Of columns that are not in the event: what is said of them instead, and of which row. */
  readonly elsewhere?: Readonly<Record<string, RegExp>>;
  readonly elsewhereOf?: string;
  /** What no two rows may have to the engine, and is another where a row is put in. */
  readonly unique?: string;
}

const TOLD: Readonly<Record<string, ToldRows>> = {
  connection_event: { keys: ['seq'] },
  // One that failed: of the others every page would differ.
  run: { keys: ['seq'], where: `source = 'cursors'`, unique: 'run_id' },
  run_stop: { keys: ['seq'] },
  run_warning: { keys: ['run_id', 'warned_at', 'code', 'message'] },
  page: {
    keys: ['run_id', 'page'],
    where: `page = 3 AND run_id = (SELECT run_id FROM run WHERE source = 'odd')`,
    elsewhere: { next_position: /^page run \S+ page 2 next: none -> 7$/ },
    elsewhereOf: `page = 2 AND run_id = (SELECT run_id FROM run WHERE source = 'odd')`,
  },
  profile: { keys: ['seq'], where: `name = 'cursors'`, unique: 'sha256' },
  mapping: { keys: ['seq'], unique: 'sha256' },
  rule_set: { keys: ['seq'] },
  ledger_import: {
    keys: ['seq'],
    unique: 'import_id',
    elsewhere: {
      bytes: /^extract april-ledger.csv bytes: /,
      columns: /^extract april-ledger.csv columns: /,
      totals: /^extract april-ledger.csv totals: /,
    },
    elsewhereOf: `file_name = 'april-ledger.csv'`,
  },
  ledger_reading: {
    keys: ['seq'],
    unique: 'import_id',
    elsewhere: {
      volumes: /^extract april-ledger.csv volumes: /,
      checks: /^extract april-ledger.csv checks: /,
      unchanged: /^extract april-ledger.csv unchanged: /,
    },
    elsewhereOf: `import_id = (SELECT arg_max(import_id, seq) FROM ledger_import)`,
  },
  recon: {
    keys: ['seq'],
    unique: 'recon_id',
    elsewhere: {
      by_category: /^recon 2024-03 by_category: /,
      etrm_total: /^recon 2024-03 etrm_total: /,
      ledger_total: /^recon 2024-03 ledger_total: /,
      pending_total: /^recon 2024-03 pending_total: /,
      rules_name: /^recon 2024-03 rules: /,
    },
    elsewhereOf: `seq = (SELECT max(seq) FROM recon WHERE month = '2024-03')`,
  },
  report: { keys: ['seq', 'sha256', 'path'] },
  verification: {
    keys: ['seq'],
    elsewhere: { differences: /^audit event \d+ differences: / },
    elsewhereOf: 'seq = (SELECT max(seq) FROM verification)',
  },
  curve_import: {
    keys: ['seq'],
    unique: 'import_id',
    elsewhere: { bytes: /^curve april.csv bytes: / },
    elsewhereOf: `file_name = 'april.csv'`,
  },
  curve_tolerance_event: { keys: ['seq'] },
  schema_baseline_event: { keys: ['seq'] },
  // One that nobody has decided.
  drift_finding: { keys: ['seq', 'position'], unique: 'run_id', where: `field <> 'desk'` },
  drift_decision: { keys: ['seq', 'field', 'kind', 'aspect'] },
  dead_letter_event: { keys: ['seq', 'run_id', 'page', 'idx'] },
  match_decision: { keys: ['seq', 'match_id'] },
  break_event: { keys: ['seq', 'break_id', 'ordinal'], where: `act = 'attached'` },
  close_setting_event: { keys: ['seq'] },
  close_event: { keys: ['seq'] },
  adjustment_event: { keys: ['seq', 'settlement_id', 'currency'] },
  retention_setting_event: { keys: ['seq'] },
  legal_hold_event: { keys: ['seq'] },
  siem_target_event: { keys: ['seq'] },
};

/** What no verification can know, with the reason that docs/audit.md gives. */
export const UNKNOWN: ReadonlyMap<string, string> = new Map([
  ['attempt.sent_at', 'when a request was sent is in no event'],
  ['run_pin.position', 'only the order of the pins is in their hash'],
  ...['application', 'workspace_id', 'created_at'].map(
    (name) => [`workspace.${name}`, 'tells of the database itself'] as const,
  ),
  ...['version', 'name', 'applied_at', 'app_version'].map(
    (name) => [`migration.${name}`, 'tells of the database itself'] as const,
  ),
]);

/** Tables of which the month has no row (`rebuild.test.ts` says why), and the chain, which is held against itself. */
export const WITHOUT_ROWS: ReadonlySet<string> = new Set([
  'pruned_evidence',
  'recon_match',
  'resource_record',
  'siem_failure',
  'siem_refusal',
]);

/** Runs of the month. */
export interface MonthRuns {
  /** The first and the second one of the demo's settlements; the second was reconciled. */
  readonly first: string;
  readonly second: string;
  /** The first one of the demo's trades, and of its curves. */
  readonly trades: string;
  readonly curves: string;
  /** The two of `units`. */
  readonly units: readonly [string, string];
}

export function monthRuns(rows: readonly Stored[]): MonthRuns {
  const of = (source: string, resource: string): readonly string[] =>
    rows.filter((row) => row.source === source && row.resource === resource).map((row) => String(row.run_id));
  const [[one = '', two = ''], [three = '', four = '']] = [
    of('demo', 'settlements'),
    of('units', 'settlements'),
  ];
  const [[trades = ''], [curves = '']] = [of('demo', 'trades'), of('demo', 'curves')];
  return { first: one, second: two, trades, curves, units: [three, four] };
}

/** Changes one column of one row. */
function change(column: Column, where: string, said: RegExp): Tamper {
  const { table, name } = column;
  return {
    what: `${table}.${name}`,
    statement: `UPDATE "${table}" SET "${name}" = ${changed(column)} WHERE ${first(table, where)}`,
    said,
  };
}

/** The rows that events tell, in three rounds: changed and strange ones, missing ones, doubled ones. */
export function toldRounds(columns: readonly Column[]): readonly (readonly Tamper[])[] {
  const rounds: [Tamper[], Tamper[], Tamper[]] = [[], [], []];
  for (const [table, { keys, where, elsewhere = {}, elsewhereOf, unique }] of Object.entries(TOLD)) {
    const own = columns.filter((column) => column.table === table);
    const row = first(table, where);
    // Each is a line of its own; one that is not found is one too few.
    const strange = new RegExp(`: the event of a row in ${table} -> no event that tells of it`);
    for (const column of own.filter(({ name }) => keys.includes(name))) {
      const another = unique === undefined ? '' : `, '${table} ${column.name}' AS "${unique}"`;
      rounds[0].push({
        what: `${table}.${column.name}`,
        statement: `INSERT INTO "${table}" SELECT * REPLACE (${changed(column)} AS "${column.name}"${another}) FROM "${table}" WHERE ${row}`,
        said: strange,
      });
    }
    const values = own.filter(({ name }) => !keys.includes(name) && elsewhere[name] === undefined);
    const statement = `UPDATE "${table}" SET ${values.map((column) => `"${column.name}" = ${changed(column)}`).join(', ')} WHERE ${row}`;
    for (const [at, { name }] of values.entries())
      rounds[0].push({
        what: `${table}.${name}`,
        statement: at === 0 ? statement : 'SELECT 1',
        said: new RegExp(`: ${table} (?:.*, )?${name} .* -> (?:.*, )?${name} `, 's'),
      });
    for (const column of own) {
      const said = elsewhere[column.name];
      if (said) rounds[0].push(change(column, elsewhereOf ?? 'TRUE', said));
    }
    rounds[1].push({
      what: `${table} less`,
      statement: `DELETE FROM "${table}" WHERE ${row}`,
      said: new RegExp(`: a row in ${table} of `),
    });
    if (unique === undefined && table !== 'page')
      rounds[2].push({
        what: `${table} twice`,
        statement: `INSERT INTO "${table}" SELECT * FROM "${table}" WHERE ${row}`,
        said: strange,
      });
  }
  return rounds;
}

/** Everything else; what is done in the last round is found by a verification of 2024-03 alone. */
export function otherRounds(columns: readonly Column[], runs: MonthRuns): readonly (readonly Tamper[])[] {
  const find = (table: string, name: string): Column => {
    const column = columns.find((one) => one.table === table && one.name === name);
    if (!column) throw new Error(`${table} has no column ${name}`);
    return column;
  };
  const of = (table: string, name: string, where: string, said: RegExp): Tamper =>
    change(find(table, name), where, said);
  const stray = (table: string, name: string, value: string): Tamper => ({
    what: `${table}.${name}`,
    statement: `INSERT INTO "${table}" SELECT * REPLACE (${value} AS "${name}") FROM "${table}" WHERE ${first(table)}`,
    said: new RegExp(`^records table ${table}: rows that belong to .* -> \\d+ that do not`),
  });
  const row = (what: string, statement: string, said: RegExp): Tamper => ({ what, statement, said });
  const rounds: [Tamper[], Tamper[], Tamper[]] = [[], [], []];

  // Typed records: every column but the place of one row.
  const places = ['run_id', 'page', 'idx', 'import_id', 'line'];
  const april = `import_id = (SELECT arg_min(import_id, seq) FROM ledger_import WHERE file_name = 'april-ledger.csv')`;
  for (const [table, where, name] of [
    ['settlement', `run_id = '${runs.first}' AND page = 2`, `records run ${runs.first} page 2 record \\d+`],
    ['trade', `run_id = '${runs.trades}'`, `records run ${runs.trades} page 1 record \\d+`],
    ['curve_point', `run_id = '${runs.curves}'`, `records run ${runs.curves} page 1 record \\d+`],
    ['ledger_row', april, 'extract april-ledger.csv line \\d+'],
  ] as const) {
    const values = columns.filter((column) => column.table === table && !places.includes(column.name));
    const statement = `UPDATE "${table}" SET ${values.map((column) => `"${column.name}" = ${changed(column)}`).join(', ')} WHERE ${first(table, where)}`;
    for (const [at, column] of values.entries())
      rounds[0].push(
        row(
          `${table}.${column.name}`,
          at === 0 ? statement : 'SELECT 1',
          new RegExp(`^${name}: (?:.*, )?${column.name} .* -> (?:.*, )?${column.name} `),
        ),
      );
    rounds[1].push(
      row(
        `${table} less`,
        `DELETE FROM "${table}" WHERE ${first(table, where)}`,
        new RegExp(`^${name}: a row -> missing`),
      ),
    );
    if (table === 'ledger_row') continue;
    rounds[0].push(stray(table, 'run_id', `'nobody'`));
    rounds[1].push(stray(table, 'page', '99'));
    rounds[2].push(
      row(
        `${table}.idx`,
        `INSERT INTO "${table}" SELECT * REPLACE (900 AS idx) FROM "${table}" WHERE ${first(table, where)}`,
        /record 900: no row -> a row$/,
      ),
    );
  }
  rounds[0].push(stray('ledger_row', 'import_id', `'nobody'`));
  rounds[2].push(of('ledger_row', 'line', 'TRUE', /^extract ledger.csv line \d+: /));

  // Dead letters, and what pages showed.
  for (const [at, name] of ['settlement_id', 'raw'].entries()) {
    const page = [3, 8][at];
    const where = `run_id = '${runs.second}' AND page = ${page}`;
    rounds[0].push(
      of('dead_letter', name, where, new RegExp(`^records run ${runs.second} page ${page} dead letter `)),
    );
  }
  // Its codes; the words of a reason may be others tomorrow.
  rounds[0].push(
    row(
      'dead_letter.reasons',
      `UPDATE dead_letter SET reasons = '[]' WHERE ${first('dead_letter', `run_id = '${runs.second}' AND page = 6`)}`,
      new RegExp(`^records run ${runs.second} page 6 dead letter `),
    ),
  );
  rounds[0].push(stray('dead_letter', 'run_id', `'nobody'`));
  rounds[1].push(stray('dead_letter', 'page', '99'));
  rounds[2].push(
    of(
      'dead_letter',
      'idx',
      `run_id = '${runs.second}'`,
      new RegExp(`^records run ${runs.second} page 1 dead letter `),
    ),
  );
  for (const [name, run, page] of [
    ['field', runs.first, 1],
    ['kind', runs.first, 5],
    ['expected', runs.second, 1],
    ['seen', runs.second, 5],
  ] as const)
    rounds[0].push(
      of(
        'drift',
        name,
        `run_id = '${run}' AND page = ${page}`,
        new RegExp(`^records run ${run} page ${page} drift: `),
      ),
    );
  rounds[1].push(stray('drift', 'run_id', `'nobody'`));
  rounds[2].push(stray('drift', 'page', '99'));
  rounds[1].push(
    row(
      'drift less',
      `DELETE FROM drift WHERE run_id = '${runs.second}'`,
      new RegExp(`^records run ${runs.second} page 5 drift: `),
    ),
  );
  const schema = (page: number): RegExp => new RegExp(`^records run ${runs.first} page ${page} schema: `);
  const onPage = (page: number): string => `run_id = '${runs.first}' AND page = ${page}`;
  rounds[0].push(of('page_schema', 'document', onPage(3), schema(3)));
  rounds[1].push(of('page_schema', 'run_id', onPage(4), schema(4)));
  rounds[2].push(of('page_schema', 'page', onPage(12), schema(12)));

  // Requests: one that was made again, one that brought a page, and any.
  const again = `run_id = '${runs.second}' AND reason IS NOT NULL`;
  const request = (name: string): RegExp =>
    new RegExp(`^audit run ${runs.second} request \\S+: attempt (?:.*, )?${name} .* -> (?:.*, )?${name} `);
  const retried = ['correlation_id', 'url', 'attempt', 'status', 'error', 'delay_ms', 'reason'];
  rounds[0].push(...retried.map((name) => of('attempt', name, again, request(name))));
  const brought = (page: number): string => `run_id = '${runs.second}' AND page = ${page} AND status = 200`;
  rounds[0].push(of('attempt', 'page', brought(4), request('page')));
  rounds[0].push(of('attempt', 'elapsed_ms', brought(7), request('elapsed_ms')));
  rounds[0].push(
    of(
      'attempt',
      'method',
      `run_id = '${runs.units[0]}'`,
      new RegExp(`^audit run ${runs.units[0]} request \\d+: `),
    ),
  );
  rounds[1].push(of('attempt', 'request_id', brought(4), /: a row in attempt of sync.page -> no row$/));
  rounds[1].push(stray('attempt', 'run_id', `'nobody'`));
  rounds[2].push(
    of(
      'attempt',
      'ordinal',
      `run_id = '${runs.second}'`,
      new RegExp(`^audit run ${runs.second} request \\d+: request 1 -> `),
    ),
  );

  // Findings: each is counted twice, as what is gone and what came.
  const found = [
    'page',
    'idx',
    'settlement_id',
    'version',
    'code',
    'field',
    'expected',
    'found',
    'source_id',
    'detail',
  ];
  for (const [at, name] of found.entries())
    rounds[0].push({
      ...of(
        'finding',
        name,
        'FALSE',
        new RegExp(`^finding findings of run ${runs.second}: 0 -> ${2 * found.length}, `),
      ),
      statement: `UPDATE finding SET "${name}" = ${changed(find('finding', name))} WHERE rowid = (
        SELECT rowid FROM finding WHERE run_id = '${runs.second}' ORDER BY rowid LIMIT 1 OFFSET ${at})`,
    });
  rounds[1].push(stray('finding', 'run_id', `'nobody'`));

  // Curves and what runs were pinned to.
  const source = new RegExp(`^curve \\S+ of ${runs.curves}: `);
  const sealed = `source_id = '${runs.curves}'`;
  rounds[0].push(of('curve_snapshot', 'points', sealed, source));
  rounds[1].push(of('curve_snapshot', 'delivery_start', sealed, source));
  rounds[2].push(of('curve_snapshot', 'delivery_end', sealed, source));
  rounds[0].push(
    of(
      'curve_snapshot',
      'seq',
      `source_id NOT IN (SELECT run_id FROM run)`,
      /: the event of a row in curve_snapshot -> /,
    ),
  );
  const import_ = 'source_id = (SELECT arg_max(import_id, seq) FROM curve_import)';
  const imported = /^curve PJM-DAx? of \S+: /;
  rounds[0].push(of('curve_snapshot', 'as_of', import_, imported));
  rounds[1].push(of('curve_snapshot', 'sha256', import_, imported));
  const march = 'source_id = (SELECT arg_min(import_id, seq) FROM curve_import)';
  rounds[2].push(of('curve_snapshot', 'curve_id', march, imported));
  rounds[1].push(stray('curve_snapshot', 'source_id', `'nobody'`));
  const pins = (run: string): RegExp => new RegExp(`^audit pins of run ${run}: `);
  for (const [round, run, name] of [
    [0, runs.first, 'source_id'],
    [0, runs.units[0], 'sha256'],
    [1, runs.first, 'curve_id'],
    [1, runs.second, 'absolute'],
    [1, runs.units[0], 'percent'],
    [2, runs.first, 'as_of'],
    [2, runs.second, 'kind'],
  ] as const)
    rounds[round].push(of('run_pin', name, `run_id = '${run}' AND kind = 'curve'`, pins(run)));
  rounds[0].push(
    of(
      'run_pin',
      'records',
      `run_id = '${runs.units[1]}'`,
      new RegExp(`^curve \\S+ of run ${runs.units[1]} points: `),
    ),
  );
  rounds[1].push(
    of('run_pin', 'run_id', `run_id = '${runs.units[1]}'`, /: the event of a row in run_pin -> /),
  );
  rounds[2].push(of('run_pin', 'seq', `run_id = '${runs.first}'`, /: the event of a row in run_pin -> /));

  // The newest reconciliation: rows that differ are counted, each column in one of its own.
  const newest = `(SELECT arg_max(recon_id, seq) FROM recon WHERE month = '2024-03')`;
  const judged = columns
    .filter(({ table, name }) => table === 'recon_judged' && !['recon_id', 'position'].includes(name))
    .map(({ name }) => name);
  const paired = ['etrm_page', 'etrm_idx', 'import_no', 'ledger_line'];
  const items = new RegExp(`^recon 2024-03 items that differ: 0 -> ${judged.length + paired.length}, `);
  const nth = (table: string, name: string, where: string, at: number, said: RegExp): Tamper => ({
    ...of(table, name, 'FALSE', said),
    statement: `UPDATE "${table}" SET "${name}" = ${changed(find(table, name))} WHERE rowid = (
      SELECT rowid FROM "${table}" WHERE ${where} ORDER BY rowid LIMIT 1 OFFSET ${at})`,
  });
  const both = `recon_id = ${newest} AND state = 'break' AND etrm_rows > 0 AND ledger_rows > 0`;
  for (const [at, name] of judged.entries()) rounds[0].push(nth('recon_judged', name, both, at, items));
  const ofNewest = `seq = (SELECT max(seq) FROM recon WHERE month = '2024-03')`;
  for (const [at, name] of paired.entries()) rounds[0].push(nth('recon_pair', name, ofNewest, at, items));
  const broken = ['break_id', 'category', 'detail'];
  for (const [at, name] of broken.entries())
    rounds[0].push(
      nth(
        'recon_break',
        name,
        `recon_id = ${newest}`,
        at,
        new RegExp(`^recon 2024-03 breaks that differ: 0 -> ${broken.length}, `),
      ),
    );
  rounds[1].push(
    of('recon_judged', 'position', both, /^recon 2024-03 items that differ: /),
    of('recon_break', 'position', `recon_id = ${newest}`, /^recon 2024-03 breaks that differ: /),
    stray('recon_judged', 'recon_id', `'nobody'`),
    stray('recon_break', 'recon_id', `'nobody'`),
    stray('recon_waterfall', 'recon_id', `'nobody'`),
    stray('recon_pair', 'seq', '1'),
  );
  rounds[2].push(of('recon_pair', 'position', ofNewest, /^recon 2024-03 items that differ: /));
  // Those of the month that others came after.
  const before = `(SELECT arg_max(recon_id, seq) FROM recon WHERE month = '2024-03' AND recon_id <> ${newest})`;
  rounds[2].push(
    row(
      'recon_judged of before',
      `UPDATE recon_judged SET difference = '1' WHERE ${first('recon_judged', `recon_id = ${before} AND state = 'break'`)}`,
      /^recon 2024-03 of \S+: [0-9a-f]{64} -> [0-9a-f]{64}$/,
    ),
    row(
      'recon_judged places of before',
      `UPDATE recon_judged SET ledger_line = ledger_line + 1 WHERE ${first('recon_judged', `recon_id = ${before} AND state = 'break' AND ledger_rows = 1`)}`,
      /^recon 2024-03 of \S+ items that are of other rows: 0 -> /,
    ),
  );
  for (const [round, month, name] of [
    [0, '2024-03', 'amount'],
    [0, '2024-04', 'items'],
    [1, '2024-03', 'step'],
    [1, '2024-04', 'place'],
    [2, '2024-03', 'currency'],
  ] as const)
    rounds[round].push(
      of(
        'recon_waterfall',
        name,
        `step <> 'ETRM' AND step <> 'LEDGER' AND recon_id = (SELECT arg_max(recon_id, seq) FROM recon WHERE month = '${month}')`,
        new RegExp(`^recon ${month} (?:waterfall|steps out of their places): `),
      ),
    );

  // What reconciliations did to breaks.
  const followed = columns.filter(
    ({ table, name }) => table === 'break_event' && !['seq', 'break_id', 'ordinal', 'act'].includes(name),
  );
  rounds[1].push(
    row(
      'break_event followed',
      `UPDATE break_event SET ${followed.map((column) => `"${column.name}" = ${changed(column)}`).join(', ')}
       WHERE ${first('break_event', `act = 'opened' AND month = '2024-04'`)}`,
      /^audit event \d+ break \S+: as its reconciliation had it -> at .*, by .*, month .*, reconciliation .*, category .*, difference .*, currency .*, reason .*, assignee .*, file .*, file .*, note /,
    ),
  );

  // Verifications and SIEM targets.
  rounds[0].push(of('page_check', 'verified', 'TRUE', /^audit event \d+ faulty pages: none -> run /));
  rounds[1].push(
    of(
      'page_check',
      'page',
      'page = 3 AND seq = (SELECT max(seq) FROM page_check)',
      /^audit event \d+ pages looked at, each once: |^audit event \d+ pages looked at: a page of then/,
    ),
  );
  rounds[2].push(of('page_check', 'run_id', 'TRUE', /^records table page_check: .* that do not/));
  rounds[1].push(
    of(
      'page_check',
      'seq',
      'seq = (SELECT max(seq) FROM page_check)',
      /^records table page_check: .* that do not/,
    ),
  );
  const given = `reason = 'set'`;
  const cursor = (name: string): RegExp => new RegExp(`^audit SIEM target \\S+: siem_cursor_event ${name} `);
  rounds[0].push(of('siem_cursor_event', 'seq', given, cursor('seq')));
  rounds[1].push(
    of('siem_cursor_event', 'moved_at', given, /: a row in siem_cursor_event of siem.save -> no row$/),
  );
  rounds[2].push(
    of('siem_cursor_event', 'reason', given, /: a row in siem_cursor_event of siem.save -> no row$/),
  );
  rounds[1].push(
    row(
      'siem_cursor_event.ordinal',
      `UPDATE siem_cursor_event SET ordinal = 99 WHERE reason = 'delivered' AND ordinal = 2`,
      /^audit SIEM target \S+: one place of its cursor after another -> /,
    ),
  );
  rounds[2].push(stray('siem_cursor_event', 'target_id', `'nobody'`));
  return rounds;
}
