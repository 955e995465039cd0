/** The tables of a report, each told once: the workbook, the CSV files and the preview are made of them. */
import type { ReportSheetId } from '../../shared/report.ts';
import type { Column } from '../workbook/plan.ts';
import type { Cell } from '../workbook/writer-cells.ts';
import type { BreakLine, ReportData } from './report-data.ts';
import { reportFacts } from './report-facts.ts';
import { ITEM_COLUMNS } from './report-items.ts';
import { ruleRows } from './rule-rows.ts';

/** A column with its name in the CSV. */
export interface ReportColumn extends Column {
  readonly field: string;
  /** Text of vendor, ledger or people: anything may be in it. */
  readonly foreign?: boolean;
}

export interface ReportSheet {
  readonly id: ReportSheetId;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  /** Plain values, in the order of the columns. */
  readonly rows: (data: ReportData) => AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>;
  /** The same, packed (`workbook/packed-row.ts`), where there may be a million. */
  readonly packedRows?: (data: ReportData) => AsyncIterable<string>;
  /** How many there are; null where only reading tells. */
  readonly count: (data: ReportData) => number | null;
}

function column(
  field: string,
  title: string,
  kind: Column['kind'] = 'text',
  more: Partial<ReportColumn> = {},
): ReportColumn {
  return { field, title, kind, ...more };
}

function foreign(field: string, title: string, width = 18): ReportColumn {
  return column(field, title, 'text', { width, foreign: true });
}

function hash(field: string, title: string): ReportColumn {
  return column(field, title, 'text', { width: 66, style: 'mono' });
}

const SUMMARY: ReportSheet = {
  id: 'summary',
  title: 'Summary',
  columns: [
    column('fact', 'Fact', 'text', { width: 34 }),
    foreign('value', 'Value', 44),
    hash('sha256', 'SHA-256'),
    column('rows', 'Rows', 'integer'),
  ],
  rows: ({ head }) =>
    reportFacts(head).map(({ fact, kind, value, sha256, rows }) => [
      fact,
      kind === 'decimal' || kind === 'integer' ? { value, kind } : value,
      sha256 ?? null,
      rows ?? null,
    ]),
  count: ({ head }) => reportFacts(head).length,
};

const WATERFALL: ReportSheet = {
  id: 'waterfall',
  title: 'Waterfall',
  columns: [
    column('currency', 'Currency', 'text', { width: 10 }),
    column('step', 'Step', 'text', { width: 26 }),
    column('label', 'From ETRM to ledger', 'text', { width: 34 }),
    column('amount', 'Amount', 'decimal', { width: 24 }),
    column('items', 'Items', 'integer'),
  ],
  rows: ({ head }) =>
    head.waterfall.map(({ currency, step, label, amount, count }) => [currency, step, label, amount, count]),
  count: ({ head }) => head.waterfall.length,
};

const EXPLAINED = ['volume', 'price', 'rounding'] as const;

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface JsonObject {
  readonly [member: string]: unknown;
}

const NO_PARTS: JsonObject = {};

function breakCells({ detail, life }: BreakLine): readonly Cell[] {
  const found: JsonObject = JSON.parse(detail);
  const parts: JsonObject = typeof found.explained === 'object' ? { ...found.explained } : NO_PARTS;
  return [
    ...['break_id', 'category', 'settlement_id', 'trade_id', 'location', 'charge_type', 'counterparty'],
    ...['delivery_start', 'currency', 'etrm_amount', 'ledger_amount', 'difference'],
  ]
    .map((member) => textOf(found[member]))
    .concat(
      EXPLAINED.map((part) => textOf(parts[part])),
      [
        textOf(found.differences),
        life.state,
        life.opened_at,
        String(life.age_days),
        life.assignee,
        life.reason,
      ],
      [life.note, life.decided_by, life.decided_at, String(life.comments), String(life.attachments)],
      [textOf(parts.fx), textOf(found.evidence)],
    );
}

async function* breakRows(data: ReportData): AsyncGenerator<readonly Cell[]> {
  for await (const line of data.breaks()) yield breakCells(line);
}

