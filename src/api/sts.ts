/** STS's operations, and the ID tokens of our own user pools as web identities. */
import type { createIam } from '../iam/iam.ts';
import { createSts } from '../sts/service.ts';
import {
  createIdentityVerifier,
  type IdentityVerifier,
  identityTokenExpired,
  invalidIdentityToken,
  notSigned,
} from '../sts/web-identity.ts';
import type { House } from '../user-pools/call/call.ts';
import { isSigned } from '../user-pools/tokens/jwt.ts';
import type { QueryService } from '../wire/aws-query.ts';

type Verifying = Pick<House, 'clock' | 'directory' | 'signingKeys' | 'issuerOf'>;

const poolIdIn = (issuer: string): string | undefined => /\/([\w-]{1,55}_[0-9A-Za-z]{1,64})$/.exec(issuer)?.[1];

/** ID tokens of our own user pools. A trust policy names such a pool as it would on AWS, or by the host and path of its issuer. */
export const userPoolIdentities =
  (house: Verifying): IdentityVerifier =>
  async (token, { iss, sub, aud, exp, ...claims }) => {
    const poolId = typeof iss === 'string' ? poolIdIn(iss) : undefined;
    const pool = poolId === undefined ? undefined : await house.directory.pool(poolId);
    if (pool === undefined || iss !== house.issuerOf(pool)) return undefined;
    const isOurs = await isSigned(token, kid => house.signingKeys.byId(pool.id, kid, 'id'));
    if (!isOurs) throw notSigned();
    // What follows is what we have signed.
    if ((claims as { token_use?: string }).token_use !== 'id' || typeof aud !== 'string' || typeof sub !== 'string')
      throw invalidIdentityToken('Missing a required claim: aud');
    const now = Math.floor(house.clock.now() / 1000);
    if (Number(exp) <= now) throw identityTokenExpired(now, Number(exp));
    const issuer = `cognito-idp.${pool.region}.amazonaws.com/${pool.id}`;
    const own = iss.replace(/^https?:\/\//, '');
    return { issuer, aliases: own === issuer ? [] : [own], claims: { sub, aud }, provider: iss };
  };

/** @param verifiers of tokens, asked in turn */
export const createStsApi = (iam: ReturnType<typeof createIam>, verifiers: readonly IdentityVerifier[]): QueryService =>
  createSts({ ...iam, verifyIdentity: createIdentityVerifier(verifiers) });
