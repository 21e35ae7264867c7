/** New accounts are confirmed: by a code (ConfirmSignUp, or the link that carries it), or by an administrator (AdminConfirmSignUp). */
import {
  type AwsError,
  cannotBeConfirmed,
  expiredCode,
  userDisabled,
  usernameClientNotFound,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import { type Code, removeCode } from '../../storage/codes.ts';
import type { User } from '../../storage/users.ts';
import type { Attributes } from '../attributes/values.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { asClient, hidesUsers } from '../doors/as-client.ts';
import { onUser } from '../doors/in-pool.ts';
import { checkCode } from '../factors/codes.ts';
import { codeAttributes } from '../factors/contacts.ts';
import { openSignUpSession, sealSignUpSession, signsInAfterSignUp } from '../factors/sign-up-session.ts';
import { refusalOfCode } from '../factors/simulation.ts';
import { limitAttempts, subjectOf } from '../threat-protection/attempt-limits.ts';
import type { StringMap } from '../triggers/catalog.ts';
import { postConfirmation } from '../triggers/post-confirmation.ts';
import { changeUser } from './record.ts';

/** Marks what the code was sent to as verified, if it is still the user's. */
const verified = (user: User, { attribute, value }: { attribute: string; value: string }): Attributes =>
  user.attributes[attribute] === value ? { ...user.attributes, [`${attribute}_verified`]: 'true' } : user.attributes;

/**
 * What InitiateAuth takes for a first sign-in: for whoever brings the session of the sign-up, or a code that would sign in by
 * itself. (Amplify never brings one, and expects one.)
 * @param attribute by which the account was confirmed
 */
export const sessionAfter = (
  call: ClientCall,
  { sub, signedOutAt }: User,
  attribute: string,
  given: string | undefined,
): string | undefined => {
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

/**
 * The code by which a new account may be confirmed. Tries are counted.
 * @throws CodeMismatchException, ExpiredCodeException, LimitExceededException; where the client may learn who exists, also
 * UserNotFoundException and NotAuthorizedException
 */
export const checkSignUpCode = async (call: ClientCall, username: string, text: string): Promise<Code> => {
  const user = await lookUpUser(call, call.pool, username);
  const subject = subjectOf(call, user ?? { unknownName: username });
  await limitAttempts(call, 'ConfirmSignUp', subject);
  const refusal = refusalToConfirm(user);
  if (user === undefined || refusal !== undefined)
    throw hidesUsers(call.client) ? await refusalOfCode(call, 'sign-up', subject) : refusal;
  return checkCode(call, user.sub, 'sign-up', text);
};

/**
 * Confirms the account that a code was sent to, which uses it up, and then tells the pool's function.
 * @param code which has been checked
 * @throws ExpiredCodeException when somebody else was quicker, NotAuthorizedException, AliasExistsException; and what the
 * function brings about, by which time the account is confirmed
 */
export const confirmAccount = async (
  call: ClientCall,
  code: Code,
  { moveAliases = false, clientMetadata }: { moveAliases?: boolean; clientMetadata?: StringMap | undefined } = {},
): Promise<User> => {
  const confirmed = await changeUser(
    call,
    code.sub,
    current => {
      const refusal = refusalToConfirm(current);
      if (refusal !== undefined) throw hidesUsers(call.client) ? expiredCode() : refusal;
      return { ...current, status: 'CONFIRMED', attributes: verified(current, code) };
    },
    {
      moveAliases,
      also: async tx => {
        if (!(await removeCode(tx, code))) throw expiredCode();
      },
    },
  );
  await postConfirmation(call, 'ConfirmSignUp', confirmed, clientMetadata);
  return confirmed;
};

export const confirmSignUp = asClient<'ConfirmSignUp'>(async (call, input) => {
  const code = await checkSignUpCode(call, input.Username, input.ConfirmationCode);
  const confirmed = await confirmAccount(call, code, {
    moveAliases: input.ForceAliasCreation ?? false,
    clientMetadata: input.ClientMetadata,
  });
  return { Session: sessionAfter(call, confirmed, code.attribute, input.Session) };
});

/** Confirms the account; it says nothing about the user's e-mail address or phone number. */
export const adminConfirmSignUp = onUser<'AdminConfirmSignUp'>(async (call, { ClientMetadata }) => {
  const confirmed = await changeUser(call, call.user.sub, user => {
    if (user.status !== 'UNCONFIRMED') throw cannotBeConfirmed(user.status);
    return { ...user, status: 'CONFIRMED' };
  });
  await postConfirmation(call, 'ConfirmSignUp', confirmed, ClientMetadata);
  return {};
});