const BREAKS: ReportSheet = {
  id: 'breaks',
  title: 'Breaks',
  columns: [
    column('break_id', 'Break', 'text', { width: 20 }),
    column('category', 'Category', 'text', { width: 20 }),
    foreign('settlement_id', 'Settlement', 22),
    foreign('trade_id', 'Trade', 16),
    foreign('location', 'Location'),
    foreign('charge_type', 'Charge type', 12),
    foreign('counterparty', 'Counterparty', 26),
    column('delivery_start', 'Delivery start (UTC)', 'instant'),
    column('currency', 'Currency', 'text', { width: 9 }),
    column('etrm_amount', 'ETRM amount', 'decimal'),
    column('ledger_amount', 'Ledger amount', 'decimal'),
    column('difference', 'Difference (ledger less ETRM)', 'decimal'),
    column('explained_volume', 'Volume effect', 'decimal'),
    column('explained_price', 'Price effect', 'decimal'),
    column('explained_rounding', 'Rounding', 'decimal'),
    foreign('differences', 'What differs', 40),
    column('state', 'State', 'text', { width: 12 }),
    column('opened_at', 'Opened (UTC)', 'instant'),
    column('age_days', 'Age in days', 'integer', { width: 8 }),
    foreign('owner', 'Owner', 14),
    foreign('reason', 'Reason', 18),
    foreign('note', 'Note', 30),
    foreign('decided_by', 'Decided by', 14),
    column('decided_at', 'Decided (UTC)', 'instant'),
    column('comments', 'Comments', 'integer', { width: 9 }),
    column('attachments', 'Attachments', 'integer', { width: 9 }),
    column('explained_fx', 'FX effect', 'decimal'),
    foreign('evidence', 'Judged with', 40),
  ],
  rows: breakRows,
  count: ({ head }) => head.breaks,
};

function itemSheet(
  id: 'matched' | 'pending' | 'suggested',
  title: string,
  count: (data: ReportData) => number,
): ReportSheet {
  return {
    id,
    title,
    columns: ITEM_COLUMNS.map(({ name, sql: _, ...shown }) => ({ ...shown, field: name })),
    rows: (data) => data.items([id]),
    packedRows: (data) => data.packedItems([id]),
    count,
  };
}

const DEAD_LETTERS: ReportSheet = {
  id: 'dead-letters',
  title: 'Dead letters',
  columns: [
    column('page', 'Page', 'integer'),
    column('index', 'Record', 'integer'),
    foreign('settlement_id', 'Settlement', 22),
    foreign('reasons', 'Reasons', 60),
    foreign('raw', 'Record as received', 60),
    column('state', 'State', 'text', { width: 10 }),
    foreign('decided_by', 'Decided by', 14),
    column('decided_at', 'Decided (UTC)', 'instant'),
    foreign('decision', 'Decision', 30),
  ],
  rows: async function* (data) {
    for await (const letter of data.deadLetters()) {
      yield [
        ...[letter.page, letter.index, letter.settlement_id, JSON.stringify(letter.reasons), letter.raw],
        ...[letter.state, letter.decided_by, letter.decided_at, letter.decision],
      ];
    }
  },
  count: ({ head }) => head.source.rejected,
};

const FINDINGS: ReportSheet = {
  id: 'findings',
  title: 'Findings',
  columns: [
    column('code', 'Finding', 'text', { width: 20 }),
    foreign('settlement_id', 'Settlement', 22),
    column('version', 'Version', 'integer'),
    foreign('trade_id', 'Trade', 16),
    foreign('counterparty', 'Counterparty', 26),
    foreign('location', 'Location'),
    column('delivery_start', 'Delivery start (UTC)', 'instant'),
    column('field', 'Field', 'text', { width: 16 }),
    foreign('expected', 'Expected', 26),
    foreign('found', 'Found', 26),
    column('page', 'Page', 'integer'),
    column('index', 'Record', 'integer'),
    column('source_id', 'Held against', 'text', { width: 38 }),
  ],
  rows: async function* (data) {
    for await (const found of data.findings()) {
      yield [
        ...[
          found.code,
          found.settlement_id,
          found.version,
          found.trade_id,
          found.counterparty,
          found.location,
        ],
        ...[
          found.delivery_start,
          found.field,
          found.expected,
          found.found,
          found.page,
          found.index,
          found.source_id,
        ],
      ];
    }
  },
  count: ({ head }) => Object.values(head.findings).reduce((sum, n) => sum + n, 0),
};

