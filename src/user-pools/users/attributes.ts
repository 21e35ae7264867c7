/** Changes of attributes, by the person and by administrators, and the verification of e-mail addresses and phone numbers. */
import type { AttributeType, CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { expiredCode, invalidParameter, userNotFound } from '../../contract/errors.ts';
import { removeCode } from '../../storage/codes.ts';
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
import { contactOf, isContact } from '../factors/contacts.ts';
import { limitAttempts } from '../threat-protection/attempt-limits.ts';
import { applyChanges } from './attribute-changes.ts';
import { changeUser } from './record.ts';
import { checkWritable } from './sign-up.ts';

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
    also: async (tx, before) => {
      delivered = [];
      for (const contact of applyChanges(call.pool, before, changes, { trusted }).toVerify) {
        const purpose = `verify:${contact.attribute}` as const;
        delivered.push(await sendCode(tx, call, before, { purpose, contact, message: 'UpdateUserAttribute' }));
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

export const getUserAttributeVerificationCode = asUser<'GetUserAttributeVerificationCode'>(
  async (call, { AttributeName }) => {
    const { db, user } = call;
    await limitAttempts(call, 'GetUserAttributeVerificationCode', user.sub);
    if (!isContact(AttributeName)) throw invalidParameter(`Attribute ${AttributeName} can not be verified.`);
    const contact = contactOf(user.attributes, AttributeName);
    if (contact === undefined) throw invalidParameter(`The user has no ${AttributeName} to verify.`);
    const details = await db
      .transaction()
      .execute(tx =>
        sendCode(tx, call, user, { purpose: `verify:${AttributeName}`, contact, message: 'VerifyUserAttribute' }),
      );
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
      if (!user.enabled) throw userNotFound();
      return { ...user, attributes: mergeAttributes(user.attributes, proven) };
    },
    {
      also: async tx => {
        if (!(await removeCode(tx, code))) throw expiredCode();
      },
    },
  );
  return {};
});
