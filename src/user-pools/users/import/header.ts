/** The columns of an import file: which a pool's files have, and where a file has them. Pure. */
import type { HashAlgorithm } from '../../../lib/password-hash.ts';
import type { UserPool } from '../../../storage/pools.ts';
import { schemaOf } from '../../attributes/schema.ts';
import { serviceAttributes } from '../../attributes/standard.ts';

const usernameColumn = 'cognito:username';
const mfaColumn = 'cognito:mfa_enabled';
const hashColumn = 'password_hash';

/** What an export says of a user beyond what Cognito's files hold. `sub` makes an account the same again. */
export const exportColumns = [
  'cenote:sub',
  'cenote:username',
  'cenote:status',
  'cenote:enabled',
  'cenote:created_at',
  'cenote:modified_at',
  'cenote:password_set_at',
  'cenote:password',
] as const;
export type ExportColumn = (typeof exportColumns)[number];

/** The attributes that a file may set: all but those that only the service sets. */
export const importedAttributes = (pool: UserPool): string[] =>
  schemaOf(pool)
    .map(({ Name = '' }) => Name)
    .filter(name => !serviceAttributes.includes(name));

/** The columns of the pool's files, in Cognito's order. */
export const csvHeader = (pool: UserPool): string[] => [
  ...importedAttributes(pool),
  mfaColumn,
  usernameColumn,
  hashColumn,
];

/** Positions of the columns. */
export type Header = {
  width: number;
  attributes: { name: string; at: number }[];
  username: number;
  mfa: number | undefined;
  hash: number | undefined;
  restored: Partial<Record<ExportColumn, number>>;
};

export type HeaderRules = {
  hashAlgorithm: HashAlgorithm | null;
  /** The columns of an export are understood as well (from the command line); those with passwords if there is a key. */
  restores: { key: unknown } | undefined;
};

/** Why no row of the file can be read; a sentence for `CompletionMessage`, which has at most 128 characters. */
export type HeaderProblem = string;

const some = (names: string[]) => `${names.slice(0, 2).join(', ').slice(0, 60)}${names.length > 2 ? ', …' : ''}`;

/**
 * Finds the columns. All of the pool's must be there, except `password_hash` where the job names no algorithm. Where it names one,
 * the others may be left out as well: AWS's own example of such a file has only a few of them.
 */
export const readHeader = (pool: UserPool, fields: string[], rules: HeaderRules): Header | HeaderProblem => {
  const { hashAlgorithm, restores } = rules;
  const wanted = csvHeader(pool);
  const known: string[] = restores ? [...wanted, ...exportColumns] : wanted;
  const unknown = fields.filter(name => !known.includes(name));
  if (unknown.length > 0) return `The CSV header has columns that the user pool does not have: ${some(unknown)}`;
  if (new Set(fields).size < fields.length) return 'The CSV header has a column twice.';
  if (!fields.includes(usernameColumn)) return `The CSV header has no column ${usernameColumn}.`;
  if (hashAlgorithm !== null && !fields.includes(hashColumn)) return `The CSV header has no column ${hashColumn}.`;
  if (restores !== undefined && restores.key === undefined && fields.includes('cenote:password'))
    return 'The passwords in the CSV file are sealed: name the file of their key.';
  const missing = wanted.filter(name => name !== hashColumn && !fields.includes(name));
  if (missing.length > 0 && hashAlgorithm === null && !fields.includes('cenote:sub'))
    return `The CSV header lacks columns: ${some(missing)}`;
  const at = (name: string) => (fields.includes(name) ? fields.indexOf(name) : undefined);
  return {
    width: fields.length,
    attributes: importedAttributes(pool).flatMap(name =>
      fields.includes(name) ? { name, at: fields.indexOf(name) } : [],
    ),
    username: fields.indexOf(usernameColumn),
    mfa: at(mfaColumn),
    hash: at(hashColumn),
    restored: Object.fromEntries(exportColumns.map(name => [name, at(name)])),
  };
};