const PAGES: ReportSheet = {
  id: 'pages',
  title: 'Pages and hashes',
  columns: [
    column('page', 'Page', 'integer'),
    column('records', 'Records', 'integer'),
    column('rejected', 'Refused', 'integer'),
    column('bytes', 'Bytes', 'integer', { width: 12 }),
    column('attempts', 'Attempts', 'integer'),
    hash('page_sha256', 'page_sha256'),
    hash('body_sha256', 'body_sha256'),
    column('received_at', 'Received (UTC)', 'instant'),
    foreign('request_id', 'Request', 38),
  ],
  rows: async function* (data) {
    for await (const page of data.pages()) {
      yield [
        ...[
          page.page,
          page.records,
          page.rejected,
          page.bytes,
          page.attempts,
          page.page_sha256,
          page.body_sha256,
        ],
        ...[page.received_at, page.request_id],
      ];
    }
  },
  count: ({ head }) => head.source.pages,
};

const RULES: ReportSheet = {
  id: 'rules',
  title: 'Rules',
  columns: [foreign('rule', 'Setting', 40), foreign('value', 'Value', 90)],
  rows: ({ head }) => ruleRows(head),
  count: ({ head }) => ruleRows(head).length,
};

const EXTRACTS: ReportSheet = {
  id: 'extracts',
  title: 'Extracts',
  columns: [
    foreign('file', 'File', 34),
    column('rows', 'Rows', 'integer'),
    hash('sha256', 'SHA-256 of the file'),
    column('currency', 'Currency', 'text', { width: 9 }),
    column('total', 'Control total', 'decimal', { width: 24 }),
    foreign('mapping', 'Mapping', 24),
    hash('mapping_sha256', 'SHA-256 of the mapping'),
  ],
  rows: ({ head }) =>
    head.extracts.flatMap(({ file, rows, sha256, totals, mapping, mapping_sha256 }) => {
      const sums = Object.entries(totals);
      return (sums.length === 0 ? [[null, null] as const] : sums).map(([currency, total]) => [
        ...[file, rows, sha256, currency, total, mapping, mapping_sha256],
      ]);
    }),
  count: ({ head }) => head.extracts.length,
};

const SIGN_OFF: ReportSheet = {
  id: 'sign-off',
  title: 'Sign-off',
  columns: [
    column('act', 'Act', 'text', { width: 12 }),
    column('at', 'When (UTC)', 'instant'),
    foreign('actor', 'Who', 22),
    foreign('login', 'Login', 18),
    foreign('reason', 'Reason', 40),
    hash('binding_sha256', 'SHA-256 of what was signed'),
    column('event', 'Audit event', 'integer'),
  ],
  rows: ({ head }) =>
    head.sign_off.acts.map(({ act, at, actor, login, reason, binding_sha256, seq }) => [
      ...[act, at, actor, login, reason, binding_sha256, seq],
    ]),
  count: ({ head }) => head.sign_off.acts.length,
};

/** In the order in which a workbook has them. */
export const SHEETS: readonly ReportSheet[] = [
  SUMMARY,
  WATERFALL,
  BREAKS,
  itemSheet('suggested', 'Suggested', ({ head }) => head.suggested),
  itemSheet('pending', 'Pending', ({ head }) => head.pending),
  itemSheet('matched', 'Matched', ({ head }) => head.matched),
  DEAD_LETTERS,
  FINDINGS,
  PAGES,
  RULES,
  EXTRACTS,
  SIGN_OFF,
];
