/** People who register themselves: SignUp, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import {
  accountWithGivenExists,
  alreadyConfirmed,
  cannotBeConfirmed,
  cannotResend,
  expiredCode,
  invalidParameter,
  signUpNotPermitted,
  unauthorizedAttribute,
  usernameClientNotFound,
  usernameExists,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import { removeCode } from '../../storage/codes.ts';
import type { User } from '../../storage/users.ts';
import { writableAttributes } from '../attributes/permissions.ts';
import { type Attributes, mergeAttributes, readAttributes, requireAttributes } from '../attributes/values.ts';
import type { ClientCall, PoolCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { asClient, hidesUsers } from '../doors/as-client.ts';
import { onUser } from '../doors/in-pool.ts';
import { checkCode, sendCode } from '../factors/codes.ts';
import { confirmationContact, simulatedDelivery } from '../factors/contacts.ts';
import { limitAttempts, subjectOf } from '../threat-protection/attempt-limits.ts';
import { checkPolicy, sealPassword } from './passwords.ts';
import { addUser, changeUser } from './record.ts';
import { nameNewUser } from './username.ts';

/** @throws NotAuthorizedException when the client may not write one of them */
export const checkWritable = ({ client }: Pick<ClientCall, 'client'>, attributes: Attributes): void => {
  const writable = writableAttributes(client);
  if (Object.keys(attributes).some(name => !writable.has(name))) throw unauthorizedAttribute();
};

/** What the request says of the new user, checked against schema and permissions. */
const newAttributes = (call: ClientCall, given: { Name: string; Value?: string }[] | undefined): Attributes => {
  const attributes = readAttributes(call.pool, given);
  checkWritable(call, attributes);
  if (attributes.preferred_username && call.pool.config.AliasAttributes?.includes('preferred_username'))
    throw invalidParameter('preferred_username can not be set at sign-up when it is an alias.');
  return mergeAttributes({}, attributes);
};

const taken = (pool: PoolCall['pool'], attributes: Attributes) => () => {
  const kind = pool.config.UsernameAttributes?.find(attribute => attributes[attribute]);
  return kind === undefined ? usernameExists() : accountWithGivenExists(kind);
};

export const signUp = asClient<'SignUp'>(async (call, input) => {
  const { pool, db, clock } = call;
  if (pool.config.AdminCreateUserConfig?.AllowAdminCreateUserOnly) throw signUpNotPermitted();
  const sub = uuid();
  const { username, attributes } = nameNewUser(pool, input.Username, sub, newAttributes(call, input.UserAttributes));
  requireAttributes(pool, attributes);
  if (input.Password === undefined) throw invalidParameter('Password is required.');
  checkPolicy(pool, input.Password);

  const now = clock.now();
  const person = { poolId: pool.id, sub, username };
  const user: User = {
    ...person,
    status: 'UNCONFIRMED',
    enabled: true,
    attributes,
    password: await sealPassword(call, person, input.Password),
    passwordSetAt: now,
    signedOutAt: null,
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
  const contact = confirmationContact(pool, attributes);
  let delivery: CodeDeliveryDetailsType | undefined;
  await addUser({ db, pool, clock }, user, {
    exists: taken(pool, attributes),
    also: async tx => {
      if (contact) delivery = await sendCode(tx, call, user, { purpose: 'sign-up', contact, message: 'SignUp' });
    },
  });
  call.wakeDelivery();
  return { UserConfirmed: false, UserSub: sub, CodeDeliveryDetails: delivery };
});

/** Marks what the code was sent to as verified, if it is still the user's. */
const verified = (user: User, { attribute, value }: { attribute: string; value: string }): Attributes =>
  user.attributes[attribute] === value ? { ...user.attributes, [`${attribute}_verified`]: 'true' } : user.attributes;

export const confirmSignUp = asClient<'ConfirmSignUp'>(async (call, input) => {
  const user = await lookUpUser(call, call.pool, input.Username);
  const subject = subjectOf(call, user ?? { unknownName: input.Username });
  await limitAttempts(call, 'ConfirmSignUp', subject);
  if (user === undefined) throw hidesUsers(call.client) ? expiredCode() : usernameClientNotFound();
  if (user.status !== 'UNCONFIRMED') throw hidesUsers(call.client) ? expiredCode() : cannotBeConfirmed(user.status);
  const code = await checkCode(call, user.sub, 'sign-up', input.ConfirmationCode);
  await changeUser(
    call,
    user.sub,
    current => {
      if (current.status !== 'UNCONFIRMED') throw cannotBeConfirmed(current.status);
      return { ...current, status: 'CONFIRMED', attributes: verified(current, code) };
    },
    {
      moveAliases: input.ForceAliasCreation ?? false,
      also: async tx => {
        if (!(await removeCode(tx, code))) throw expiredCode();
      },
    },
  );
  return {};
});

export const resendConfirmationCode = asClient<'ResendConfirmationCode'>(async (call, input) => {
  const { pool, client } = call;
  const user = await lookUpUser(call, pool, input.Username);
  await limitAttempts(call, 'ResendConfirmationCode', subjectOf(call, user ?? { unknownName: input.Username }));
  if (!pool.config.AutoVerifiedAttributes?.length) throw cannotResend();
  const hidden = { CodeDeliveryDetails: simulatedDelivery(pool, input.Username) };
  if (user === undefined) {
    if (hidesUsers(client)) return hidden;
    throw usernameClientNotFound();
  }
  if (user.status !== 'UNCONFIRMED') {
    if (hidesUsers(client)) return hidden;
    throw alreadyConfirmed();
  }
  const contact = confirmationContact(pool, user.attributes);
  if (contact === undefined) {
    if (hidesUsers(client)) return hidden;
    throw invalidParameter('The user has no e-mail address or phone number that a code could be sent to.');
  }
  const delivery = await call.db
    .transaction()
    .execute(tx => sendCode(tx, call, user, { purpose: 'sign-up', contact, message: 'ResendCode' }));
  call.wakeDelivery();
  return { CodeDeliveryDetails: delivery };
});

/** Confirms the account; it says nothing about the user's e-mail address or phone number. */
export const adminConfirmSignUp = onUser<'AdminConfirmSignUp'>(async call => {
  await changeUser(call, call.user.sub, user => {
    if (user.status !== 'UNCONFIRMED') throw cannotBeConfirmed(user.status);
    return { ...user, status: 'CONFIRMED' };
  });
  return {};
});
