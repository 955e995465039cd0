/** Rule sets of a workspace: saved by name and revision, kept in the evidence by the SHA-256 of their canonical JSON. */
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { ListedRules } from '../../shared/rules.ts';
import { type Clock, isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { type EvidenceStore, sha256 } from '../workspace/evidence.ts';
import type { Reader } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { parseStoredRules } from './rule-file.ts';
import { DEFAULT_RULES, type RuleSet, rulesSha256, rulesText } from './rules.ts';

export interface SavedRules {
  readonly sha256: Sha256;
  /** False where this very document was saved before. */
  readonly fresh: boolean;
}

/** @throws TieoutError `rules-invalid` where the name is the built-in one's or the revision is none of a change. */
export async function saveRules(
  parts: { readonly workspace: Workspace; readonly clock: Clock; readonly actor: string },
  rules: RuleSet,
): Promise<SavedRules> {
  const { name, revision } = rules;
  if (name === DEFAULT_RULES.name) {
    throw new TieoutError(
      'rules-invalid',
      `"${name}" is the name of the built-in rule set; give the one that you changed a name of its own.`,
      { name },
    );
  }
  const text = rulesText(rules);
  const digest = await parts.workspace.evidence.put(Buffer.from(text, 'latin1'));
  return parts.workspace.database.transaction(async (tx) => {
    const same = await tx.row('SELECT seq FROM rule_set WHERE sha256 = ?', [digest]);
    if (same) return { sha256: digest, fresh: false };
    const newest = await tx.row('SELECT max(revision) AS revision FROM rule_set WHERE name = ?', [name]);
    const reached = newest?.intOrNull('revision') ?? 0;
    if (revision <= reached) {
      throw new TieoutError(
        'rules-invalid',
        `The rule set "${name}" has revision ${reached} in this workspace; give the one that you changed revision ${reached + 1}.`,
        { name, revision, reached },
      );
    }
    const at = isoTime(parts.clock.now());
    const payload = { name, revision, sha256: digest };
    const seq = await appendAudit(tx, { at, actor: parts.actor, type: 'rules.save', payload });
    await tx.run('INSERT INTO rule_set VALUES (?, ?, ?, ?, ?, ?, ?)', [
      ...[digest, seq, name, revision, text, at, parts.actor],
    ]);
    return { sha256: digest, fresh: true };
  });
}

/** The built-in one first, then every revision that was saved, the newest first. */
export async function listRules(reader: Reader): Promise<readonly ListedRules[]> {
  const rows = await reader.rows(
    'SELECT name, revision, sha256, saved_at, actor FROM rule_set ORDER BY seq DESC',
  );
  const { name, revision } = DEFAULT_RULES;
  return [
    { name, revision, sha256: rulesSha256(DEFAULT_RULES), savedAt: null, actor: null },
    ...rows.map((row) => ({
      name: row.text('name'),
      revision: row.int('revision'),
      sha256: row.sha256('sha256'),
      savedAt: row.text('saved_at'),
      actor: row.text('actor'),
    })),
  ];
}

const LEAST_DIGITS = 8;

/** By name, of which the newest revision, or by the first digits of its SHA-256. @throws TieoutError `rules-unknown`. */
export async function findRules(reader: Reader, wanted: string): Promise<RuleSet> {
  const all = await listRules(reader);
  const digits = wanted.toLowerCase();
  const found =
    all.find(({ name }) => name === wanted) ??
    (digits.length < LEAST_DIGITS ? undefined : all.find((each) => each.sha256.startsWith(digits)));
  if (!found) {
    const names = [...new Set(all.map(({ name }) => name))].join(', ');
    throw new TieoutError(
      'rules-unknown',
      `There is no file ${wanted}, and this workspace has no rule set of that name; it has ${names}. Save one with tieout rules save FILE.`,
      { wanted },
    );
  }
  if (found.savedAt === null) return DEFAULT_RULES;
  const row = await reader.row('SELECT document FROM rule_set WHERE sha256 = ?', [found.sha256]);
  const document = row?.text('document') ?? '';
  if (sha256(Buffer.from(document, 'latin1')) !== found.sha256) {
    throw new TieoutError(
      'workspace-damaged',
      `The rule set ${found.name}, revision ${found.revision}, was changed after it was saved; run tieout rebuild.`,
      { name: found.name },
    );
  }
  return parseStoredRules(document, `The rule set "${found.name}"`);
}

/** The rules that a reconciliation went by; null where they are gone, changed or of another Tieout. */
export async function rulesOfRecon(evidence: EvidenceStore, digest: Sha256): Promise<RuleSet | null> {
  if (digest === rulesSha256(DEFAULT_RULES)) return DEFAULT_RULES;
  const bytes = await evidence.get(digest);
  if (bytes === null || sha256(bytes) !== digest) return null;
  try {
    const rules = parseStoredRules(Buffer.from(bytes).toString('latin1'), `The rule set ${digest}`);
    return rulesSha256(rules) === digest ? rules : null;
  } catch (error) {
    if (error instanceof TieoutError && error.code === 'rules-invalid') return null;
    throw error;
  }
}
