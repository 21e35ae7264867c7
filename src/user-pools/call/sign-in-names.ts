/** Which names a user can sign in with, and who is meant by a name (username, alias, e-mail or phone number as username). */
import { createHash } from 'node:crypto';
import type { UserPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import { findUser, findUserByName, type SignInName, type User } from '../../storage/users.ts';

/** UsernameConfiguration; a pool made without it is case-sensitive. */
export const isCaseSensitive = (pool: UserPool): boolean => pool.config.UsernameConfiguration?.CaseSensitive ?? true;

const longestKey = 256;

/**
 * The form in which names are compared, and unique, in this pool. Where a name is longer than an index entry can be (an
 * e-mail address may have 2048 characters), a hash stands for it.
 */
export const nameKey = (pool: UserPool, name: string): string => {
  const folded = isCaseSensitive(pool) ? name : name.toLowerCase();
  if (folded.length <= longestKey) return folded;
  return `sha256 ${createHash('sha256').update(folded).digest('hex')}`;
};

const isVerified = (user: Pick<User, 'attributes'>, attribute: string): boolean =>
  attribute === 'preferred_username' || user.attributes[`${attribute}_verified`] === 'true';

/**
 * The names that sign `user` in: the username; with UsernameAttributes the e-mail address and phone number at once; with
 * AliasAttributes only what is verified, so that no stranger can reserve an alias (and preferred_username, which nobody sets at
 * sign-up).
 */
export const signInNames = (pool: UserPool, user: Pick<User, 'username' | 'attributes'>): SignInName[] => {
  const names: SignInName[] = [{ kind: 'username', key: nameKey(pool, user.username) }];
  for (const attribute of pool.config.UsernameAttributes ?? []) {
    const value = user.attributes[attribute];
    if (value) names.push({ kind: attribute, key: nameKey(pool, value) });
  }
  for (const attribute of pool.config.AliasAttributes ?? []) {
    const value = user.attributes[attribute];
    if (value && isVerified(user, attribute)) names.push({ kind: attribute, key: nameKey(pool, value) });
  }
  return names;
};

/** What a `sub` looks like. */
export const uuidShape: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The user who is meant by a username, an alias or (administrators may) a sub. */
export const lookUpUser = async (
  { db }: { db: Db },
  pool: UserPool,
  name: string,
  { orSub = false } = {},
): Promise<User | undefined> => {
  const user = await findUserByName(db, pool.id, nameKey(pool, name));
  if (user !== undefined || !orSub || !uuidShape.test(name)) return user;
  return findUser(db, pool.id, name);
};

/** The name a person knows themselves by: in a pool of e-mail or phone usernames the username is an opaque id. */
export const shownName = (pool: UserPool, user: Pick<User, 'username' | 'attributes'>): string =>
  pool.config.UsernameAttributes?.map(attribute => user.attributes[attribute]).find(value => value) ?? user.username;
