import type { Migration } from '../migrations.ts';

export const siem: Migration = {
  version: 4,
  name: 'siem',
  statements: [],
};
