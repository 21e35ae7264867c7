/** AdminCreateUser: accounts made by administrators, their temporary password and invitation. */
import { invalidParameter, resendNotPossible, userNotFound } from '../../contract/errors.ts';
import type { Input } from '../../contract/operations.ts';
import { uuid } from '../../lib/random.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import type { User } from '../../storage/users.ts';
import { type Attributes, mergeAttributes, readAttributes } from '../attributes/values.ts';
import type { PoolCall } from '../call/call.ts';
import { lookUpUser, shownName } from '../call/sign-in-names.ts';
import { inPool } from '../doors/in-pool.ts';
import { type Contact, contactOf } from '../factors/contacts.ts';
import { enqueue } from '../messaging/outbox.ts';
import { compose } from '../messaging/templates.ts';
import { policyOf, temporaryPassword, temporaryPasswordLifetime } from '../pools/password-policy.ts';
import { describeUser } from './describe.ts';
import { newUser } from './new-user.ts';
import { checkPolicy, sealPassword } from './passwords.ts';
import { addUser, changeUser } from './record.ts';
import { takenAtCreation } from './taken.ts';
import { nameNewUser } from './username.ts';
import { allowsNoPassword, requireReachable } from './without-password.ts';

type Request = Input<'AdminCreateUser'>;

const attributeOf = { SMS: 'phone_number', EMAIL: 'email' } as const;

/**
 * The invitation goes by each medium that is asked for and that the user has. Where none is asked for, it goes by SMS, by e-mail
 * to those without a phone, and to nobody who has neither.
 * @throws InvalidParameterException when the user can be reached by nothing that was asked for
 */
const invitationContacts = (request: Request, attributes: Attributes): Contact[] => {
  if (request.MessageAction === 'SUPPRESS') return [];
  const asked = request.DesiredDeliveryMediums ?? [];
  const media = asked.length > 0 ? asked : (['SMS', 'EMAIL'] as const);
  const found = media.flatMap(medium => contactOf(attributes, attributeOf[medium]) ?? []);
  if (asked.length > 0 && found.length === 0) throw unreachable();
  return asked.length > 0 ? found : found.slice(0, 1);
};

const unreachable = () =>
  invalidParameter('The user has no e-mail address or phone number that an invitation could be sent to.');

const invite = async (
  tx: Db,
  call: PoolCall,
  user: User,
  password: string | undefined,
  contacts: Contact[],
): Promise<void> => {
  const expiresAt = call.clock.now() + temporaryPasswordLifetime(call.pool);
  for (const { medium, value: destination } of contacts) {
    const username = shownName(call.pool, user);
    const content = compose(call.pool.config, { purpose: 'AdminCreateUser', medium, username, code: password });
    const address = { poolId: user.poolId, sub: user.sub, medium, destination, purpose: 'AdminCreateUser' as const };
    await enqueue(tx, call, { ...address, content, expiresAt });
  }
};

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
  const user = await newUser(call, { sub, username, status, attributes, plain });
  const contacts = invitationContacts(request, attributes);
  await addUser(call, user, {
    taken: takenAtCreation,
    moveAliases: request.ForceAliasCreation ?? false,
    also: tx => invite(tx, call, user, plain, contacts),
  });
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
  const password = await sealPassword(call, user, plain);
  return changeUser(
    call,
    user.sub,
    current => {
      if (current.status !== 'FORCE_CHANGE_PASSWORD') throw resendNotPossible(request.Username);
      return { ...current, password, passwordSetAt: clock.now() };
    },
    { also: (tx, _, after) => invite(tx, call, after, plain, contacts) },
  );
};

export const adminCreateUser = inPool<'AdminCreateUser'>(async (call, request) => {
  const user = request.MessageAction === 'RESEND' ? await resend(call, request) : await create(call, request);
  call.wakeDelivery();
  return { User: describeUser(user) };
});
