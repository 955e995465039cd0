/** Rule sets from their text: checked as a whole, every fault at once, with its line and column. */
import { z } from 'zod';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import { type RuleSet, ruleDocument } from '../../shared/rules.ts';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { inOrder, type ProfileFault, schemaFaults, shownFault, wording } from '../profile/faults.ts';
import { pathText, placesOf } from '../profile/places.ts';
import { keyFaults } from './key-faults.ts';
import { consistencyFaults, dateFaults } from './rule-consistency.ts';

export type RuleFault = ProfileFault;

/** Said of a fault of the whole document. */
const ROOT = 'the rule set';

/** A rule set, or every fault that keeps its text from being one. */
export type ExaminedRules =
  | { readonly ok: true; readonly rules: RuleSet }
  | { readonly ok: false; readonly faults: readonly RuleFault[] };

/** @param path as profiles name it. */
function named(path: string): string {
  return path === pathText([]) ? ROOT : path;
}

/** Of text that is no JSON, where it stops being JSON. */
function notJson(error: unknown): ExaminedRules {
  const known = asTieoutError(error);
  if (!known.code.startsWith('json-')) throw error;
  const { line, column } = known.details;
  const message = `is no JSON: ${known.message.replace(/^The JSON cannot be read: /, '').replace(/ \(line .*$/, '')}`;
  return {
    ok: false,
    faults: [{ path: ROOT, message, line: Number(line), column: Number(column) }],
  };
}

function examined(text: string, stored: boolean): ExaminedRules {
  try {
    canonicalJson(Buffer.from(text.toWellFormed()));
  } catch (error) {
    return notJson(error);
  }
  const places = placesOf(text);
  const odd = places.faults.map(({ path, place, message }) => ({
    path: named(pathText(path)),
    message,
    ...place,
  }));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, faults: inOrder(odd) };
  }
  const read = ruleDocument.safeParse(value, { error: wording });
  const faults = [
    ...odd,
    ...[
      ...(read.success ? [] : schemaFaults(read.error.issues)),
      ...consistencyFaults(value),
      ...(stored ? [] : [...dateFaults(value), ...keyFaults(value)]),
    ]
      .map((fault) =>
        shownFault(fault, fault.ofName ? places.ofName(fault.path) : places.ofValue(fault.path)),
      )
      .map((fault) => ({ ...fault, path: named(fault.path) }))
      // Said already of the number as it is written.
      .filter(({ path }) => !odd.some((other) => other.path === path)),
  ];
  if (!read.success || faults.length > 0) return { ok: false, faults: inOrder(faults) };
  return { ok: true, rules: read.data };
}

export function examineRules(text: string): ExaminedRules {
  return examined(text, false);
}

/** Faults named in the message; the rest is in the details. */
const NAMED = 5;

/** @param file its name, for the message. */
function rulesInvalid(file: string, faults: readonly RuleFault[]): TieoutError {
  const named = faults
    .slice(0, NAMED)
    .map(({ line, column, path, message }) => `line ${line}, column ${column}: ${path} ${message}`)
    .join('; ');
  const rest = faults.length > NAMED ? `; and ${faults.length - NAMED} more` : '';
  return new TieoutError(
    'rules-invalid',
    `${file} is no valid rule set, ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}: ${named}${rest}.`,
    { file, count: faults.length },
  );
}

/** @param file its name, for messages. @throws TieoutError `rules-invalid`. */
export function parseRules(text: string, file: string): RuleSet {
  const read = examined(text, false);
  if (read.ok) return read.rules;
  throw rulesInvalid(file, read.faults);
}

/** The same of one that is kept. @throws TieoutError `rules-invalid`. */
export function parseStoredRules(text: string, what: string): RuleSet {
  const read = examined(text, true);
  if (read.ok) return read.rules;
  throw rulesInvalid(what, read.faults);
}

/** The JSON Schema of a rule file, for editors: docs/rules.schema.json. Draft 7, which every editor knows. */
export function rulesSchemaText(): string {
  const schema = z.toJSONSchema(ruleDocument, {
    target: 'draft-07',
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
