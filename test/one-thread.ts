/**
 * Tests run in as many processes as there are cores, on workspaces of a few rows: a second thread of the engine has nothing
 * to do there but to wait without sleeping. Whoever needs more sets `threads` for itself, and every command that a test
 * starts as a process has all of them.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const create = DuckDBInstance.create.bind(DuckDBInstance);
DuckDBInstance.create = (path, options) => create(path, { threads: '1', ...options });
