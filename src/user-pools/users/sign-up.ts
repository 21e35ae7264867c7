/** People who register themselves: SignUp, ResendConfirmationCode. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AwsError,
  alreadyConfirmed,
  cannotResend,
  invalidParameter,
  signUpNotPermitted,
  unauthorizedAttribute,
  userDisabled,
  usernameClientNotFound,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import type { User } from '../../storage/users.ts';
import { writableAttributes } from '../attributes/permissions.ts';
import { type Attributes, mergeAttributes, readAttributes, requireAttributes } from '../attributes/values.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { asClient, hidesUsers } from '../doors/as-client.ts';
import { sendCode } from '../factors/codes.ts';
import { type Contact, confirmationContact, confirmationOrder } from '../factors/contacts.ts';
import { sealSignUpSession, signsInAfterSignUp } from '../factors/sign-up-session.ts';
import { simulateCode, simulatedDelivery } from '../factors/simulation.ts';
import { handOver } from '../messaging/first-try.ts';
import { wordMessage } from '../messaging/message.ts';
import { limitAttempts, subjectOf } from '../threat-protection/attempt-limits.ts';
import { recordAuthEvent, recorded } from '../threat-protection/events.ts';
import type { StringMap } from '../triggers/catalog.ts';
import { postConfirmation } from '../triggers/post-confirmation.ts';
import { preSignUp, type Verdict, validationMap } from '../triggers/pre-sign-up.ts';
import { sessionAfter } from './confirm-sign-up.ts';
import { newUser } from './new-user.ts';
import { checkPolicy } from './passwords.ts';
import { addUser, holdUser, requireFreeNames } from './record.ts';
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

/** Where the function behind PreSignUp vouches for a contact, it counts as verified. */
const withVerified = (attributes: Attributes, { verified }: Verdict): Attributes => ({
  ...attributes,
  ...Object.fromEntries(verified.map(name => [`${name}_verified`, 'true'])),
});

/** Whoever need not be confirmed any more has no code to wait for. */
const insert = async (
  call: ClientCall,
  user: User,
  { confirmed, verified }: Verdict,
  clientMetadata: StringMap | undefined,
) => {
  const contact = confirmed ? undefined : confirmationContact(call.pool, user.attributes);
  const wording = contact && (await wordMessage(call, user, contact, { purpose: 'SignUp', clientMetadata }));
  let delivery: CodeDeliveryDetailsType | undefined;
  await addUser(call, user, {
    taken: takenAtSignUp,
    moveAliases: verified.length > 0,
    also: async tx => {
      if (contact && wording) delivery = await sendCode(tx, call, user, { purpose: 'sign-up', contact, wording });
    },
  });
  return delivery;
};

/** For ConfirmSignUp, or at once for InitiateAuth: who was confirmed here has shown nothing, unless the function vouches for it. */
const firstSession = (call: ClientCall, user: User, { confirmed, verified }: Verdict): string | undefined => {
  if (!signsInAfterSignUp(call)) return undefined;
  if (!confirmed) return sealSignUpSession(call, 'registered', { id: uuid(), sub: user.sub });
  return verified.map(attribute => sessionAfter(call, user, attribute, undefined)).find(session => session);
};

export const signUp = asClient<'SignUp'>(async (call, input) => {
  const { pool } = call;
  if (pool.config.AdminCreateUserConfig?.AllowAdminCreateUserOnly) throw signUpNotPermitted();
  const sub = uuid();
  const { username, attributes } = nameNewUser(pool, input.Username, sub, newAttributes(call, input.UserAttributes));
  requireAttributes(pool, attributes);
  const { Password: plain, ClientMetadata: clientMetadata } = input;
  if (plain === undefined && !allowsNoPassword(pool)) throw invalidParameter('Password is required.');
  if (plain === undefined) requireReachable(pool, attributes);
  else checkPolicy(pool, plain);
  await requireFreeNames(call, { sub, username, attributes }, { taken: takenAtSignUp });

  const validationData = validationMap(input.ValidationData);
  const verdict = await preSignUp(
    call,
    'SignUp',
    { userName: username, attributes },
    { validationData, clientMetadata },
  );
  const status = verdict.confirmed ? 'CONFIRMED' : 'UNCONFIRMED';
  const user = await newUser(call, { sub, username, status, attributes: withVerified(attributes, verdict), plain });
  const CodeDeliveryDetails = await insert(call, user, verdict, clientMetadata);
  recordAuthEvent(call, { sub, type: 'SignUp', response: 'Pass', context: input.UserContextData });
  if (verdict.confirmed) await postConfirmation(call, 'ConfirmSignUp', user, clientMetadata);
  const Session = firstSession(call, user, verdict);
  await handOver(call);
  return { UserConfirmed: verdict.confirmed, UserSub: sub, CodeDeliveryDetails, Session };
});

/** Where the code goes once more. @throws whatever forbids that */
const confirmable = ({ pool }: ClientCall, user: User): Contact => {
  if (!user.enabled) throw userDisabled();
  if (user.status !== 'UNCONFIRMED') throw alreadyConfirmed();
  const contact = confirmationContact(pool, user.attributes);
  if (contact === undefined)
    throw invalidParameter('The user has no e-mail address or phone number that a code could be sent to.');
  return contact;
};

const resend = async (
  call: ClientCall,
  known: User,
  clientMetadata: StringMap | undefined,
): Promise<CodeDeliveryDetailsType> => {
  const message = { purpose: 'ResendCode' as const, clientMetadata, unseen: hidesUsers(call.client) };
  const wording = await wordMessage(call, known, confirmable(call, known), message);
  const delivery = await holdUser(call, known.sub, (tx, user) =>
    sendCode(tx, call, user, { purpose: 'sign-up', contact: confirmable(call, user), wording }),
  );
  // Neither what becomes of the message nor how long that takes may tell that there is a user.
  if (hidesUsers(call.client)) call.wakeDelivery();
  else await handOver(call);
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
    return { CodeDeliveryDetails: await recorded(call, event, () => resend(call, user, input.ClientMetadata)) };
  } catch (refusal) {
    if (!hidesUsers(client) || !(refusal instanceof AwsError)) throw refusal;
    await simulateCode(call, 'sign-up', subject);
    return { CodeDeliveryDetails: simulatedDelivery(call, user ?? input.Username, confirmationOrder(pool)) };
  }
});
