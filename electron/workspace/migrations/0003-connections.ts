import type { Migration } from '../migrations.ts';

export const connections: Migration = {
  version: 3,
  name: 'connections',
  statements: [],
};
