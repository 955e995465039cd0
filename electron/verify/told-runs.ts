/** What events tell of runs: their pages and requests, what became of their dead letters, where they drifted. */
import {
  ACT,
  ACTOR,
  AT,
  flag,
  member,
  members,
  NONE,
  only,
  SEQ,
  type ToldTable,
  UNTOLD,
  unless,
} from './told-table.ts';

/**
 * Requests are in no event but those that were made again and those that brought a page: a database that was made anew
 * without the old one has none of before.
 */
const REQUESTS_KEPT = `NOT EXISTS (
  SELECT 1 FROM audit_event b WHERE b.type = 'rebuild' AND b.seq > e.seq AND (
    json_extract_string(b.payload, '$.old') <> 'read'
    OR json_extract_string(e.payload, '$.run_id') NOT IN (SELECT run_id FROM attempt)))`;
const requestNamed: ToldTable['named'] = (of) =>
  `'run ' || ${of('run_id')} || ' request ' || ${of('request_id')}`;

/** Columns of drift, by what their text calls them. */
const FOUND = [
  ...['position', 'field', 'kind', 'aspect', 'severity', 'expected', 'seen', 'sample'].map((name) => [
    name,
    name,
  ]),
  ...[
    ['records', 'count'],
    ['first_page', 'firstPage'],
    ['first_index', 'firstIndex'],
  ],
] as const;

export const TOLD_RUNS: readonly ToldTable[] = [
  {
    table: 'run',
    types: ['sync.start'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, started_at: AT, actor: ACTOR },
      ...members('run_id', 'source', 'connection', 'base_url', 'resource', 'month', 'start_date', 'end_date'),
      ...members('page_size', 'correlation_id', 'app_version', 'profile_sha256'),
    },
  },
  {
    table: 'run_stop',
    types: ['sync.done', 'sync.failed', 'sync.cancelled'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, stopped_at: AT, outcome: ACT },
      ...members('run_id', 'error', 'pages', 'records', 'rejected'),
      ...Object.fromEntries(
        ['added', 'changed', 'removed', 'run_sha256'].map((name) => [name, only('sync.done', member(name))]),
      ),
    },
  },
  {
    table: 'run_warning',
    types: ['sync.warning'],
    key: ['run_id', 'warned_at', 'code', 'message'],
    columns: { warned_at: AT, ...members('run_id', 'code', 'message') },
    named: (of) => `'run ' || ${of('run_id')} || ' warning ' || ${of('code')}`,
  },
  {
    table: 'page',
    types: ['sync.page'],
    key: ['run_id', 'page'],
    columns: {
      received_at: AT,
      ...members('run_id', 'page', 'request_id', 'page_sha256', 'body_sha256', 'bytes', 'content_type'),
      ...members('charset', 'records', 'rejected', 'attempts', 'elapsed_ms', 'warning'),
      next_page: `CASE WHEN NOT json_exists(e.payload, '$.next_page') THEN ${UNTOLD}
        ELSE ${flag(`json_extract_string(e.payload, '$.next_page') IS NOT NULL`)} END`,
    },
    named: (of) => `'run ' || ${of('run_id')} || ' page ' || ${of('page')}`,
  },
  {
    table: 'attempt',
    types: ['sync.retry'],
    key: ['run_id', 'request_id'],
    columns: members(
      ...[
        'run_id',
        'request_id',
        'correlation_id',
        'url',
        'attempt',
        'status',
        'error',
        'delay_ms',
        'reason',
      ],
    ),
    when: REQUESTS_KEPT,
    rows: 't.delay_ms IS NOT NULL OR t.reason IS NOT NULL',
    named: requestNamed,
  },
  {
    table: 'attempt',
    types: ['sync.page'],
    key: ['run_id', 'request_id'],
    columns: {
      ...members('run_id', 'request_id', 'correlation_id', 'page', 'elapsed_ms'),
      ...{ attempt: member('attempts'), error: NONE, delay_ms: NONE, reason: NONE },
    },
    when: `json_exists(e.payload, '$.request_id') AND ${REQUESTS_KEPT}`,
    rows: `EXISTS (SELECT 1 FROM page p WHERE p.run_id = t.run_id AND p.request_id = t.request_id)`,
    named: requestNamed,
  },
  {
    table: 'dead_letter_event',
    types: ['dead-letter.retry', 'dead-letter.discard', 'dead-letter.reopen'],
    key: ['seq', 'run_id', 'page', 'idx'],
    columns: {
      ...{ seq: SEQ, occurred_at: AT, actor: ACTOR, act: 'u.letter[1]', run_id: 'u.letter[2]' },
      ...{ page: 'u.letter[3]', idx: 'u.letter[4]', profile_sha256: `nullif(u.letter[5], '-')` },
      ...{ reasons: `nullif(u.letter[6], '-')`, reason: unless('dead-letter.retry', member('reason')) },
    },
    document: 'letters_sha256',
    each: `, unnest(list_transform(list_filter(string_split(d.document, chr(10)), lambda x: x <> ''), lambda x: string_split(x, chr(9)))) AS u(letter)`,
  },
  {
    table: 'drift_finding',
    types: ['drift.found'],
    key: ['seq', 'position'],
    columns: {
      ...{ seq: SEQ, run_id: member('run_id') },
      ...Object.fromEntries(
        FOUND.map(([column, name]) => [column, `json_extract_string(u.finding, '$.${name}')`]),
      ),
    },
    document: 'findings_sha256',
    each: `, unnest(from_json(d.document::JSON, '["JSON"]')) AS u(finding)`,
  },
];
