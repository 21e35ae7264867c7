/** AdminCreateUser: accounts made by administrators, their temporary password and invitation. */
import { resendNotPossible, userNotFound } from '../../contract/errors.ts';
import type { Input } from '../../contract/operations.ts';
import { uuid } from '../../lib/random.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import { type Attributes, mergeAttributes, readAttributes } from '../attributes/values.ts';
import type { PoolCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { inPool } from '../doors/in-pool.ts';
import { handOver } from '../messaging/first-try.ts';
import { policyOf, temporaryPassword } from '../pools/password-policy.ts';
import { preSignUp, validationMap } from '../triggers/pre-sign-up.ts';
import { describeUser } from './describe.ts';
import { invitationContacts, invite, unreachable, wordInvitation } from './invitation.ts';
import { newUser } from './new-user.ts';
import { checkPolicy, sealPassword } from './passwords.ts';
import { addUser, changeUser, requireFreeNames } from './record.ts';
import { takenAtCreation } from './taken.ts';
import { nameNewUser } from './username.ts';
import { allowsNoPassword, requireReachable } from './without-password.ts';

type Request = Input<'AdminCreateUser'>;

/** Administrators are not bound by a client's permissions. */
const givenAttributes = (call: PoolCall, request: Request): Attributes =>
  mergeAttributes({}, readAttributes(call.pool, request.UserAttributes));

/**
 * The temporary password, given or made up. In a pool where codes sign people in there is none unless it is given.
 * @throws InvalidPasswordException, or InvalidParameterException for somebody without one whom no code could reach
 */
const firstPassword = (pool: UserPool, { TemporaryPassword: given }: Request, attributes: Attributes) => {
  if (given !== undefined) checkPolicy(pool, given, { byAdmin: true });
  if (given !== undefined || !allowsNoPassword(pool)) return given ?? temporaryPassword(policyOf(pool));
  requireReachable(pool, attributes);
  return undefined;
};

const create = async (call: PoolCall, request: Request): Promise<User> => {
  const { pool } = call;
  const sub = uuid();
  const { username, attributes } = nameNewUser(pool, request.Username, sub, givenAttributes(call, request));
  const plain = firstPassword(pool, request, attributes);
  const status = plain === undefined ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
  const contacts = invitationContacts(request, attributes);
  const naming = { taken: takenAtCreation, moveAliases: request.ForceAliasCreation ?? false };
  await requireFreeNames(call, { sub, username, attributes }, naming);
  const { ClientMetadata: clientMetadata } = request;
  const validationData = validationMap(request.ValidationData);
  await preSignUp(call, 'AdminCreateUser', { userName: username, attributes }, { validationData, clientMetadata });
  const user = await newUser(call, { sub, username, status, attributes, plain });
  const invitation = await wordInvitation(call, user, { password: plain, contacts, clientMetadata });
  await addUser(call, user, { ...naming, also: tx => invite(tx, call, user, invitation) });
  return user;
};

/** RESEND: a new temporary password, with its time starting anew, for somebody who has not signed in yet. */
const resend = async (call: PoolCall, request: Request): Promise<User> => {
  const { pool, clock } = call;
  const user = await lookUpUser(call, pool, request.Username, { orSub: true });
  if (user === undefined) throw userNotFound();
  if (user.status !== 'FORCE_CHANGE_PASSWORD') throw resendNotPossible(request.Username);
  if (request.TemporaryPassword !== undefined) checkPolicy(pool, request.TemporaryPassword, { byAdmin: true });
  const plain = request.TemporaryPassword ?? temporaryPassword(policyOf(pool));
  const contacts = invitationContacts(request, user.attributes);
  if (contacts.length === 0) throw unreachable();
  const { ClientMetadata: clientMetadata } = request;
  const invitation = await wordInvitation(call, user, { password: plain, contacts, clientMetadata });
  const password = await sealPassword(call, user, plain);
  return changeUser(
    call,
    user.sub,
    current => {
      if (current.status !== 'FORCE_CHANGE_PASSWORD') throw resendNotPossible(request.Username);
      return { ...current, password, passwordSetAt: clock.now() };
    },
    { also: (tx, _, after) => invite(tx, call, after, invitation) },
  );
};

export const adminCreateUser = inPool<'AdminCreateUser'>(async (call, request) => {
  const user = request.MessageAction === 'RESEND' ? await resend(call, request) : await create(call, request);
  await handOver(call);
  return { User: describeUser(user) };
});
