/** Forgotten passwords: ForgotPassword, ConfirmForgotPassword, AdminResetUserPassword. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AwsError,
  contactAdministrator,
  expiredCode,
  noRecoveryContact,
  resetNotPossible,
  userDisabled,
  usernameClientNotFound,
} from '../../contract/errors.ts';
import { removeCode } from '../../storage/codes.ts';
import type { User } from '../../storage/users.ts';
import type { PoolCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { asClient, hidesUsers } from '../doors/as-client.ts';
import { onUser } from '../doors/in-pool.ts';
import { checkCode, sendCode } from '../factors/codes.ts';
import { type Contact, isAdminOnly, recoveryContact, simulatedDelivery } from '../factors/contacts.ts';
import { limitAttempts, subjectOf } from '../threat-protection/attempt-limits.ts';
import { checkHistory, checkPolicy, rememberPassword, sealPassword } from './passwords.ts';
import { changeUser } from './record.ts';

/**
 * Where the code goes.
 * @throws NotAuthorizedException (disabled, or in a state without a password of their own), InvalidParameterException (nowhere)
 */
const recoverable = ({ pool }: PoolCall, user: User): Contact => {
  if (!user.enabled) throw userDisabled();
  if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED') throw resetNotPossible();
  const contact = recoveryContact(pool, user);
  if (contact === undefined) throw noRecoveryContact();
  return contact;
};

const sendRecoveryCode = async (call: PoolCall, user: User, contact: Contact): Promise<CodeDeliveryDetailsType> => {
  const details = await call.db
    .transaction()
    .execute(tx => sendCode(tx, call, user, { purpose: 'forgot-password', contact, message: 'ForgotPassword' }));
  call.wakeDelivery();
  return details;
};

export const forgotPassword = asClient<'ForgotPassword'>(async (call, input) => {
  const { pool, client } = call;
  if (isAdminOnly(pool)) throw contactAdministrator();
  const user = await lookUpUser(call, pool, input.Username);
  await limitAttempts(call, 'ForgotPassword', subjectOf(call, user ?? { unknownName: input.Username }));
  if (user === undefined && !hidesUsers(client)) throw usernameClientNotFound();
  try {
    if (user === undefined) throw usernameClientNotFound();
    return { CodeDeliveryDetails: await sendRecoveryCode(call, user, recoverable(call, user)) };
  } catch (refusal) {
    // Whatever it is that forbids a reset would tell that the user exists.
    if (!hidesUsers(client) || !(refusal instanceof AwsError)) throw refusal;
    return { CodeDeliveryDetails: simulatedDelivery(pool, input.Username) };
  }
});

export const confirmForgotPassword = asClient<'ConfirmForgotPassword'>(async (call, input) => {
  const { pool, client, clock } = call;
  const user = await lookUpUser(call, pool, input.Username);
  await limitAttempts(call, 'ConfirmForgotPassword', subjectOf(call, user ?? { unknownName: input.Username }));
  if (user === undefined) throw hidesUsers(client) ? expiredCode() : usernameClientNotFound();
  if (!user.enabled) throw hidesUsers(client) ? expiredCode() : userDisabled();
  const code = await checkCode(call, user.sub, 'forgot-password', input.ConfirmationCode);
  checkPolicy(pool, input.Password);
  await checkHistory(call, user, input.Password);
  const password = await sealPassword(call, user, input.Password);
  await changeUser(
    call,
    user.sub,
    current => {
      if (current.status !== 'CONFIRMED' && current.status !== 'RESET_REQUIRED') throw resetNotPossible();
      return { ...current, status: 'CONFIRMED', password, passwordSetAt: clock.now() };
    },
    {
      also: async (tx, before) => {
        if (!(await removeCode(tx, code))) throw expiredCode();
        await rememberPassword(tx, pool, before);
      },
    },
  );
  return {};
});

/** The password is good for nothing from now on; the user sets a new one with the code that is sent. */
export const adminResetUserPassword = onUser<'AdminResetUserPassword'>(async call => {
  const { user } = call;
  const contact = recoverable(call, user);
  await changeUser(call, user.sub, current => ({ ...current, status: 'RESET_REQUIRED' }), {
    also: async tx => {
      await sendCode(tx, call, user, { purpose: 'forgot-password', contact, message: 'ForgotPassword' });
    },
  });
  call.wakeDelivery();
  return {};
});
