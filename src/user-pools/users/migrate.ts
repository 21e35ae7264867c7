/** Somebody whom the function behind UserMigration knows becomes a user of the pool. */
import { AwsError } from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import { type Attributes, mergeAttributes, readAttributes } from '../attributes/values.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser, nameKey, signInNames } from '../call/sign-in-names.ts';
import type { Contact } from '../factors/contacts.ts';
import { askableFactors } from '../factors/second-factors.ts';
import type { TriggerResponse } from '../triggers/catalog.ts';
import { preSignUp } from '../triggers/pre-sign-up.ts';
import { type Lookup, userMigration } from '../triggers/user-migration.ts';
import { contactsBy, invite, wordInvitation } from './invitation.ts';
import { newUser } from './new-user.ts';
import { addUser } from './record.ts';
import { nameNewUser } from './username.ts';

type Answer = TriggerResponse<'UserMigration'>;
type Migrated = Pick<User, 'sub' | 'username' | 'status' | 'attributes' | 'factors'> & { contacts: Contact[] };

const cannotMigrate = (clientId: string, cause?: unknown) =>
  new AwsError('UserNotFoundException', `Exception migrating user in app client ${clientId}`, { cause });

/** As `UsernameType` of the contract: what a sign-in has sent was not held against it. */
const isUsername = (name: string): boolean => /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(name);
/** What a request could not have brought either. */
const isStorable = (value: string): boolean => value.length <= 2048 && !value.includes('\0') && value.isWellFormed();

/** The welcome goes out by SMS unless the function says otherwise. */
const welcomed = ({ messageAction, desiredDeliveryMediums }: Answer, attributes: Attributes): Contact[] =>
  messageAction === 'SUPPRESS' ? [] : contactsBy(desiredDeliveryMediums ?? ['SMS'], attributes);

/** @returns the factors; undefined when text messages are demanded of somebody who cannot be asked for them */
const factorsOf = (pool: UserPool, { enableSMSMFA }: Answer, attributes: Attributes): User['factors'] | undefined => {
  if (!enableSMSMFA) return {};
  const factors: User['factors'] = { enabled: ['SMS_MFA'] };
  return askableFactors(pool, { attributes, factors }).includes('SMS_MFA') ? factors : undefined;
};

/**
 * Whom an answer describes, if it is somebody who can sign in with the name that was typed. Required attributes may be missing,
 * as with Cognito.
 * @throws InvalidParameterException
 */
const readAnswer = (pool: UserPool, typed: string, answer: Answer): Migrated | undefined => {
  const { username: chosen = typed, ...values } = answer.userAttributes ?? {};
  const list = Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
  if (list.length === 0 || !list.every(({ Value }) => isStorable(Value)) || !isUsername(chosen)) return undefined;
  const sub = uuid();
  const given = mergeAttributes({}, readAttributes(pool, list));
  const { username, attributes } = nameNewUser(pool, chosen, sub, given);
  // An address in place of the typed one would be vouched for under a name that it does not belong to.
  const isKept = Object.entries(given).every(
    ([name, value]) => attributes[name]?.toLowerCase() === value.toLowerCase(),
  );
  const signsIn = signInNames(pool, { username, attributes }).some(({ key }) => key === nameKey(pool, typed));
  const factors = factorsOf(pool, answer, attributes);
  if (!isKept || !signsIn || factors === undefined) return undefined;
  const status = answer.finalUserStatus === 'CONFIRMED' ? 'CONFIRMED' : 'RESET_REQUIRED';
  return { sub, username, status, attributes, factors, contacts: welcomed(answer, attributes) };
};

const readMigrated = ({ pool, client }: ClientCall, typed: string, answer: Answer | undefined): Migrated => {
  try {
    const migrated = answer && readAnswer(pool, typed, answer);
    if (migrated !== undefined) return migrated;
  } catch (cause) {
    throw cause instanceof AwsError ? cannotMigrate(client.id, cause) : cause;
  }
  throw cannotMigrate(client.id);
};

/**
 * Makes a user of what the function answers. The password is the one that the function was asked about, whatever the pool's
 * policy says of it. PreSignUp is asked in between, as for every account that somebody else makes.
 * @returns the user; the one who was there first where two migrate the same person at once
 * @throws UserNotFoundException when no user can be made of the answer; UserLambdaValidationException when the function knows
 * nobody, or PreSignUp refuses; UnexpectedLambdaException, InvalidLambdaResponseException
 */
export const migrateUser = async (call: ClientCall, lookup: Lookup): Promise<User> => {
  const { pool, client } = call;
  const answer = await userMigration(call, lookup);
  const { contacts, factors, ...person } = readMigrated(call, lookup.name, answer);
  const who = { userName: person.username, attributes: person.attributes };
  const { validationData, clientMetadata } = lookup;
  await preSignUp(call, 'AdminCreateUser', who, { validationData, clientMetadata });
  const user = { ...(await newUser(call, { ...person, plain: lookup.password })), factors };
  // A sign-in does not wait for the words of a welcome, nor fail over them.
  const welcome = await wordInvitation(call, user, { password: undefined, contacts, clientMetadata, unseen: true });
  try {
    await addUser(call, user, {
      taken: () => cannotMigrate(client.id),
      moveAliases: answer?.forceAliasCreation ?? false,
      also: tx => invite(tx, call, user, welcome),
    });
  } catch (error) {
    const winner = error instanceof AwsError ? await lookUpUser(call, pool, lookup.name) : undefined;
    if (winner === undefined) throw error;
    return winner;
  }
  call.wakeDelivery();
  return user;
};
