/** Who asks for a token or credentials: the identity that is named, opened by logins, or a guest's. */
import { guestsNotSupported, identityForbidden } from '../contract/identity-errors.ts';
import type { IdentityCall, IdentityPoolCall } from './call.ts';
import { findIdentityCall } from './doors.ts';
import { openIdentity } from './linking.ts';
import type { VerifiedLogin } from './logins/login.ts';
import { verifyLogins } from './logins/verify.ts';

export type Claimant = {
  /** May be another than the one that was named. */
  identityId: string;
  /** None: a guest. */
  logins: VerifiedLogin[];
  /** What the pool's token says in `amr`. */
  amr: string[];
};

export const amrOf = (logins: readonly Pick<VerifiedLogin, 'amr'>[]): string[] =>
  logins.length === 0 ? ['unauthenticated'] : ['authenticated', ...logins.flatMap(({ amr }) => amr)];

/**
 * @throws ResourceNotFoundException (no such identity), NotAuthorizedException (a login is not valid or not this identity's; the
 * identity is somebody's or disabled; the pool has no guests), ResourceConflictException
 */
export const findClaimant = async (
  call: IdentityCall,
  identityId: string,
  logins: Readonly<Record<string, string>> | undefined,
  check: (call: IdentityPoolCall) => void = () => {},
): Promise<{ call: IdentityPoolCall; claimant: Claimant }> => {
  const { identity, ...poolCall } = await findIdentityCall(call, identityId);
  check(poolCall);
  const verified = await verifyLogins(poolCall, logins);
  const amr = amrOf(verified);
  if (verified.length > 0) {
    const opened = await openIdentity(poolCall, identity.id, verified);
    return { call: poolCall, claimant: { identityId: opened, logins: verified, amr } };
  }
  if (identity.authenticated || identity.disabledAt !== null) throw identityForbidden(identity.id);
  if (!poolCall.pool.config.AllowUnauthenticatedIdentities) throw guestsNotSupported();
  return { call: poolCall, claimant: { identityId: identity.id, logins: [], amr } };
};
