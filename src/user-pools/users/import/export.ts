/** All users of a pool as a CSV file that the import takes: Cognito's columns, and those that make the accounts the same again. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { csvRow } from '../../../lib/csv.ts';
import type { Sealer } from '../../../lib/seal.ts';
import type { UserPool } from '../../../storage/pools.ts';
import type { Db } from '../../../storage/schema.ts';
import { allUsers } from '../../../storage/user-batches.ts';
import type { User } from '../../../storage/users.ts';
import { shownName } from '../../call/sign-in-names.ts';
import { openStored } from '../passwords.ts';
import { csvHeader, type ExportColumn, exportColumns } from './header.ts';
import { sealExported } from './restore.ts';

export type ExportDeps = {
  db: Db;
  sealer: Sealer;
  /** Seals the passwords in the file: the installation's own key never leaves it. */
  key: Sealer;
};

const time = (value: number | null) => (value === null ? '' : String(value));

const extrasOf = ({ sealer, key }: ExportDeps, user: User): Record<ExportColumn, string> => {
  const stored = openStored({ sealer }, user);
  return {
    'cenote:sub': user.sub,
    'cenote:username': user.username,
    'cenote:status': user.status,
    'cenote:enabled': String(user.enabled),
    'cenote:created_at': time(user.createdAt),
    'cenote:modified_at': time(user.modifiedAt),
    'cenote:password_set_at': time(user.passwordSetAt),
    'cenote:password': stored === undefined ? '' : sealExported(key, user, stored),
  };
};

/** Users of one look-up. */
const atOnce = 200;

/** Pieces of the file, each with the number of users in it. */
export async function* exportUsers(deps: ExportDeps, pool: UserPool): AsyncGenerator<{ text: string; users: number }> {
  const columns = csvHeader(pool);
  yield { text: csvRow([...columns, ...exportColumns]), users: 0 };
  for await (const users of allUsers(deps.db, pool.id, atOnce)) {
    const rows = users.map(user => {
      const cells: Record<string, string> = {
        ...user.attributes,
        ...extrasOf(deps, user),
        'cognito:username': shownName(pool, user),
      };
      return csvRow([...columns, ...exportColumns].map(column => cells[column] ?? ''));
    });
    yield { text: rows.join(''), users: users.length };
    await nextTurn();
  }
}
