/** From a row of the file to the user record that it makes, with the names that the user signs in with. */
import type { Clock } from '../../../lib/clock.ts';
import type { CsvRow } from '../../../lib/csv.ts';
import type { HashAlgorithm } from '../../../lib/password-hash.ts';
import type { Sealer } from '../../../lib/seal.ts';
import type { UserPool } from '../../../storage/pools.ts';
import type { NewUser } from '../../../storage/user-batches.ts';
import type { User } from '../../../storage/users.ts';
import { signInNames } from '../../call/sign-in-names.ts';
import { sealStored } from '../passwords.ts';
import type { Header } from './header.ts';
import { restoreRow } from './restore.ts';
import { type Draft, type RowProblem, readRow } from './row.ts';

export type Reading = {
  clock: Clock;
  sealer: Sealer;
  pool: UserPool;
  header: Header;
  hashAlgorithm: HashAlgorithm | null;
  /** The `sub` of a new account. */
  nextSub(): string;
  /** Rows of an export make the accounts anew, whose passwords are sealed with this key. */
  restores?: { key: Sealer | undefined } | undefined;
};

/** A row that has been read, and the user it makes. */
export type Entry = { rowNumber: number; line: number; result: NewUser | RowProblem };

const toUser = ({ sealer, clock, pool }: Reading, draft: Draft): User => {
  const now = clock.now();
  const { password, ...account } = draft;
  const person = { poolId: pool.id, sub: draft.sub, username: draft.username };
  return {
    ...account,
    poolId: pool.id,
    enabled: true,
    password: password === undefined ? null : sealStored({ sealer }, person, password),
    passwordSetAt: password === undefined ? null : now,
    signedOutAt: null,
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
};

/** The user that a row makes, with the names they sign in with. */
export const readEntry = (reading: Reading, row: CsvRow, rowNumber: number): Entry => {
  const at = { rowNumber, line: row.line };
  const { pool, header, hashAlgorithm, restores, clock, sealer } = reading;
  const restored = restores && restoreRow({ pool, header, key: restores.key, now: clock.now() }, row);
  const made = restored ?? readRow({ pool, header, hashAlgorithm }, row, reading.nextSub());
  if ('problem' in made) return { ...at, result: made };
  if (!('stored' in made)) {
    const user = toUser(reading, made);
    return { ...at, result: { user, names: signInNames(pool, user), isRestored: false } };
  }
  const { stored, ...account } = made;
  const person = { poolId: pool.id, sub: account.sub, username: account.username };
  const password = stored === undefined ? null : sealStored({ sealer }, person, stored);
  const user: User = { ...account, poolId: pool.id, password, version: 1 };
  return { ...at, result: { user, names: signInNames(pool, user), isRestored: true } };
};
