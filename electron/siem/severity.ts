/** How grave an audit event is, in the words of RFC 5424, and the numbers that the protocols have for them. */

export type Severity = 'info' | 'notice' | 'warning' | 'error';

/** RFC 5424 6.2.1. */
export const SYSLOG_SEVERITY = { error: 3, warning: 4, notice: 5, info: 6 } as const satisfies Record<
  Severity,
  number
>;

/** OpenTelemetry's logs data model, "Mapping of SeverityNumber" with its appendix for syslog. */
export const OTLP_SEVERITY = {
  error: { number: 17, text: 'ERROR' },
  warning: { number: 13, text: 'WARN' },
  notice: { number: 10, text: 'NOTICE' },
  info: { number: 9, text: 'INFO' },
} as const satisfies Record<Severity, { readonly number: number; readonly text: string }>;

const OF_TYPE: Readonly<Record<string, Severity>> = {
  'sync.failed': 'error',
  'sync.cancelled': 'notice',
  'sync.unstable': 'warning',
  'sync.retry': 'warning',
  'report.export': 'notice',
  rebuild: 'warning',
  // What was locked may change again.
  'close.reopen': 'warning',
  'close.settings': 'warning',
};
/** By the word after the dot: what people change or throw away is worth a second look. */
const OF_ACT: Readonly<Record<string, Severity>> = {
  save: 'notice',
  remove: 'notice',
  accept: 'notice',
  reject: 'notice',
  discard: 'notice',
  reopen: 'notice',
  tolerance: 'notice',
  'write-off': 'notice',
  suppress: 'notice',
  sign: 'notice',
  approve: 'notice',
  return: 'notice',
  adjust: 'notice',
  failed: 'error',
};
/** A count above zero under one of these names in the payload: something was refused, or does not agree. */
const OF_COUNT: Readonly<Record<string, Severity>> = {
  rejected: 'warning',
  warning: 'warning',
  breaking: 'error',
  differences: 'error',
};

const RANK: readonly Severity[] = ['info', 'notice', 'warning', 'error'];

function graver(one: Severity, other: Severity): Severity {
  return RANK.indexOf(one) >= RANK.indexOf(other) ? one : other;
}

/** @param type of the audit event; one that is not known here is information. */
export function severityOf(type: string, payload: Readonly<Record<string, unknown>>): Severity {
  let severity = OF_TYPE[type] ?? OF_ACT[type.slice(type.lastIndexOf('.') + 1)] ?? 'info';
  for (const [name, grave] of Object.entries(OF_COUNT)) {
    const count = payload[name];
    if (typeof count === 'number' && count > 0) severity = graver(severity, grave);
  }
  return severity;
}
