/** `tieout rules`: rule sets checked, shown, saved, and tried on a month before they are used. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import type { ListedRules } from '../../shared/rules.ts';
import { dryRun } from '../recon/dry-run.ts';
import { examineRules, parseRules, rulesSchemaText } from '../recon/rule-file.ts';
import { findRules, listRules } from '../recon/rule-store.ts';
import { DEFAULT_RULES, type RuleSet, rulesSha256 } from '../recon/rules.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';

const nothing = (): void => {};

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TieoutError(
      'usage',
      `The rule file ${file} cannot be read; name one that is there.`,
      { file },
      { cause: asTieoutError(error) },
    );
  }
}

/** A file where there is one of that name, else a rule set of the workspace. @throws TieoutError `rules-*`. */
export async function rulesNamed(session: Session, wanted: string): Promise<RuleSet> {
  if (existsSync(wanted)) return parseRules(await textOf(wanted), wanted);
  return findRules((await session.app()).workspace.database, wanted);
}

/** Every fault of a rule file, as `FILE:LINE:COLUMN PATH what is wrong`. */
export async function rulesCheck(session: Session, file: string): Promise<number> {
  const examined = examineRules(await textOf(file));
  if (examined.ok) {
    const { name, revision, rules } = examined.rules;
    const sha256 = rulesSha256(examined.rules);
    session.out.event(
      { type: 'rules', file, name, revision, sha256, rules: rules.map((rule) => rule.name) },
      `${file} is the rule set "${name}", revision ${revision}, of ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}\n${sha256}`,
    );
    return 0;
  }
  for (const fault of examined.faults) {
    if (session.out.options.json) session.out.event({ type: 'rules-fault', file, ...fault });
    else session.out.result(`${file}:${fault.line}:${fault.column} ${fault.path} ${fault.message}`);
  }
  const { length } = examined.faults;
  throw new TieoutError(
    'rules-invalid',
    `${file} is no valid rule set; ${length === 1 ? 'its one fault is' : `its ${length} faults are`} listed.`,
    { file, count: length },
  );
}

function print(session: Session, rules: RuleSet): void {
  const { name, revision } = rules;
  if (session.out.options.json) {
    session.out.event({ type: 'rules', name, revision, sha256: rulesSha256(rules), document: rules });
  } else {
    session.out.result(JSON.stringify(rules, null, 2));
  }
}

export async function rulesShow(session: Session, wanted: string | undefined): Promise<number> {
  print(session, wanted === undefined ? DEFAULT_RULES : await rulesNamed(session, wanted));
  return 0;
}

export function rulesDefault(session: Session): Promise<number> {
  print(session, DEFAULT_RULES);
  return Promise.resolve(0);
}

function inWords({ name, revision, sha256, savedAt, actor }: ListedRules): string {
  return `${sha256}  ${name}  revision ${revision}  ${savedAt === null ? 'built in' : `saved ${savedAt} by ${actor}`}`;
}

export async function rulesList(session: Session): Promise<number> {
  for (const each of await listRules((await session.app()).workspace.database)) {
    const { name, revision, sha256, savedAt, actor } = each;
    if (session.out.options.json)
      session.out.event({ type: 'rules', name, revision, sha256, saved_at: savedAt, actor });
    else session.out.result(inWords(each));
  }
  return 0;
}

export async function rulesSave(session: Session, file: string): Promise<number> {
  const rules = parseRules(await textOf(file), file);
  const { sha256, fresh } = await (await session.app()).saveRules(rules);
  const { name, revision } = rules;
  session.out.event(
    { type: 'rules', file, name, revision, sha256, saved: fresh },
    `${fresh ? 'Saved' : 'This workspace has'} the rule set "${name}", revision ${revision}\n${sha256}`,
  );
  return 0;
}

export function rulesSchema(session: Session): Promise<number> {
  const text = rulesSchemaText().trimEnd();
  if (session.out.options.json) session.out.event({ type: 'rules-schema', schema: JSON.parse(text) });
  else session.out.result(text);
  return Promise.resolve(0);
}

export interface DryRunOptions extends CommonOptions {
  readonly month: string;
  readonly limit: string;
}

function stateWords(state: string | null, category: string | null): string {
  return state === null ? 'part of another item' : category === null ? state : `${state} ${category}`;
}

export async function rulesDryRun(session: Session, wanted: string, options: DryRunOptions): Promise<number> {
  const month = monthOption(options.month);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 0)
    throw new TieoutError('usage', `--limit is "${options.limit}", not a whole number of 0 or more.`);
  const rules = await rulesNamed(session, wanted);
  const app = await session.app();
  const found = await dryRun(app.workspace, {
    ...{ month, rules, limit, signal: session.signal },
    onProgress: nothing,
  });
  const { before, after, moves, items } = found;
  session.out.event(
    { type: 'dry-run', month, before, after },
    `${month} by ${after.rules} ${after.revision} in place of ${before.rules} ${before.revision}: matched ${before.matched} -> ${after.matched}, suggested ${before.suggested} -> ${after.suggested}, pending ${before.pending} -> ${after.pending}, breaks ${before.breaks} -> ${after.breaks}`,
  );
  for (const move of moves)
    session.out.event(
      { type: 'dry-run-move', ...move },
      `  ${move.items} from ${stateWords(move.from, move.fromCategory)} to ${stateWords(move.to, move.toCategory)}`,
    );
  for (const item of items)
    session.out.event(
      { type: 'dry-run-item', ...item },
      `    ${item.settlementId ?? '(no settlement id)'}: ${stateWords(item.from, item.fromCategory)} -> ${stateWords(item.to, item.toCategory)}${item.rule === null ? '' : ` by "${item.rule}"`}`,
    );
  return 0;
}
