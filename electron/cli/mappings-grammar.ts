/** The grammar of `tieout mappings`. */
import type { Command } from 'commander';
import {
  mappingsCheck,
  mappingsDefault,
  mappingsList,
  mappingsSave,
  mappingsSchema,
  mappingsShow,
} from './mappings.ts';
import type { CommonOptions, Session } from './session.ts';

/**
 * @param verb makes a verb with the common options.
 * @param within runs it in a session and keeps its exit code.
 */
export function mappingsGrammar(
  program: Command,
  verb: (parent: Command, name: string, description: string) => Command,
  within: (options: CommonOptions, work: (session: Session) => Promise<number>) => Promise<void>,
): void {
  const mappings = program
    .command('mappings')
    .description("ledger mappings: how a ledger's extracts are read into postings")
    .exitOverride();
  verb(mappings, 'check', 'check a mapping file and list every fault')
    .argument('<file>')
    .action((file, options) => within(options, (session) => mappingsCheck(session, file)));
  verb(mappings, 'save', 'save a mapping in the workspace, to import with it by name')
    .argument('<file>')
    .action((file, options) => within(options, (session) => mappingsSave(session, file)));
  verb(mappings, 'show', 'print a mapping of the workspace as JSON')
    .argument('<name>', 'its name, or the first digits of its SHA-256')
    .action((name, options) => within(options, (session) => mappingsShow(session, name)));
  verb(mappings, 'list', 'list the mappings of the workspace').action((options) =>
    within(options, mappingsList),
  );
  verb(mappings, 'schema', 'print the JSON Schema of a mapping file, for editors').action((options) =>
    within(options, mappingsSchema),
  );
  verb(mappings, 'default', 'print a mapping of every field, to start an own one from').action((options) =>
    within(options, mappingsDefault),
  );
}
