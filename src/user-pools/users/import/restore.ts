/** Rows of an export: the account as it was, with its `sub`, its state and its password. Pure but for the sealer. */
import type { CsvRow } from '../../../lib/csv.ts';
import type { Sealer } from '../../../lib/seal.ts';
import type { UserPool } from '../../../storage/pools.ts';
import type { User, UserStatus } from '../../../storage/users.ts';
import { uuidShape } from '../../call/sign-in-names.ts';
import { type ImportedPassword, type StoredPassword, srpGroup } from '../passwords.ts';
import type { ExportColumn, Header } from './header.ts';
import { attributesIn, problem, type RowProblem, sentenceOf, shapeProblem } from './row.ts';

const statuses: readonly UserStatus[] = [
  'UNCONFIRMED',
  'CONFIRMED',
  'FORCE_CHANGE_PASSWORD',
  'RESET_REQUIRED',
  'EXTERNAL_PROVIDER',
];

const purpose = 'exported-password';

/** The password's verifier (or hash) under the key that the operator names, bound to the account. */
export const sealExported = (key: Sealer, user: User, stored: StoredPassword): string => {
  const portable: ImportedPassword =
    'algorithm' in stored
      ? stored
      : { algorithm: 'SRP', group: srpGroup({ id: user.poolId }), user: user.username, verifier: stored };
  return key.seal(purpose, JSON.stringify(portable), user.sub);
};

const openExported = (key: Sealer, person: Pick<User, 'poolId' | 'sub' | 'username'>, sealed: string) => {
  const opened = key.open(purpose, sealed, person.sub);
  if (opened === undefined) return undefined;
  const imported = JSON.parse(opened.toString()) as ImportedPassword;
  // SRP hashes the pool's id and the username: in the same pool, the verifier is the user's own.
  const isOwn =
    imported.algorithm === 'SRP' &&
    imported.group === srpGroup({ id: person.poolId }) &&
    imported.user === person.username;
  return isOwn ? imported.verifier : imported;
};

/** An account to be made again. */
export type Restored = Omit<User, 'poolId' | 'password' | 'version'> & { stored: StoredPassword | undefined };

type Reading = { pool: UserPool; header: Header; key: Sealer | undefined; now: number };

/** undefined: the row is not one of an export. */
export const restoreRow = (reading: Reading, row: CsvRow): Restored | RowProblem | undefined => {
  const { pool, header, key, now } = reading;
  const cell = (name: ExportColumn) => row.fields[header.restored[name] ?? -1] ?? '';
  const sub = cell('cenote:sub');
  if (sub === '') return undefined;
  const broken = shapeProblem(row, header);
  if (broken !== undefined) return broken;
  if (!uuidShape.test(sub)) return problem('The cenote:sub is not a UUID.');
  const status = statuses.find(each => each === cell('cenote:status'));
  if (status === undefined) return problem('The cenote:status is not the status of a user.');
  const username = cell('cenote:username') || (row.fields[header.username] ?? '');
  if (username === '') return problem('The User Record has no cognito:username.');
  const time = (name: ExportColumn) => (/^\d{1,15}$/.test(cell(name)) ? Number(cell(name)) : null);
  const sealed = cell('cenote:password');
  const person = { poolId: pool.id, sub, username };
  const stored = sealed && key ? openExported(key, person, sealed) : undefined;
  if (sealed && stored === undefined) return problem('The cenote:password cannot be opened with this key.');
  try {
    return {
      sub,
      username,
      status,
      enabled: cell('cenote:enabled') !== 'false',
      attributes: attributesIn(pool, header, row.fields),
      stored,
      passwordSetAt: time('cenote:password_set_at'),
      factors: {},
      signedOutAt: null,
      createdAt: time('cenote:created_at') ?? now,
      modifiedAt: time('cenote:modified_at') ?? now,
    };
  } catch (error) {
    return problem(sentenceOf(error));
  }
};
