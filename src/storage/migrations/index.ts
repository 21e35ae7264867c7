/** Every migration, in the order in which they apply. */
import type { Migration } from '../migrate.ts';
import { foundation } from './0001-foundation.ts';
import { factors } from './0004-factors.ts';

export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0004-factors': factors,
};
