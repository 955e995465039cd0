import type { Migration } from '../migrations.ts';

export const drift: Migration = {
  version: 7,
  name: 'drift',
  statements: [],
};
