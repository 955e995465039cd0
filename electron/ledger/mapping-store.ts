/** Mappings of a workspace, by the SHA-256 of their canonical JSON: what an extract was read by can always be read again. */
import { readFile } from 'node:fs/promises';
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { ListedMapping, MappingName } from '../../shared/extracts.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { sha256 as digestOf, type EvidenceStore } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import {
  type ExaminedMapping,
  type ExtractMapping,
  examineMapping,
  mappingInvalid,
  parseMapping,
} from './mapping.ts';

/** A mapping of every field has some 5,000 characters. */
const MOST_BYTES = 1_000_000;

async function textOf(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The mapping ${path} ${missing ? 'does not exist' : 'cannot be read'}; name a JSON file, or a mapping of the workspace.`,
      { path },
      { cause: error },
    );
  }
  if (bytes.length > MOST_BYTES) {
    throw new TieoutError(
      'file-unreadable',
      `${path} has ${bytes.length} bytes, more than a mapping may have (${MOST_BYTES}); name a mapping.`,
      { path },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TieoutError(
      'file-unreadable',
      `The mapping ${path} is not UTF-8; save it as UTF-8.`,
      { path },
      { cause: error },
    );
  }
}

/** @throws TieoutError `file-not-found`, `file-unreadable`. */
export async function examineMappingFile(path: string): Promise<ExaminedMapping> {
  return examineMapping(await textOf(path));
}

/** @throws TieoutError `file-not-found`, `file-unreadable`; `mapping-invalid` with every fault in its details. */
export async function readMappingFile(
  path: string,
): Promise<ExtractMapping & { readonly named: MappingName }> {
  const examined = await examineMappingFile(path);
  if (!examined.ok) throw mappingInvalid(path, examined.faults);
  return { ...examined.mapping, named: examined.named };
}

/** Keeps a mapping's document among the evidence, under its hash: what an extract was read by outlives the database. */
export async function keepMappingDocument(
  evidence: EvidenceStore,
  { document }: ExtractMapping,
): Promise<void> {
  await evidence.put(Buffer.from(document));
}

/**
 * Keeps a mapping, in the transaction of what uses it; one that is there already is left as it is.
 * @returns true where it is new to the workspace.
 * @throws TieoutError `mapping-invalid` where another document has the same name and revision.
 */
export async function saveMapping(
  tx: Transaction,
  { named, document }: ExtractMapping,
  by: { readonly at: string; readonly actor: string },
): Promise<boolean> {
  if (named === null || (await tx.row('SELECT sha256 FROM mapping WHERE sha256 = ?', [named.sha256])))
    return false;
  const { name, revision, sha256 } = named;
  const other = await tx.row('SELECT sha256 FROM mapping WHERE name = ? AND revision = ?', [name, revision]);
  if (other) {
    throw new TieoutError(
      'mapping-invalid',
      `This workspace has the mapping "${name}" of revision ${revision} in another wording; raise the revision of the one that you changed.`,
      { name, revision, stored: other.text('sha256'), given: sha256 },
    );
  }
  const seq = await appendAudit(tx, { ...by, type: 'mapping.save', payload: { name, revision, sha256 } });
  await tx.run('INSERT INTO mapping VALUES (?, ?, ?, ?, ?, ?, ?)', [
    sha256,
    seq,
    name,
    revision,
    document,
    by.at,
    by.actor,
  ]);
  return true;
}

function listed(row: Row): ListedMapping {
  return {
    name: row.text('name'),
    revision: row.int('revision'),
    sha256: row.sha256('sha256'),
    savedAt: row.text('saved_at'),
    actor: row.text('actor'),
  };
}

/** In the order in which they were saved. */
export async function listMappings(database: Reader): Promise<readonly ListedMapping[]> {
  const rows = await database.rows(
    'SELECT name, revision, sha256, saved_at, actor FROM mapping ORDER BY seq',
  );
  return rows.map(listed);
}

/** @throws TieoutError `mapping-unknown`; `workspace-damaged` where the document is not what was saved. */
export async function storedMapping(
  database: Reader,
  sha256: Sha256,
): Promise<ExtractMapping & { readonly named: MappingName }> {
  const row = await database.row('SELECT document FROM mapping WHERE sha256 = ?', [sha256]);
  if (!row)
    throw new TieoutError(
      'mapping-unknown',
      `There is no mapping ${sha256} in this workspace; see tieout mappings list.`,
      { sha256 },
    );
  const document = row.text('document');
  if (digestOf(document) !== sha256) {
    throw new TieoutError(
      'workspace-damaged',
      `The mapping ${sha256} of this workspace was changed after it was saved; restore the workspace from a backup.`,
      { sha256 },
    );
  }
  return parseMapping(document, `The mapping ${sha256}`);
}

/** Digits of a hash that are enough to name a mapping. */
const LEAST_DIGITS = 8;

/** By name, of which the highest revision, or by the first digits of its SHA-256; null where there is none. */
async function find(database: Reader, wanted: string): Promise<MappingName | null> {
  const all = await listMappings(database);
  const byName = all.filter(({ name }) => name === wanted).toSorted((a, b) => b.revision - a.revision);
  const digits = wanted.toLowerCase();
  const byHash = digits.length < LEAST_DIGITS ? [] : all.filter(({ sha256 }) => sha256.startsWith(digits));
  return byName[0] ?? (byHash.length === 1 ? (byHash[0] ?? null) : null);
}

/** @throws TieoutError `mapping-unknown`, also where more than one begins with the digits. */
export async function findMapping(
  database: Reader,
  wanted: string,
): Promise<ExtractMapping & { readonly named: MappingName }> {
  const found = await find(database, wanted);
  if (found) return await storedMapping(database, found.sha256);
  const names = [...new Set((await listMappings(database)).map(({ name }) => name))].join(', ');
  throw new TieoutError(
    'mapping-unknown',
    `This workspace has no mapping "${wanted}"; it has ${names || 'none'}. Save one with tieout mappings save FILE.`,
    { wanted },
  );
}

/** A mapping of the workspace by its name, else a file. @throws TieoutError `file-*`, `mapping-*`. */
export async function mappingByNameOrFile(
  database: Reader,
  wanted: string,
  resolved: string,
): Promise<ExtractMapping & { readonly named: MappingName }> {
  // A name is no path of a JSON file, but for one that somebody called so.
  if (/[/\\]|\.json$/i.test(wanted)) return await readMappingFile(resolved);
  if (await find(database, wanted)) return await findMapping(database, wanted);
  return await readMappingFile(resolved).catch((error: unknown) => {
    if (error instanceof TieoutError && error.code === 'file-not-found') return findMapping(database, wanted);
    throw error;
  });
}
