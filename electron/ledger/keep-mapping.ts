/** Saves a mapping by itself, before an extract is imported with it. */
import { isoTime } from '../clock.ts';
import type { ImportParts } from './import-ledger.ts';
import type { ExtractMapping } from './mapping.ts';
import { keepMappingDocument, saveMapping } from './mapping-store.ts';

/** @returns true where it is new to the workspace. @throws TieoutError `mapping-invalid`. */
export async function keepMapping(
  { workspace, clock, actor }: ImportParts,
  mapping: ExtractMapping,
): Promise<boolean> {
  await keepMappingDocument(workspace.evidence, mapping);
  const by = { at: isoTime(clock.now()), actor };
  return await workspace.database.transaction((tx) => saveMapping(tx, mapping, by));
}
