/** People who register themselves: SignUp, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AwsError,
  alreadyConfirmed,
  cannotBeConfirmed,
  cannotResend,
  expiredCode,
  invalidParameter,
  signUpNotPermitted,
  unauthorizedAttribute,
  userDisabled,
  usernameClientNotFound,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import { removeCode } from '../../storage/codes.ts';
import type { User } from '../../storage/users.ts';
import { writableAttributes } from '../attributes/permissions.ts';
import { type Attributes, mergeAttributes, readAttributes, requireAttributes } from '../attributes/values.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { asClient, hidesUsers } from '../doors/as-client.ts';
import { onUser } from '../doors/in-pool.ts';
import { checkCode, sendCode } from '../factors/codes.ts';
import { codeAttributes, confirmationContact, confirmationOrder } from '../factors/contacts.ts';
import { openSignUpSession, sealSignUpSession, signsInAfterSignUp } from '../factors/sign-up-session.ts';
import { refusalOfCode, simulateCode, simulatedDelivery } from '../factors/simulation.ts';
import { limitAttempts, subjectOf } from '../threat-protection/attempt-limits.ts';
import { recordAuthEvent, recorded } from '../threat-protection/events.ts';
import { newUser } from './new-user.ts';
import { checkPolicy } from './passwords.ts';
import { addUser, changeUser, holdUser } from './record.ts';
import { takenAtSignUp } from './taken.ts';
import { nameNewUser } from './username.ts';
import { allowsNoPassword, requireReachable } from './without-password.ts';

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

export const signUp = asClient<'SignUp'>(async (call, input) => {
  const { pool, db, clock } = call;
  if (pool.config.AdminCreateUserConfig?.AllowAdminCreateUserOnly) throw signUpNotPermitted();
  const sub = uuid();
  const { username, attributes } = nameNewUser(pool, input.Username, sub, newAttributes(call, input.UserAttributes));
  requireAttributes(pool, attributes);
  const { Password: plain } = input;
  if (plain === undefined && !allowsNoPassword(pool)) throw invalidParameter('Password is required.');
  if (plain === undefined) requireReachable(pool, attributes);
  else checkPolicy(pool, plain);

  const user = await newUser(call, { sub, username, status: 'UNCONFIRMED', attributes, plain });
  const contact = confirmationContact(pool, attributes);
  let delivery: CodeDeliveryDetailsType | undefined;
  await addUser({ db, pool, clock }, user, {
    taken: takenAtSignUp,
    also: async tx => {
      if (contact) delivery = await sendCode(tx, call, user, { purpose: 'sign-up', contact, message: 'SignUp' });
    },
  });
  recordAuthEvent(call, { sub, type: 'SignUp', response: 'Pass', context: input.UserContextData });
  call.wakeDelivery();
  const Session = signsInAfterSignUp(call) ? sealSignUpSession(call, 'registered', { id: uuid(), sub }) : undefined;
  return { UserConfirmed: false, UserSub: sub, CodeDeliveryDetails: delivery, Session };
});

/** Marks what the code was sent to as verified, if it is still the user's. */
const verified = (user: User, { attribute, value }: { attribute: string; value: string }): Attributes =>
  user.attributes[attribute] === value ? { ...user.attributes, [`${attribute}_verified`]: 'true' } : user.attributes;

/**
 * What InitiateAuth takes for a first sign-in: for whoever brings the session of the sign-up, or a code that would sign in by
 * itself. (Amplify never brings one, and expects one.)
 */
const sessionAfter = (call: ClientCall, { sub, signedOutAt }: User, attribute: string, given: string | undefined) => {
  const suffices = signsInAfterSignUp(call) && codeAttributes(call.pool).some(name => name === attribute);
  const byCode = suffices ? { id: uuid(), sub } : undefined;
  // A session of somebody else, or one that has expired, is not worth failing a confirmation for.
  const session = given === undefined ? byCode : openSignUpSession(call, 'registered', given);
  return session?.sub === sub
    ? sealSignUpSession(call, 'confirmed', { ...session, attribute, signedOutAt })
    : undefined;
};

const refusalToConfirm = (user: User | undefined): AwsError | undefined => {
  if (user === undefined) return usernameClientNotFound();
  if (!user.enabled) return userDisabled();
  return user.status === 'UNCONFIRMED' ? undefined : cannotBeConfirmed(user.status);
};

export const confirmSignUp = asClient<'ConfirmSignUp'>(async (call, input) => {
  const user = await lookUpUser(call, call.pool, input.Username);
  const subject = subjectOf(call, user ?? { unknownName: input.Username });
  await limitAttempts(call, 'ConfirmSignUp', subject);
  const refusal = refusalToConfirm(user);
  if (user === undefined || refusal !== undefined)
    throw hidesUsers(call.client) ? await refusalOfCode(call, 'sign-up', subject) : refusal;
  const code = await checkCode(call, user.sub, 'sign-up', input.ConfirmationCode);
  const confirmed = await changeUser(
    call,
    user.sub,
    current => {
      const refusal = refusalToConfirm(current);
      if (refusal !== undefined) throw hidesUsers(call.client) ? expiredCode() : refusal;
      return { ...current, status: 'CONFIRMED', attributes: verified(current, code) };
    },
    {
      moveAliases: input.ForceAliasCreation ?? false,
      also: async tx => {
        if (!(await removeCode(tx, code))) throw expiredCode();
      },
    },
  );
  return { Session: sessionAfter(call, confirmed, code.attribute, input.Session) };
});

/** Sends the code again. @throws whatever forbids that */
const resend = async (call: ClientCall, sub: string): Promise<CodeDeliveryDetailsType> => {
  const delivery = await holdUser(call, sub, (tx, user) => {
    if (!user.enabled) throw userDisabled();
    if (user.status !== 'UNCONFIRMED') throw alreadyConfirmed();
    const contact = confirmationContact(call.pool, user.attributes);
    if (contact === undefined)
      throw invalidParameter('The user has no e-mail address or phone number that a code could be sent to.');
    return sendCode(tx, call, user, { purpose: 'sign-up', contact, message: 'ResendCode' });
  });
  call.wakeDelivery();
  return delivery;
};

export const resendConfirmationCode = asClient<'ResendConfirmationCode'>(async (call, input) => {
  const { pool, client } = call;
  const user = await lookUpUser(call, pool, input.Username);
  const subject = subjectOf(call, user ?? { unknownName: input.Username });
  await limitAttempts(call, 'ResendConfirmationCode', subject);
  if (!pool.config.AutoVerifiedAttributes?.length) throw cannotResend();
  try {
    if (user === undefined) throw usernameClientNotFound();
    const event = { sub: user.sub, type: 'ResendCode' as const, context: input.UserContextData };
    return { CodeDeliveryDetails: await recorded(call, event, () => resend(call, user.sub)) };
  } catch (refusal) {
    if (!hidesUsers(client) || !(refusal instanceof AwsError)) throw refusal;
    await simulateCode(call, 'sign-up', subject);
    return { CodeDeliveryDetails: simulatedDelivery(call, user ?? input.Username, confirmationOrder(pool)) };
  }
});

/** Confirms the account; it says nothing about the user's e-mail address or phone number. */
export const adminConfirmSignUp = onUser<'AdminConfirmSignUp'>(async call => {
  await changeUser(call, call.user.sub, user => {
    if (user.status !== 'UNCONFIRMED') throw cannotBeConfirmed(user.status);
    return { ...user, status: 'CONFIRMED' };
  });
  return {};
});
