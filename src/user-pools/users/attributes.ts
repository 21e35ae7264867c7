/** Changes of attributes, by the person and by administrators, and the verification of e-mail addresses and phone numbers. */
import type { AttributeType, CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { expiredCode, invalidParameter, userDisabled } from '../../contract/errors.ts';
import { findCode, removeCode } from '../../storage/codes.ts';
import type { Db } from '../../storage/schema.ts';
import type { User } from '../../storage/users.ts';
import {
  type Attributes,
  forbidImmutable,
  forbidRemovalOfRequired,
  mergeAttributes,
  readAttributes,
} from '../attributes/values.ts';
import type { UserCall } from '../call/call.ts';
import { asUser } from '../doors/as-user.ts';
import { onUser } from '../doors/in-pool.ts';
import { checkCode, sendCode } from '../factors/codes.ts';
import { type ContactAttribute, contactOf, isContact } from '../factors/contacts.ts';
import { limitAttempts } from '../threat-protection/attempt-limits.ts';
import { applyChanges, isHeldBack } from './attribute-changes.ts';
import { changeUser, holdUser } from './record.ts';
import { checkWritable } from './sign-up.ts';

/** A code for a value that has been given up proves nothing any more. */
const dropStaleCode = async (tx: Db, { poolId, sub, attributes }: User, attribute: ContactAttribute): Promise<void> => {
  const code = await findCode(tx, poolId, sub, `verify:${attribute}`);
  if (code && code.value !== attributes[attribute]) await removeCode(tx, code);
};

/** Changes attributes and sends the codes that follow. @returns where they went */
const changeAttributes = async (
  call: UserCall,
  changes: Attributes,
  { trusted = false } = {},
): Promise<CodeDeliveryDetailsType[]> => {
  forbidImmutable(call.pool, changes);
  forbidRemovalOfRequired(call.pool, changes);
  let delivered: CodeDeliveryDetailsType[] = [];
  const decide = (user: User): User => ({
    ...user,
    attributes: applyChanges(call.pool, user, changes, { trusted }).attributes,
  });
  await changeUser(call, call.user.sub, decide, {
    // An administrator's word is as good as a proof.
    moveAliases: trusted,
    also: async (tx, before, after) => {
      delivered = [];
      const { toVerify } = applyChanges(call.pool, before, changes, { trusted });
      for (const contact of toVerify) {
        const purpose = `verify:${contact.attribute}` as const;
        delivered.push(await sendCode(tx, call, before, { purpose, contact, message: 'UpdateUserAttribute' }));
      }
      const sent = toVerify.map(({ attribute }) => attribute);
      for (const attribute of Object.keys(changes).filter(isContact)) {
        if (!sent.includes(attribute)) await dropStaleCode(tx, after, attribute);
      }
    },
  });
  if (delivered.length > 0) call.wakeDelivery();
  return delivered;
};

export const updateUserAttributes = asUser<'UpdateUserAttributes'>(async (call, { UserAttributes }) => {
  const changes = readAttributes(call.pool, UserAttributes);
  checkWritable(call, changes);
  return { CodeDeliveryDetailsList: await changeAttributes(call, changes) };
});

export const adminUpdateUserAttributes = onUser<'AdminUpdateUserAttributes'>(async (call, { UserAttributes }) => {
  await changeAttributes(call, readAttributes(call.pool, UserAttributes), { trusted: true });
  return {};
});

const emptied = (call: UserCall, names: string[]): Attributes => {
  const list: AttributeType[] = names.map(Name => ({ Name, Value: '' }));
  return readAttributes(call.pool, list);
};

export const deleteUserAttributes = asUser<'DeleteUserAttributes'>(async (call, { UserAttributeNames }) => {
  const changes = emptied(call, UserAttributeNames);
  checkWritable(call, changes);
  await changeAttributes(call, changes);
  return {};
});

export const adminDeleteUserAttributes = onUser<'AdminDeleteUserAttributes'>(async (call, { UserAttributeNames }) => {
  await changeAttributes(call, emptied(call, UserAttributeNames), { trusted: true });
  return {};
});

/** The value that waits for its code, where the pool demands the proof before the change: a new code is for that one. */
const pendingValue = async (
  tx: Db,
  { pool, clock }: UserCall,
  user: User,
  attribute: ContactAttribute,
): Promise<Attributes> => {
  if (!isHeldBack(pool, attribute)) return {};
  const code = await findCode(tx, pool.id, user.sub, `verify:${attribute}`);
  return code && code.expiresAt > clock.now() ? { [attribute]: code.value } : {};
};

export const getUserAttributeVerificationCode = asUser<'GetUserAttributeVerificationCode'>(
  async (call, { AttributeName }) => {
    await limitAttempts(call, 'GetUserAttributeVerificationCode', call.user.sub);
    if (!isContact(AttributeName)) throw invalidParameter(`Attribute ${AttributeName} can not be verified.`);
    const purpose = `verify:${AttributeName}` as const;
    const details = await holdUser(call, call.user.sub, async (tx, user) => {
      const waiting = await pendingValue(tx, call, user, AttributeName);
      const contact = contactOf({ ...user.attributes, ...waiting }, AttributeName);
      if (contact === undefined) throw invalidParameter(`The user has no ${AttributeName} to verify.`);
      return sendCode(tx, call, user, { purpose, contact, message: 'VerifyUserAttribute' });
    });
    call.wakeDelivery();
    return { CodeDeliveryDetails: details };
  },
);

export const verifyUserAttribute = asUser<'VerifyUserAttribute'>(async (call, { AttributeName, Code }) => {
  await limitAttempts(call, 'VerifyUserAttribute', call.user.sub);
  if (!isContact(AttributeName)) throw invalidParameter(`Attribute ${AttributeName} can not be verified.`);
  const code = await checkCode(call, call.user.sub, `verify:${AttributeName}`, Code);
  const proven = { [AttributeName]: code.value, [`${AttributeName}_verified`]: 'true' };
  await changeUser(
    call,
    call.user.sub,
    user => {
      if (!user.enabled) throw userDisabled();
      return { ...user, attributes: mergeAttributes(user.attributes, proven) };
    },
    {
      // Who proves an alias last has it.
      moveAliases: true,
      also: async tx => {
        if (!(await removeCode(tx, code))) throw expiredCode();
      },
    },
  );
  return {};
});
