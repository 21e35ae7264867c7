/** Which error it is that a name belongs to somebody else already: each operation has its own. Pure. */
import {
  AwsError,
  accountWithGivenExists,
  aliasExists,
  userAccountExists,
  usernameExists,
} from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { SignInName } from '../../storage/users.ts';

export type Taken = (pool: UserPool, name: SignInName) => AwsError;

const isUsernameAttribute = ({ config }: UserPool, { kind }: SignInName) =>
  config.UsernameAttributes?.some(attribute => attribute === kind) ?? false;

/** SignUp: nothing is verified yet, so an alias cannot be taken. */
export const takenAtSignUp: Taken = (pool, name) =>
  isUsernameAttribute(pool, name) ? accountWithGivenExists(name.kind) : usernameExists();

/** AdminCreateUser answers UsernameExistsException for a taken alias too; its sentence says which one. */
export const takenAtCreation: Taken = (pool, name) => {
  if (name.kind === 'username') return userAccountExists();
  if (isUsernameAttribute(pool, name)) return accountWithGivenExists(name.kind);
  return new AwsError('UsernameExistsException', aliasExists(name.kind).message);
};

/** Whatever changes an account that exists. */
export const takenAtChange: Taken = (pool, name) =>
  isUsernameAttribute(pool, name)
    ? new AwsError('AliasExistsException', accountWithGivenExists(name.kind).message)
    : aliasExists(name.kind);
