import type { Migration } from '../migrations.ts';

export const curves: Migration = {
  version: 6,
  name: 'curves',
  statements: [],
};
