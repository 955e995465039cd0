/** Faults of a profile: what the schema refuses, in words, and one error for all of them. */
import type { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import { type JsonPath, type Place, pathText } from './places.ts';

/** What is wrong, to follow the path: `is "x", not one of BUY, SELL`. */
export interface Fault {
  readonly path: JsonPath;
  readonly message: string;
  /** True where it is the name that is wrong, not the value. */
  readonly ofName: boolean;
}

/** As it is shown. */
export interface ProfileFault extends Place {
  /** `resources.settlements.fields.amount.scale`. */
  readonly path: string;
  readonly message: string;
}

const SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a whole number',
  null: 'null',
};

type Issues = readonly z.core.$ZodIssue[];

/** The branches of a union, those of a union within it among them. */
function branchesOf(branches: readonly Issues[]): readonly Issues[] {
  return branches.flatMap((issues) => {
    const [only] = issues;
    const nested = issues.length === 1 && only?.code === 'invalid_union' && only.path.length === 0;
    return nested ? branchesOf(only.errors) : [issues];
  });
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${last}` : last;
}

/** The kinds of value that a union takes. */
function kindsOf(branches: readonly Issues[]): string {
  const kinds = branchesOf(branches).flatMap((issues) =>
    issues.map((issue) => (issue.code === 'invalid_type' ? (KINDS[issue.expected] ?? issue.expected) : '')),
  );
  return listed([...new Set(kinds.filter((kind) => kind !== ''))]);
}

function oneOf(values: readonly unknown[]): string {
  return `not ${values.length === 1 ? '' : 'one of '}${values.map(String).join(', ')}`;
}

/** Of a union told apart by a member, which is not one of those that there are. */
function discriminated(input: unknown, name: string, options: readonly unknown[]): string {
  const given = typeof input === 'object' && input !== null ? Object.entries(input) : [];
  const value: unknown = given.find(([key]) => key === name)?.[1];
  return value === undefined ? 'is missing' : `is ${shown(value)}, ${oneOf(options)}`;
}

/** What the schema itself has no words for. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  const seen = `is ${shown(issue.input)}`;
  switch (issue.code) {
    case 'invalid_type':
      return `${seen}, not ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `${seen}, ${oneOf(issue.values)}`;
    case 'too_big':
      return `${seen}, too large`;
    case 'too_small':
      return `${seen}, too small`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? `${seen}, not ${kindsOf(issue.errors)}`
        : discriminated(issue.input, issue.discriminator, Array.isArray(issue.options) ? issue.options : []);
    default:
      return undefined;
  }
}

/** Whether a branch takes no such value at all: of another kind, or none of the values that there are. */
function isStranger(issues: Issues): boolean {
  return issues.some(
    ({ path, code }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
  );
}

/** How many members a branch does not know. */
function unknownNames(issues: Issues): number {
  return issues.reduce(
    (count, issue) => count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0),
    0,
  );
}

/**
 * The issues of the branch that was meant: the one that takes a value of this kind, and knows most of its members; else the
 * one that has values of this kind, but not this one. Null where none does.
 */
function meant(branches: readonly Issues[]): Issues | null {
  const all = branchesOf(branches);
  const taking = all.filter((issues) => !isStranger(issues));
  if (taking.length === 0)
    return (
      all.find((issues) => !issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type')) ??
      null
    );
  return taking.toSorted((a, b) => unknownNames(a) - unknownNames(b))[0] ?? null;
}

function stepsOf(path: readonly PropertyKey[]): JsonPath {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

/** Issues of the schema as faults, one for each thing that is wrong. */
export function schemaFaults(issues: Issues, within: JsonPath = []): readonly Fault[] {
  return issues.flatMap((issue): readonly Fault[] => {
    const path = [...within, ...stepsOf(issue.path)];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((name) => ({ path: [...path, name], message: issue.message, ofName: true }));
      case 'invalid_key':
        return [{ path, message: issue.issues[0]?.message ?? issue.message, ofName: true }];
      case 'invalid_union': {
        const branch = meant(issue.errors);
        return branch === null
          ? [{ path, message: issue.message, ofName: false }]
          : schemaFaults(branch, path);
      }
      default:
        return [{ path, message: issue.message, ofName: false }];
    }
  });
}

/** Faults named in the message; the rest is in the details. */
const NAMED = 5;

function faultLine({ line, column, path, message }: ProfileFault): string {
  return `${line}:${column} ${path} ${message}`;
}

/** @param file its name, for the message. */
export function profileInvalid(file: string, faults: readonly ProfileFault[]): TieoutError {
  const named = faults
    .slice(0, NAMED)
    .map(({ line, column, path, message }) => `line ${line}, column ${column}: ${path} ${message}`)
    .join('; ');
  const rest = faults.length > NAMED ? `; and ${faults.length - NAMED} more` : '';
  return new TieoutError(
    'profile-invalid',
    `${file} is no valid profile, ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}: ${named}${rest}.`,
    { file, count: faults.length, faults: faults.map(faultLine) },
  );
}

/** In the order of the file, each once. */
export function inOrder(faults: readonly ProfileFault[]): readonly ProfileFault[] {
  const seen = new Set<string>();
  return faults
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .filter((fault) => {
      const line = faultLine(fault);
      const fresh = !seen.has(line);
      seen.add(line);
      return fresh;
    });
}

export function shownFault(fault: Fault, place: Place): ProfileFault {
  return { path: pathText(fault.path), message: fault.message, line: place.line, column: place.column };
}
