/** Tokens of identity providers: each issuer has somebody here who can verify what it has signed. */
import { AwsError } from '../contract/errors.ts';
import type { WebIdentity } from '../iam/assume-role.ts';

export type VerifiedIdentity = WebIdentity & {
  /** As AssumeRoleWithWebIdentity answers it: the issuer's name. */
  provider: string;
};

/**
 * @param claims of the token, not verified
 * @param accountId of the role that is asked for: whose providers are trusted
 * @returns undefined when the issuer is none of its own
 * @throws AwsError InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError
 */
export type IdentityVerifier = (
  token: string,
  claims: UnverifiedClaims,
  accountId: string,
) => Promise<VerifiedIdentity | undefined>;
export type UnverifiedClaims = { iss?: unknown; sub?: unknown; aud?: unknown; exp?: unknown };

export const invalidIdentityToken = (message: string, cause?: unknown) =>
  new AwsError('InvalidIdentityToken', message, { cause });
export const notSigned = () =>
  invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
export const identityProviderUnreachable = (cause: unknown) =>
  new AwsError('IDPCommunicationError', 'The identity provider could not be reached, or has not answered as one.', {
    cause,
  });
/** @param now @param expiry epoch seconds */
export const identityTokenExpired = (now: number, expiry: number) =>
  new AwsError(
    'ExpiredTokenException',
    `Token expired: current date/time ${now} must be before the expiration date/time ${expiry}`,
  );

const claimsOf = (token: string): UnverifiedClaims => {
  const parts = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    if (parts.length === 3 && claims !== null && typeof claims === 'object') return claims;
  } catch {
    // Below.
  }
  throw invalidIdentityToken(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  );
};

/** Asks the verifiers in turn. @throws AwsError InvalidIdentityToken when the issuer is nobody's */
export const createIdentityVerifier =
  (verifiers: readonly IdentityVerifier[]) =>
  async (token: string, accountId: string): Promise<VerifiedIdentity> => {
    const claims = claimsOf(token);
    for (const verify of verifiers) {
      const identity = await verify(token, claims, accountId);
      if (identity !== undefined) return identity;
    }
    throw invalidIdentityToken(
      `No OpenIDConnect provider found in your account for ${String(claims.iss).slice(0, 200)}`,
    );
  };
