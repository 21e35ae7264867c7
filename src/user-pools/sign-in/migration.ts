/** Sign-ins of people whom the pool does not know, but another directory may: UserMigration, where the password has come along. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, incorrectCredentials } from '../../contract/errors.ts';
import type { User } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { hidesUsers } from '../doors/as-client.ts';
import { subjectOf } from '../threat-protection/attempt-limits.ts';
import { guarded } from '../threat-protection/lockout.ts';
import { type Lookup, migratesUsers } from '../triggers/user-migration.ts';
import { migrateUser } from '../users/migrate.ts';
import type { Answers } from './challenges/challenge.ts';

const withPassword: readonly (ChallengeNameType | undefined)[] = ['PASSWORD', 'ADMIN_NO_SRP_AUTH'];

/** The password, where it is what the person signs in with. @param challenge that is answered, or `SELECT_CHALLENGE` */
const passwordIn = (challenge: string | undefined, { PASSWORD, ANSWER, PREFERRED_CHALLENGE }: Answers) => {
  const chosen = challenge === 'SELECT_CHALLENGE' ? (ANSWER ?? PREFERRED_CHALLENGE) : challenge;
  return withPassword.some(name => name === chosen) ? PASSWORD || undefined : undefined;
};

/** Who has nobody to offer has answered all the same: the password was tried. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AwsError && ['UserLambdaValidationException', 'UserNotFoundException'].includes(error.name);

/** Cognito's function is a second place to try passwords at: it is limited like the first. */
const migrate = async (call: ClientCall, lookup: Lookup): Promise<User> => {
  const { name } = lookup;
  let [user, refusal]: [User | undefined, unknown] = [undefined, undefined];
  const check = async () => {
    try {
      // Somebody else may have been quicker while this try waited for its turn.
      user = (await lookUpUser(call, call.pool, name)) ?? (await migrateUser(call, lookup));
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
      return false;
    }
  };
  await guarded(call, subjectOf(call, { unknownName: name }), check);
  if (user === undefined) throw refusal;
  return user;
};

/** What is said of an unknown user. The lockout speaks for itself: it is the same for everybody. */
const concealed = (error: unknown): unknown =>
  error instanceof AwsError && error.name !== 'NotAuthorizedException'
    ? new AwsError('NotAuthorizedException', incorrectCredentials().message, { cause: error })
    : error;

/**
 * @param challenge that is answered, or that the sign-in begins with
 * @returns the new user; undefined where nobody is migrated: the pool has no function for it, or there is no password
 * @throws what the function says, or what no user could be made of; to clients that hide who exists NotAuthorizedException
 */
export const migrateAtSignIn = async (
  call: ClientCall,
  challenge: string | undefined,
  answers: Answers,
  { name, ...metadata }: Pick<Lookup, 'name' | 'validationData' | 'clientMetadata'>,
): Promise<User | undefined> => {
  const password = passwordIn(challenge, answers);
  if (password === undefined || !migratesUsers(call)) return undefined;
  try {
    return await migrate(call, { occasion: 'Authentication', name, password, ...metadata });
  } catch (error) {
    throw hidesUsers(call.client) ? concealed(error) : error;
  }
};
