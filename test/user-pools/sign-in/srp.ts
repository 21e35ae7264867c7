/** The client's side of USER_SRP_AUTH and of SECRET_HASH, for tests that look between the steps. */
import { createHmac } from 'node:crypto';
import type {
  CognitoIdentityProvider,
  InitiateAuthCommandOutput,
  RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Clock } from '../../../src/lib/clock.ts';
import { createModPow } from '../../../src/lib/mod-pow.ts';
import { claimSignature } from '../../../src/lib/srp.ts';
import { clientKey, startClient } from '../../../src/lib/srp-client.ts';
import { formatTimestamp } from '../../../src/lib/srp-timestamp.ts';
import { goodPassword } from '../../support/world.ts';

const modPow = createModPow({ threads: 1 });

export const secretHash = (name: string, clientId: string, secret: string): string =>
  createHmac('sha256', secret)
    .update(name + clientId)
    .digest('base64');

type Way = {
  aws: CognitoIdentityProvider;
  client: string;
  username: string;
  hash?: string | undefined;
  /** SRP as the beginning of CUSTOM_AUTH. */
  custom?: boolean;
  /** Other AuthParameters. */
  more?: Record<string, string>;
};
type Hashed = { SECRET_HASH?: string };
const hashed = (hash: string | undefined): Hashed => (hash === undefined ? {} : { SECRET_HASH: hash });

export type FirstLeg = { a: string; A: string; challenge: InitiateAuthCommandOutput };

/** InitiateAuth with a fresh SRP_A. */
export const srpStart = async ({ aws, client, username, hash, custom, more }: Way): Promise<FirstLeg> => {
  const { a, A } = await startClient(modPow);
  const challenge = await aws.initiateAuth({
    ClientId: client,
    AuthFlow: custom ? 'CUSTOM_AUTH' : 'USER_SRP_AUTH',
    AuthParameters: {
      USERNAME: username,
      SRP_A: A,
      ...hashed(hash),
      ...(custom ? { CHALLENGE_NAME: 'SRP_A' } : {}),
      ...more,
    },
  });
  return { a, A, challenge };
};

/** The ChallengeResponses that prove `password` at the clock's time. */
export const srpProof = async (
  { a, A, challenge }: FirstLeg,
  { pool, clock, password = goodPassword }: { pool: string; clock: Clock; password?: string },
): Promise<Record<string, string>> => {
  const { SALT = '', SRP_B = '', SECRET_BLOCK = '', USER_ID_FOR_SRP = '' } = challenge.ChallengeParameters ?? {};
  const group = pool.slice(pool.indexOf('_') + 1);
  const credentials = { group, user: USER_ID_FOR_SRP, password };
  const key = await clientKey(modPow, credentials, { salt: SALT, a, A, B: SRP_B });
  const timestamp = formatTimestamp(clock.now());
  const secretBlock = Buffer.from(SECRET_BLOCK, 'base64');
  return {
    USERNAME: USER_ID_FOR_SRP,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: claimSignature(key, { group, user: USER_ID_FOR_SRP, secretBlock, timestamp }).toString(
      'base64',
    ),
    TIMESTAMP: timestamp,
  };
};

/** Both legs. */
export const srpSignIn = async (
  way: Way & { pool: string; clock: Clock; password?: string },
): Promise<RespondToAuthChallengeCommandOutput> => {
  const proof = await srpProof(await srpStart(way), way);
  return way.aws.respondToAuthChallenge({
    ClientId: way.client,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: { ...proof, ...hashed(way.hash) },
  });
};

/** Lets go of the threads; call after the suite. */
export const closeSrp = (): Promise<void> => modPow.close();
