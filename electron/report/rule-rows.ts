/** A rule set as rows, a value a row: whatever its version has, so that a report can show any. */
import type { ReportHead } from './report-document.ts';

function* flattened(name: string, value: unknown): Generator<readonly [string, string]> {
  if (typeof value !== 'object' || value === null) {
    yield [name, String(value)];
  } else if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry !== 'object' || entry === null)) yield [name, value.join(', ')];
    else for (const [at, entry] of value.entries()) yield* flattened(`${name} ${at + 1}`, entry);
  } else {
    for (const [member, entry] of Object.entries(value)) {
      yield* flattened(name === '' ? member : `${name}.${member}`, entry);
    }
  }
}

export function ruleRows({ rules, rules_sha256 }: ReportHead): readonly (readonly [string, string])[] {
  return [['rules_sha256', rules_sha256], ...(rules === null ? [] : flattened('', rules))];
}
