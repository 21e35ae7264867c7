/** Setting up an authenticator app, signed in or in the midst of a sign-in: AssociateSoftwareToken, VerifySoftwareToken, AdminDeleteSoftwareToken. */
import { AwsError, invalidParameter, invalidSession, passwordResetRequired } from '../../contract/errors.ts';
import type { User, UserFactors } from '../../storage/users.ts';
import type { Call, ClientCall, Operation, UserCall } from '../call/call.ts';
import { onUser } from '../doors/in-pool.ts';
import { askableFactors, offeredFactors } from '../factors/second-factors.ts';
import { newTotpSecret, sealTotpSecret, stepOfCode, useStep } from '../factors/totp.ts';
import { guarded } from '../threat-protection/lockout.ts';
import { verifyAccessToken } from '../tokens/verify.ts';
import { changeUser } from '../users/record.ts';
import { type Attempt, checkPasswordStands, findSessionCall, openAttempt, sealAttempt } from './attempt.ts';

type Way = { AccessToken?: string; Session?: string };
type Enrolling = UserCall & ClientCall & { /** undefined: the person is signed in */ attempt: Attempt | undefined };

const notOffered = () =>
  new AwsError('SoftwareTokenMFANotFoundException', 'Software token MFA is not enabled for the userPool.');
const wrongCode = () =>
  new AwsError('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA');

/** Whoever has proven a password only may set a second factor up as long as there is none: not another one beside it. */
const canEnrol = ({ pool }: Pick<ClientCall, 'pool'>, user: User): boolean => askableFactors(pool, user).length === 0;

/** Who sets the app up: by an access token or by the Session of MFA_SETUP, not both. */
const enrolling = async (call: Call, { AccessToken, Session }: Way): Promise<Enrolling> => {
  if ((AccessToken === undefined) === (Session === undefined))
    throw invalidParameter('Exactly one of AccessToken and Session is required.');
  if (AccessToken !== undefined) {
    const { pool, client, user } = call.signedIn ?? (await verifyAccessToken(call, AccessToken));
    if (user.status === 'RESET_REQUIRED') throw passwordResetRequired();
    return { ...call, pool, client, user, attempt: undefined };
  }
  const sessionCall = await findSessionCall(call, Session as string);
  const { attempt } = await openAttempt(sessionCall, Session as string, 'MFA_SETUP');
  checkPasswordStands(attempt);
  if (attempt.user === undefined || !canEnrol(sessionCall, attempt.user)) throw invalidSession();
  return { ...sessionCall, user: attempt.user, attempt };
};

/** AssociateSoftwareToken declares neither UserNotFoundException nor PasswordResetRequiredException. */
const denied = (error: unknown): never => {
  if (error instanceof AwsError && ['UserNotFoundException', 'PasswordResetRequiredException'].includes(error.name))
    throw new AwsError('NotAuthorizedException', error.message);
  throw error;
};

const changeFactors = (call: Enrolling, decide: (user: User) => UserFactors): Promise<User> =>
  changeUser(call, call.user.sub, user => {
    if (call.attempt !== undefined && !canEnrol(call, user)) throw invalidSession();
    return { ...user, factors: decide(user) };
  });

/** A new secret takes the place of an unverified one at once, of a verified one when it is verified. */
const associate: Operation<'AssociateSoftwareToken'> = async (call, input) => {
  const found = await enrolling(call, input);
  if (!offeredFactors(found.pool).includes('SOFTWARE_TOKEN_MFA')) throw notOffered();
  const SecretCode = newTotpSecret();
  const secret = sealTotpSecret(call.sealer, found.user, SecretCode);
  await changeFactors(found, ({ factors }) => ({ ...factors, pendingTotp: { secret } }));
  const Session = found.attempt && sealAttempt(found, found.attempt, 'MFA_SETUP');
  return { SecretCode, Session };
};

export const associateSoftwareToken: Operation<'AssociateSoftwareToken'> = (call, input) =>
  associate(call, input).catch(denied);

/** The verified app becomes a second factor that is asked for. */
const enrolled = ({ factors }: User, secret: string, step: number, name: string | undefined): UserFactors => {
  const { pendingTotp: _, ...rest } = factors;
  const totp = useStep({ secret, verified: true, ...(name ? { name } : {}) }, step);
  const enabled = [...new Set([...(factors.enabled ?? []), 'SOFTWARE_TOKEN_MFA' as const])];
  return { ...rest, totp, enabled };
};

export const verifySoftwareToken: Operation<'VerifySoftwareToken'> = async (call, input) => {
  const found = await enrolling(call, input);
  if (!offeredFactors(found.pool).includes('SOFTWARE_TOKEN_MFA')) throw notOffered();
  const secret = found.user.factors.pendingTotp?.secret;
  if (secret === undefined) throw invalidParameter('User has not set up software token mfa');
  let step: number | undefined;
  const check = async () => {
    step = stepOfCode(call.sealer, found.user, secret, input.UserCode, call.clock.now());
    return step !== undefined;
  };
  await guarded(found, found.user.sub, check, 'code');
  if (step === undefined) throw wrongCode();
  const used = step;
  await changeFactors(found, user => {
    if (user.factors.pendingTotp?.secret !== secret) throw invalidParameter('User has not set up software token mfa');
    return enrolled(user, secret, used, input.FriendlyDeviceName);
  });
  const Session = found.attempt && sealAttempt(found, found.attempt, 'MFA_SETUP', { verified: 'SOFTWARE_TOKEN_MFA' });
  return { Status: 'SUCCESS', Session };
};

export const adminDeleteSoftwareToken = onUser<'AdminDeleteSoftwareToken'>(async call => {
  await changeUser(call, call.user.sub, user => {
    if (user.factors.totp === undefined) throw invalidParameter('User has not set up software token mfa');
    const { totp: _, pendingTotp: __, ...rest } = user.factors;
    const enabled = rest.enabled?.filter(factor => factor !== 'SOFTWARE_TOKEN_MFA');
    const preferred = rest.preferred === 'SOFTWARE_TOKEN_MFA' ? undefined : rest.preferred;
    return { ...user, factors: { ...rest, enabled, preferred } };
  });
  return {};
});
