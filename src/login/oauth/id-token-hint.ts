/** ID tokens that come back as hints (OpenID Connect §3.1.2.1, RP-Initiated Logout §2): whose and which client's they are, expired or not. */
import { isSigned, unverifiedClaims } from '../../user-pools/tokens/jwt.ts';
import type { LoginCall } from '../host.ts';

/** @returns undefined for what is no ID token of the pool's */
export const readIdTokenHint = async (
  { pool, signingKeys, issuerOf }: LoginCall,
  hint: string,
): Promise<{ clientId: string; sub: string } | undefined> => {
  const { aud, iss, sub } = unverifiedClaims(hint);
  if (typeof aud !== 'string' || typeof sub !== 'string' || iss !== issuerOf(pool)) return undefined;
  const ours = await isSigned(hint, kid => signingKeys.byId(pool.id, kid, 'id'));
  return ours ? { clientId: aud, sub } : undefined;
};
