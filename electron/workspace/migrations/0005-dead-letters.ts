import type { Migration } from '../migrations.ts';

export const deadLetters: Migration = {
  version: 5,
  name: 'dead-letters',
  statements: [],
};
