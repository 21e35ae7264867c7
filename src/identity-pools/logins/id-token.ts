/** Verifies an ID token of a provider that publishes its keys (OpenID Connect Core §3.1.3.7), and says in Cognito's words what is wrong with it. */
import type { JWTPayload } from 'jose';
import { AwsError } from '../../contract/errors.ts';
import {
  externalServiceFailed,
  loginExpired,
  loginIssuerMismatch,
  loginLacksClaim,
  loginSignatureInvalid,
  notAnIdToken,
  unsupportedProvider,
} from '../../contract/identity-errors.ts';
import type { IdentityPoolCall } from '../call.ts';

/** What is signed with a public key: never `none`, and never a shared secret, for which a public key could be taken. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

type Refusal = (error: { payload?: JWTPayload; claim?: string }, now: number) => AwsError;

/** By the codes of `jose`; any other: the provider's keys cannot be had, or are none. */
const refusals: Record<string, Refusal> = {
  ERR_JWT_EXPIRED: ({ payload }, now) => loginExpired(now, payload?.exp ?? now),
  ERR_JWT_CLAIM_VALIDATION_FAILED: ({ claim }) => (claim === 'aud' ? unsupportedProvider() : notAnIdToken()),
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: loginSignatureInvalid,
  ERR_JWKS_NO_MATCHING_KEY: loginSignatureInvalid,
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: loginSignatureInvalid,
  ERR_JWS_INVALID: notAnIdToken,
  ERR_JWT_INVALID: notAnIdToken,
  ERR_JOSE_ALG_NOT_ALLOWED: notAnIdToken,
  ERR_JOSE_NOT_SUPPORTED: notAnIdToken,
};

/** What the token claims before it is verified: only for what is said about a token that is refused anyway. */
const claimsBefore = async (token: string): Promise<JWTPayload> => {
  const { decodeJwt } = await import('jose');
  try {
    return decodeJwt(token);
  } catch {
    throw notAnIdToken();
  }
};

/**
 * @param name of the provider, host and path
 * @param audiences of which one must be the token's
 * @returns its claims, `sub` and `aud` among them
 */
export const verifyIdToken = async (
  { reach, clock }: Pick<IdentityPoolCall, 'reach' | 'clock'>,
  name: string,
  token: string,
  audiences: readonly string[],
): Promise<{ claims: JWTPayload; subject: string; audience: string }> => {
  const before = await claimsBefore(token);
  const issuer = await reach.issuer(name);
  if (!issuer.names.includes(before.iss ?? '')) throw loginIssuerMismatch();
  for (const claim of ['aud', 'sub', 'exp']) if (before[claim] === undefined) throw loginLacksClaim(claim);
  const { jwtVerify } = await import('jose');
  const now = clock.now();
  try {
    const { payload } = await jwtVerify(token, issuer.keys, {
      algorithms,
      issuer: [...issuer.names],
      audience: [...audiences],
      requiredClaims: ['sub', 'exp', 'aud'],
      currentDate: new Date(now),
    });
    const audience = [payload.aud ?? []].flat().find(each => audiences.includes(each));
    if (audience === undefined || typeof payload.sub !== 'string' || payload.sub === '') throw notAnIdToken();
    return { claims: payload, subject: payload.sub, audience };
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const refusal = refusals[String((error as { code?: unknown }).code)];
    throw (
      refusal?.(error as { payload?: JWTPayload; claim?: string }, Math.floor(now / 1000)) ??
      externalServiceFailed(error)
    );
  }
};
