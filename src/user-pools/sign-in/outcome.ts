/** What InitiateAuth and RespondToAuthChallenge answer in the end: the tokens of a finished attempt, or of a refresh token. */
import type { AuthenticationResultType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, incorrectCredentials, invalidParameter, refreshTokenRevoked } from '../../contract/errors.ts';
import { membershipsOf } from '../../storage/group-members.ts';
import type { User } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';
import { checkSecretHash } from '../doors/as-client.ts';
import { acrName, levelOf, namesLevels } from '../tokens/assurance.ts';
import { apiScope, type GrantSource } from '../tokens/grant.ts';
import { issueTokens } from '../tokens/issue.ts';
import { findRefreshable, refreshTokens, rotates } from '../tokens/refresh.ts';
import type { Attempt } from './attempt.ts';
import type { Answers } from './challenges/challenge.ts';
import { grantDevice } from './device.ts';
import { advance } from './steps.ts';
import { announceSuccess } from './success.ts';

export type Outcome = {
  AuthenticationResult?: AuthenticationResultType;
  ChallengeName?: ChallengeNameType;
  ChallengeParameters: Record<string, string>;
  /** InitiateAuth with USER_AUTH: all that the person may choose from. */
  AvailableChallenges?: ChallengeNameType[];
  Session?: string;
  /** On the login pages: the attempt that has ended well, in place of tokens. */
  signedIn?: Attempt & { user: User };
};

/** Why tokens are issued: the last of the steps that have a word of their own. */
const sourceOf = ({ proven }: Attempt): GrantSource => {
  if (proven.includes('DEVICE')) return 'AuthenticateDevice';
  return proven.includes('NEW_PASSWORD') ? 'NewPasswordChallenge' : 'Authentication';
};

/** The level that tokens tell: where the sign-in asked for one, and in pools that have names of their own for levels. */
const reportedAcr = ({ pool }: ClientCall, { proven, target }: Attempt): string | undefined => {
  const level = levelOf(proven);
  const isReported = target !== undefined || namesLevels(pool);
  return level !== undefined && isReported ? acrName(pool, level) : undefined;
};

/** The tokens that a sign-in ends with. */
export const tokensOf = async (call: ClientCall, attempt: Attempt): Promise<Outcome> => {
  const { id, user, proven, metadata } = attempt;
  if (user === undefined) throw incorrectCredentials();
  await announceSuccess(call, attempt);
  const result = await issueTokens(call, {
    pool: call.pool,
    client: call.client,
    user,
    groups: await membershipsOf(call.db, user),
    originJti: id,
    eventId: id,
    authTime: Math.floor(call.clock.now() / 1000),
    scopes: [apiScope],
    source: sourceOf(attempt),
    device: await grantDevice(call, attempt),
    proven,
    acr: reportedAcr(call, attempt),
    metadata,
  });
  return { AuthenticationResult: result, ChallengeParameters: {} };
};

/** What a sign-in on the login pages ends with: tokens come later, from the token endpoint, and from there alone. */
export const signedInOnPages = async (call: ClientCall, attempt: Attempt): Promise<Outcome> => {
  const { user } = attempt;
  if (user === undefined) throw incorrectCredentials();
  // No family of tokens makes the attempt single-use here: its last step is left behind, and then it is told.
  const ended = await advance(call, attempt);
  await announceSuccess(call, ended);
  return { signedIn: { ...ended, user }, ChallengeParameters: {} };
};

/** REFRESH_TOKEN_AUTH; where refresh tokens rotate there is GetTokensFromRefreshToken instead. */
export const refresh = async (call: ClientCall, answers: Answers): Promise<Outcome> => {
  const { REFRESH_TOKEN = '', USERNAME, SECRET_HASH, DEVICE_KEY } = answers;
  if (rotates(call.client))
    throw invalidParameter('REFRESH_TOKEN_AUTH is not supported when refresh token rotation is enabled.');
  if (call.client.secrets.length > 0 && SECRET_HASH === undefined) checkSecretHash(call.client, [], undefined);
  const found = await findRefreshable(call, REFRESH_TOKEN, DEVICE_KEY).catch(error => {
    // A token that was replaced while tokens still rotated here; this operation knows no word for its reuse.
    throw error instanceof AwsError && error.name === 'RefreshTokenReuseException' ? refreshTokenRevoked() : error;
  });
  const names = [found.user.username, found.user.sub, ...(USERNAME === undefined ? [] : [USERNAME])];
  checkSecretHash(call.client, names, SECRET_HASH);
  const result = await refreshTokens(call, found, REFRESH_TOKEN, { source: 'RefreshTokens' });
  return { AuthenticationResult: result, ChallengeParameters: {} };
};
