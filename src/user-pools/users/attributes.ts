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
import { type Contact, type ContactAttribute, contactOf, isContact } from '../factors/contacts.ts';
import { handOver } from '../messaging/first-try.ts';
import { type Wording, wordMessage } from '../messaging/message.ts';
import { limitAttempts } from '../threat-protection/attempt-limits.ts';
import type { StringMap } from '../triggers/catalog.ts';
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
  { trusted = false, clientMetadata }: { trusted?: boolean; clientMetadata?: StringMap | undefined } = {},
): Promise<CodeDeliveryDetailsType[]> => {
  forbidImmutable(call.pool, changes);
  forbidRemovalOfRequired(call.pool, changes);
  const message = { purpose: 'UpdateUserAttribute' as const, clientMetadata };
  const wordings = new Map<ContactAttribute, Wording>();
  for (const contact of applyChanges(call.pool, call.user, changes, { trusted }).toVerify)
    wordings.set(contact.attribute, await wordMessage(call, call.user, contact, message));
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
        const wording = wordings.get(contact.attribute) ?? message;
        delivered.push(await sendCode(tx, call, before, { purpose, contact, wording }));
      }
      const sent = toVerify.map(({ attribute }) => attribute);
      for (const attribute of Object.keys(changes).filter(isContact)) {
        if (!sent.includes(attribute)) await dropStaleCode(tx, after, attribute);
      }
    },
  });
  if (delivered.length > 0) await handOver(call);
  return delivered;
};

export const updateUserAttributes = asUser<'UpdateUserAttributes'>(async (call, input) => {
  const changes = readAttributes(call.pool, input.UserAttributes);
  checkWritable(call, changes);
  const { ClientMetadata: clientMetadata } = input;
  return { CodeDeliveryDetailsList: await changeAttributes(call, changes, { clientMetadata }) };
});

export const adminUpdateUserAttributes = onUser<'AdminUpdateUserAttributes'>(async (call, input) => {
  const { ClientMetadata: clientMetadata } = input;
  await changeAttributes(call, readAttributes(call.pool, input.UserAttributes), { trusted: true, clientMetadata });
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

/** @throws InvalidParameterException when there is nothing to verify */
const verifiable = async (tx: Db, call: UserCall, user: User, attribute: ContactAttribute): Promise<Contact> => {
  const waiting = await pendingValue(tx, call, user, attribute);
  const contact = contactOf({ ...user.attributes, ...waiting }, attribute);
  if (contact === undefined) throw invalidParameter(`The user has no ${attribute} to verify.`);
  return contact;
};

export const getUserAttributeVerificationCode = asUser<'GetUserAttributeVerificationCode'>(
  async (call, { AttributeName, ClientMetadata: clientMetadata }) => {
    await limitAttempts(call, 'GetUserAttributeVerificationCode', call.user.sub);
    if (!isContact(AttributeName)) throw invalidParameter(`Attribute ${AttributeName} can not be verified.`);
    const purpose = `verify:${AttributeName}` as const;
    const known = await verifiable(call.db, call, call.user, AttributeName);
    const wording = await wordMessage(call, call.user, known, { purpose: 'VerifyUserAttribute', clientMetadata });
    const details = await holdUser(call, call.user.sub, async (tx, user) => {
      const contact = await verifiable(tx, call, user, AttributeName);
      return sendCode(tx, call, user, { purpose, contact, wording });
    });
    await handOver(call);
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
