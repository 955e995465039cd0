import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { rules } from '../../../electron/workspace/migrations/0009-rules.ts';

/** Makes of a closed workspace what Tieout made before plain pairs were kept by number. */
export async function asBefore(folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, 'workspace.duckdb'));
  const connection = await instance.connect();
  const recon_item = rules.statements.find((statement) => statement.startsWith('CREATE VIEW recon_item'));
  for (const statement of [
    'INSERT INTO recon_match SELECT * FROM recon_plain',
    'DROP VIEW recon_item',
    'DROP VIEW recon_plain',
    'DROP TABLE recon_pair',
    recon_item ?? '',
    'DELETE FROM migration WHERE version >= 12',
  ])
    await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}
