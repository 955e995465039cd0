/** `tieout mappings`: how the extracts of a ledger are read. */
import { TieoutError } from '../../shared/errors.ts';
import { startingMapping } from '../ledger/mapping.ts';
import { mappingSchemaText } from '../ledger/mapping-schema.ts';
import { examineMappingFile, findMapping, listMappings, readMappingFile } from '../ledger/mapping-store.ts';
import type { Session } from './session.ts';

/** Every fault of a mapping file, as `FILE:LINE:COLUMN PATH what is wrong`, which editors make a link of. */
export async function mappingsCheck(session: Session, file: string): Promise<number> {
  const examined = await examineMappingFile(file);
  if (examined.ok) {
    const { name, revision, sha256 } = examined.named;
    const fields = [...examined.mapping.fields.keys()];
    session.out.event(
      { type: 'mapping', file, name, revision, sha256, fields },
      `${file} is the mapping "${name}", revision ${revision}\n${sha256}`,
    );
    return 0;
  }
  for (const fault of examined.faults) {
    if (session.out.options.json) session.out.event({ type: 'mapping-fault', file, ...fault });
    else session.out.result(`${file}:${fault.line}:${fault.column} ${fault.path} ${fault.message}`);
  }
  const { length } = examined.faults;
  throw new TieoutError(
    'mapping-invalid',
    `${file} is no valid mapping; ${length === 1 ? 'its one fault is' : `its ${length} faults are`} listed.`,
    { file, count: length },
  );
}

export async function mappingsSave(session: Session, file: string): Promise<number> {
  const mapping = await readMappingFile(file);
  const app = await session.app();
  const fresh = await app.saveMapping(mapping);
  const { name, revision, sha256 } = mapping.named;
  session.out.event(
    { type: 'mapping', name, revision, sha256, saved: fresh },
    `mapping "${name}", revision ${revision}, ${fresh ? 'saved' : 'was saved before'}\n${sha256}`,
  );
  return 0;
}

/** @param wanted a name or the first digits of a hash. */
export async function mappingsShow(session: Session, wanted: string): Promise<number> {
  const { named, document } = await findMapping((await session.app()).workspace.database, wanted);
  const content: unknown = JSON.parse(document);
  if (session.out.options.json) session.out.event({ type: 'mapping', ...named, document: content });
  else session.out.result(JSON.stringify(content, null, 2));
  return 0;
}

export async function mappingsList(session: Session): Promise<number> {
  const app = await session.app();
  for (const { name, revision, sha256, savedAt, actor } of await listMappings(app.workspace.database)) {
    if (session.out.options.json)
      session.out.event({ type: 'mapping', name, revision, sha256, saved_at: savedAt, actor });
    else session.out.result(`${sha256}  ${name}  revision ${revision}  saved ${savedAt} by ${actor}`);
  }
  return 0;
}

/** The JSON Schema of a mapping file. */
export function mappingsSchema(session: Session): Promise<number> {
  const text = mappingSchemaText().trimEnd();
  if (session.out.options.json) session.out.event({ type: 'mapping-schema', schema: JSON.parse(text) });
  else session.out.result(text);
  return Promise.resolve(0);
}

/** A mapping of every field to start an own one from. */
export function mappingsDefault(session: Session): Promise<number> {
  const text = startingMapping().trimEnd();
  if (session.out.options.json) session.out.event({ type: 'mapping', document: JSON.parse(text) });
  else session.out.result(text);
  return Promise.resolve(0);
}
