/** What a new user's name may be: pure rules from UsernameAttributes and AliasAttributes. */
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import { type Attributes, isEmail, isPhoneNumber } from '../attributes/values.ts';
import { isCaseSensitive } from '../call/sign-in-names.ts';

const wanted = {
  email: 'Username should be an email.',
  phone_number: 'Username should be a phone number.',
  'email,phone_number': 'Username should be either an email or a phone number.',
} as const;

const shapes = { email: isEmail, phone_number: isPhoneNumber };

/**
 * The username and attributes of a new account.
 * @param name as given: with UsernameAttributes an e-mail address or phone number, which becomes the attribute, while the username is the `sub`
 * @throws InvalidParameterException
 */
export const nameNewUser = (
  pool: UserPool,
  name: string,
  sub: string,
  attributes: Attributes,
): { username: string; attributes: Attributes } => {
  const usernameAttributes = pool.config.UsernameAttributes ?? [];
  if (usernameAttributes.length === 0) {
    forbidAliasShape(pool, name);
    return { username: isCaseSensitive(pool) ? name : name.toLowerCase(), attributes };
  }
  const attribute = usernameAttributes.find(each => shapes[each](name));
  if (attribute === undefined)
    throw invalidParameter(wanted[[...usernameAttributes].sort().join() as keyof typeof wanted]);
  const value = isCaseSensitive(pool) ? name : name.toLowerCase();
  return { username: sub, attributes: { ...attributes, [attribute]: value } };
};

/** A username that looks like an alias could not be told from one at sign-in. */
const forbidAliasShape = ({ config: { AliasAttributes = [] } }: UserPool, name: string): void => {
  if (AliasAttributes.includes('email') && isEmail(name))
    throw invalidParameter('Username cannot be of email format, since user pool is configured for email alias.');
  if (AliasAttributes.includes('phone_number') && isPhoneNumber(name))
    throw invalidParameter(
      'Username cannot be of phone number format, since user pool is configured for phone_number alias.',
    );
};
