/** The filter grammar of ListUsers: `attribute = "value"` or `attribute ^= "prefix"`. Pure. */
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { UserFilter } from '../../storage/user-search.ts';
import { findAttribute } from '../attributes/schema.ts';
import { serviceAttributes } from '../attributes/standard.ts';
import { isCaseSensitive } from '../call/sign-in-names.ts';

const cannotParse = () => invalidParameter('Error while parsing filter');

/** The attribute's name may be quoted; within the value a backslash escapes quotes and itself. */
const grammar = /^\s*(?:"([^"]*)"|([\w:]+))\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/s;

type Term = { value: string; prefix: boolean };

const standings: Record<string, boolean> = { Enabled: true, Disabled: false };

const enabled = ({ value, prefix }: Term): UserFilter => {
  const on = standings[value];
  if (on === undefined || prefix) throw cannotParse();
  return { by: 'enabled', value: on };
};

type Meaning = (term: Term, pool: UserPool) => UserFilter;

const meanings = new Map<string, Meaning>([
  // Stored in lower case where the pool ignores case.
  [
    'username',
    ({ value, prefix }, pool) => ({
      by: 'username',
      value: isCaseSensitive(pool) ? value : value.toLowerCase(),
      prefix,
    }),
  ],
  ['sub', term => ({ by: 'sub', ...term })],
  ['cognito:user_status', ({ value, prefix }) => ({ by: 'status', value: value.toUpperCase(), prefix })],
  ['status', enabled],
]);

/**
 * What a `Filter` asks for; an empty one asks for everybody.
 * @throws InvalidParameterException when it does not parse, or names an attribute that cannot be searched
 */
export const parseFilter = (pool: UserPool, filter: string | undefined): UserFilter => {
  if (filter === undefined || filter.trim() === '') return { by: 'all' };
  const [, quoted, plain, operator, text] = grammar.exec(filter) ?? [];
  const name = quoted ?? plain;
  if (name === undefined || text === undefined) throw cannotParse();
  const term = { value: text.replace(/\\(.)/gs, '$1'), prefix: operator === '^=' };
  const meaning = meanings.get(name);
  if (meaning !== undefined) return meaning(term, pool);
  // Cognito knows six of the standard attributes here, and no custom one.
  if (findAttribute(pool, name) !== undefined && !serviceAttributes.includes(name))
    return { by: 'attribute', name, ...term };
  throw name.startsWith('custom:') || name.startsWith('dev:')
    ? invalidParameter('Input fails to satisfy the constraints.')
    : invalidParameter(`Invalid search attribute: ${name}`);
};
