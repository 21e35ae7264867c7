/** What is known of a person once a token of theirs has been verified, and what a kind of provider has to do for that. */
import type { IdentityPoolCall } from '../call.ts';
import type { TagClaimant } from '../principal-tags.ts';
import type { RoleClaimant } from '../role-choice.ts';

export type VerifiedLogin = RoleClaimant &
  TagClaimant & {
    /** The provider under its one name, whatever the client has called it. */
    provider: string;
    subject: string;
    /** A user of the developer's own. */
    developer: boolean;
    /** false: it opens the identity that it is linked to, and links to none. */
    mayLink: boolean;
    /** What the pool's token says of it in `amr`. */
    amr: readonly [provider: string, login: string];
  };

/**
 * Verifies a token of one kind of provider.
 * @param name the key in `Logins`
 * @returns undefined when the pool has no provider of this kind and name
 * @throws NotAuthorizedException (invalid, expired, of somebody else), ExternalServiceException
 */
export type VerifyLogin = (call: IdentityPoolCall, name: string, token: string) => Promise<VerifiedLogin | undefined>;

/** A login as most providers have it: the person, and the application that they have signed in to. */
export const loginOf = (
  provider: string,
  { subject, audience, claims }: { subject: string; audience: string; claims: Readonly<Record<string, unknown>> },
  names: readonly string[] = [provider],
): VerifiedLogin => ({
  provider,
  subject,
  developer: false,
  mayLink: true,
  claims,
  mappingKeys: names,
  tagKeys: names,
  amr: [provider, `${provider}:${audience}:${subject}`],
});
