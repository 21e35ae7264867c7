/** What a change of attributes does besides: contacts lose their verification, codes go out, some changes wait for the code. Pure. */
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import { type Attributes, mergeAttributes } from '../attributes/values.ts';
import { type Contact, type ContactAttribute, contactOf } from '../factors/contacts.ts';

export type Change = {
  /** The attributes from now on. */
  attributes: Attributes;
  /** Contacts that a code goes to; where the pool demands it, the new value waits for the code. */
  toVerify: Contact[];
};

const contacts: ContactAttribute[] = ['email', 'phone_number'];

/** Whether a new value waits for its proof (AttributesRequireVerificationBeforeUpdate). */
export const isHeldBack = (pool: UserPool, attribute: ContactAttribute): boolean =>
  pool.config.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate?.includes(attribute) ?? false;

/**
 * @param changes checked against the schema; an empty value removes
 * @param trusted an administrator's word: `*_verified` among the changes counts, and makes a new value take effect at once
 */
export const applyChanges = (pool: UserPool, user: User, changes: Attributes, { trusted = false } = {}): Change => {
  const automatic = pool.config.AutoVerifiedAttributes ?? [];
  const effective = { ...changes };
  const toVerify: Contact[] = [];
  for (const attribute of contacts) {
    const value = changes[attribute];
    const flag = `${attribute}_verified`;
    if (value === undefined || value === user.attributes[attribute]) continue;
    if (value === '') {
      effective[flag] = '';
      continue;
    }
    if (trusted && changes[flag] === 'true') continue;
    const contact = contactOf(changes, attribute);
    if (contact && automatic.includes(attribute)) toVerify.push(contact);
    // A first value has nothing to wait behind.
    if (isHeldBack(pool, attribute) && user.attributes[attribute]) {
      delete effective[attribute];
      delete effective[flag];
    } else effective[flag] = changes[flag] ?? 'false';
  }
  return { attributes: mergeAttributes(user.attributes, effective), toVerify };
};
