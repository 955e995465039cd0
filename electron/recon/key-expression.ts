/** Key expressions of rules as SQL over staged rows; every text of a rule is bound, none is written into a statement. */
import type { KeyPart, RuleKey } from '../../shared/rules.ts';
import type { Parameter } from '../workspace/transaction.ts';

export interface Expression {
  /** Null where a part of the key is empty. */
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

type Step = Extract<KeyPart, { field: string }>['steps'][number];

const TIMES: readonly string[] = ['delivery_start', 'delivery_end'];

/** A group of its own in an expression, not `(?:`: with nothing as another way it always finds, and tells of its groups. */
function hasGroup(pattern: string): boolean {
  return (new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 1) > 1;
}

function stepped(value: Expression, step: Step, column: string): Expression {
  const { sql, parameters } = value;
  if (step === 'upper' || step === 'lower' || step === 'trim') return { sql: `${step}(${sql})`, parameters };
  if ('substring' in step)
    return { sql: `substring(${sql}, ${step.substring.from}, ${step.substring.length})`, parameters };
  if ('capture' in step) {
    const group = hasGroup(step.capture) ? 1 : 0;
    return { sql: `regexp_extract(${sql}, ?, ${group})`, parameters: [...parameters, step.capture] };
  }
  if ('remove' in step)
    return { sql: `regexp_replace(${sql}, ?, '', 'g')`, parameters: [...parameters, step.remove] };
  const form = 'day' in step ? '%Y-%m-%d' : '%H';
  const zone = 'day' in step ? step.day : step.hour;
  // Stored in UTC; shown by the clocks of the zone.
  return { sql: `strftime(timezone(?, timezone('UTC', ${column})), '${form}')`, parameters: [zone] };
}

function partOf(part: KeyPart): Expression {
  if (typeof part !== 'string' && 'text' in part) return { sql: '?::VARCHAR', parameters: [part.text] };
  const [field, steps] = typeof part === 'string' ? [part, []] : [part.field, part.steps];
  const plain = TIMES.includes(field) ? `epoch_us(${field})::VARCHAR` : `${field}::VARCHAR`;
  const start: Expression = { sql: plain, parameters: [] };
  return steps.reduce((value, step) => stepped(value, step, field), start);
}

function joined(parts: readonly KeyPart[]): Expression {
  const made = parts.map(partOf);
  return {
    sql: made.map(({ sql }) => `nullif(${sql}, '')`).join(' || chr(31) || '),
    parameters: made.flatMap(({ parameters }) => parameters),
  };
}

/** The key of a rule on one side. */
export function keyExpression(key: RuleKey, side: 'etrm' | 'ledger'): Expression {
  if (key === 'identity') return { sql: 'key', parameters: [] };
  return joined(Array.isArray(key) ? key : key[side]);
}
