/** Forgotten passwords: ForgotPassword, ConfirmForgotPassword, AdminResetUserPassword. */
import type { CodeDeliveryDetailsType, UserContextDataType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AwsError,
  contactAdministrator,
  expiredCode,
  noRecoveryContact,
  resetNotPossible,
  userDisabled,
  usernameClientNotFound,
} from '../../contract/errors.ts';
import type { Input } from '../../contract/operations.ts';
import { removeCode } from '../../storage/codes.ts';
import type { User } from '../../storage/users.ts';
import type { ClientCall, PoolCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { asClient, hidesUsers } from '../doors/as-client.ts';
import { onUser } from '../doors/in-pool.ts';
import { checkCode, sendCode } from '../factors/codes.ts';
import { type Contact, isAdminOnly, recoveryOrder } from '../factors/contacts.ts';
import { recoveryContact } from '../factors/recovery-contact.ts';
import { refusalOfCode, simulateCode, simulatedDelivery } from '../factors/simulation.ts';
import { handOver } from '../messaging/first-try.ts';
import { wordMessage } from '../messaging/message.ts';
import { limitAttempts, subjectOf } from '../threat-protection/attempt-limits.ts';
import { recorded } from '../threat-protection/events.ts';
import type { StringMap } from '../triggers/catalog.ts';
import { postConfirmation } from '../triggers/post-confirmation.ts';
import { migratesUsers } from '../triggers/user-migration.ts';
import { migrateUser } from './migrate.ts';
import { checkHistory, checkPolicy, rememberPassword, sealPassword } from './passwords.ts';
import { changeUser, holdUser } from './record.ts';

/** Whoever has a password of their own, or had one until an administrator called for a new one. */
const canReset = ({ status }: User): boolean => status === 'CONFIRMED' || status === 'RESET_REQUIRED';

/**
 * Where the code goes.
 * @throws NotAuthorizedException (disabled, or in a state without a password of their own), InvalidParameterException (nowhere)
 */
const recoverable = ({ pool }: PoolCall, user: User): Contact => {
  if (!user.enabled) throw userDisabled();
  if (!canReset(user)) throw resetNotPossible();
  const contact = recoveryContact(pool, user);
  if (contact === undefined) throw noRecoveryContact();
  return contact;
};

/** The refusal is the newest record's: nobody disables or deletes the user while the code is made. */
const sendRecoveryCode = async (
  call: ClientCall,
  known: User,
  clientMetadata: StringMap | undefined,
): Promise<CodeDeliveryDetailsType> => {
  const message = { purpose: 'ForgotPassword' as const, clientMetadata, unseen: hidesUsers(call.client) };
  const wording = await wordMessage(call, known, recoverable(call, known), message);
  const details = await holdUser(call, known.sub, (tx, user) =>
    sendCode(tx, call, user, { purpose: 'forgot-password', contact: recoverable(call, user), wording }),
  );
  // Neither what becomes of the message nor how long that takes may tell that there is a user.
  if (hidesUsers(call.client)) call.wakeDelivery();
  else await handOver(call);
  return details;
};

/** ForgotPassword is in progress once the code is on its way, and passes with ConfirmForgotPassword. */
const recovery = ({ sub }: User, { UserContextData }: { UserContextData?: UserContextDataType | undefined }) => ({
  sub,
  type: 'ForgotPassword' as const,
  context: UserContextData,
});

/** Somebody whom the pool does not know may be known in another directory. @throws UserNotFoundException, or what the function says */
const migrated = (call: ClientCall, { Username: name, ClientMetadata }: Input<'ForgotPassword'>): Promise<User> => {
  if (!migratesUsers(call)) throw usernameClientNotFound();
  return migrateUser(call, { occasion: 'ForgotPassword', name, clientMetadata: ClientMetadata });
};

export const forgotPassword = asClient<'ForgotPassword'>(async (call, input) => {
  const { pool, client } = call;
  if (isAdminOnly(pool)) throw contactAdministrator();
  let user = await lookUpUser(call, pool, input.Username);
  await limitAttempts(call, 'ForgotPassword', subjectOf(call, user ?? { unknownName: input.Username }));
  try {
    const person = user ?? (await migrated(call, input));
    user = person;
    const event = { ...recovery(person, input), passes: 'InProgress' as const };
    return {
      CodeDeliveryDetails: await recorded(call, event, () => sendRecoveryCode(call, person, input.ClientMetadata)),
    };
  } catch (refusal) {
    // Whatever it is that forbids a reset would tell that the user exists.
    if (!hidesUsers(client) || !(refusal instanceof AwsError)) throw refusal;
    await simulateCode(call, 'forgot-password', subjectOf(call, user ?? { unknownName: input.Username }));
    return { CodeDeliveryDetails: simulatedDelivery(call, user ?? input.Username, recoveryOrder(pool)) };
  }
});

/** @throws CodeMismatchException, ExpiredCodeException, or what the password policy says */
const setForgottenPassword = async (
  call: PoolCall,
  user: User,
  input: Pick<Input<'ConfirmForgotPassword'>, 'ConfirmationCode' | 'Password'>,
): Promise<User> => {
  const { pool, clock } = call;
  const code = await checkCode(call, user.sub, 'forgot-password', input.ConfirmationCode);
  checkPolicy(pool, input.Password);
  await checkHistory(call, user, input.Password);
  const password = await sealPassword(call, user, input.Password);
  return changeUser(
    call,
    user.sub,
    current => {
      if (!canReset(current)) throw resetNotPossible();
      // Whoever has the user's former address in their hands must not set the password.
      if (current.attributes[code.attribute] !== code.value) throw expiredCode();
      return { ...current, status: 'CONFIRMED', password, passwordSetAt: clock.now() };
    },
    {
      also: async (tx, before) => {
        if (!(await removeCode(tx, code))) throw expiredCode();
        await rememberPassword(tx, pool, before);
      },
    },
  );
};

export const confirmForgotPassword = asClient<'ConfirmForgotPassword'>(async (call, input) => {
  const { pool, client } = call;
  const user = await lookUpUser(call, pool, input.Username);
  const subject = subjectOf(call, user ?? { unknownName: input.Username });
  await limitAttempts(call, 'ConfirmForgotPassword', subject);
  if (user === undefined || !user.enabled) {
    if (hidesUsers(client)) throw await refusalOfCode(call, 'forgot-password', subject);
    throw user === undefined ? usernameClientNotFound() : userDisabled();
  }
  const recovered = await recorded(call, recovery(user, input), () => setForgottenPassword(call, user, input));
  await postConfirmation(call, 'ConfirmForgotPassword', recovered, input.ClientMetadata);
  return {};
});

/** The password is good for nothing from now on; the user sets a new one with the code that is sent. */
export const adminResetUserPassword = onUser<'AdminResetUserPassword'>(async (call, { ClientMetadata }) => {
  const message = { purpose: 'ForgotPassword' as const, clientMetadata: ClientMetadata };
  const wording = await wordMessage(call, call.user, recoverable(call, call.user), message);
  const reset = (user: User): User => {
    recoverable(call, user);
    return { ...user, status: 'RESET_REQUIRED' };
  };
  await changeUser(call, call.user.sub, reset, {
    also: async (tx, before) => {
      await sendCode(tx, call, before, { purpose: 'forgot-password', contact: recoverable(call, before), wording });
    },
  });
  await handOver(call);
  return {};
});
