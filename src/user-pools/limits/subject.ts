/** Whose quota a request counts against, from what it says of itself and before anything of it is verified. */
import type { Directory } from '../../storage/directory.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { RequestContext } from '../../wire/service.ts';

export type Subject = {
  accountId: string;
  region: string;
  poolId?: string | undefined;
  /** The name or the access token that stands for one user. */
  user?: string | undefined;
};

type Input = Record<string, unknown>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The app client that a token says it is for: whoever lies about it spends the quota that a ClientId would spend. */
const clientOf = (accessToken: string): string | undefined => {
  try {
    return text(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).client_id);
  } catch {
    return undefined;
  }
};

const findPool = async (directory: Directory, { UserPoolId, ClientId, AccessToken }: Input) => {
  const poolId = text(UserPoolId);
  if (poolId !== undefined) return directory.pool(poolId);
  const clientId = text(ClientId) ?? clientOf(text(AccessToken) ?? '');
  const client = clientId === undefined ? undefined : await directory.client(clientId);
  return client && directory.pool(client.poolId);
};

/** Two names of one person count apart, and so do two access tokens. */
const userOf = ({ Username, AccessToken, AuthParameters, ChallengeResponses }: Input): string | undefined => {
  const { USERNAME } = (AuthParameters ?? ChallengeResponses ?? {}) as Input;
  return text(AccessToken) ?? text(Username)?.toLowerCase() ?? text(USERNAME)?.toLowerCase();
};

const inPool = ({ id, accountId, region }: UserPool, input: Input): Subject => ({
  accountId,
  region,
  poolId: id,
  user: userOf(input),
});

/** @returns undefined for a request that names no pool of ours: it is about to be refused */
export const findSubject = async (
  directory: Directory,
  { principal, region }: RequestContext,
  input: Input,
): Promise<Subject | undefined> => {
  const pool = await findPool(directory, input);
  if (principal === null) return pool && inPool(pool, input);
  return pool?.accountId === principal.accountId ? inPool(pool, input) : { accountId: principal.accountId, region };
};
