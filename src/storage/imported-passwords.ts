/** Gives the place of an imported password to the verifier that was made of it. */
import { sql } from 'kysely';
import type { Db, Sealed } from './schema.ts';
import type { User } from './users.ts';

/** Puts one stored password in the place of another, unless somebody has changed it meanwhile. To everybody else the user is the same. */
export const replacePassword = async (
  db: Db,
  { poolId, sub }: Pick<User, 'poolId' | 'sub'>,
  before: Sealed,
  after: Sealed,
): Promise<void> => {
  await db
    .updateTable('users')
    .set({ password: after, version: sql<number>`version + 1` })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('password', '=', before)
    .execute();
};
