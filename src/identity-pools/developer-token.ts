/** GetOpenIdTokenForDeveloperIdentity: the developer's backend vouches for a user of its own, who may bring logins along. */
import { AwsError, invalidParameter } from '../contract/errors.ts';
import { developerUserRegistered } from '../contract/identity-errors.ts';
import { holdIdentity } from '../storage/identities.ts';
import { findLoginOwner } from '../storage/identity-logins.ts';
import type { IdentityPoolCall } from './call.ts';
import { amrOf } from './claimant.ts';
import { developerProvider, findIdentityIn } from './developer-identities.ts';
import { inPool } from './doors.ts';
import type { Candidate } from './link-decision.ts';
import { insertLogins, insisting, openIdentity, overtaken } from './linking.ts';
import type { VerifiedLogin } from './logins/login.ts';
import { developerAmr } from './logins/own-token.ts';
import { verifyLogins } from './logins/verify.ts';
import { sessionTags } from './principal-tags.ts';
import { issueToken } from './token.ts';

/** Seconds. */
const usualDuration = 900;
const longestUser = 1024;

/** Nothing is verified: the caller has signed for it. */
const developerLogin = ({ pool }: IdentityPoolCall, provider: string, subject: string): VerifiedLogin => ({
  provider,
  subject,
  developer: true,
  mayLink: true,
  claims: { sub: subject, iss: provider, aud: pool.id },
  mappingKeys: [provider],
  tagKeys: [provider],
  amr: developerAmr(provider, pool.id, subject),
});

/**
 * The identity that the backend names becomes the user's, whoever it is: the backend has the say.
 * @throws DeveloperUserAlreadyRegisteredException when the user is another identity's
 */
const linkTo = (call: IdentityPoolCall, identityId: string, user: Candidate): Promise<void> =>
  insisting(async () => {
    const identity = await findIdentityIn(call, identityId);
    const owner = await findLoginOwner(call.db, call.pool.id, user);
    if (owner !== undefined && owner !== identityId) throw developerUserRegistered();
    if (identity.disabledAt !== null)
      throw new AwsError('ResourceConflictException', `Identity '${identityId}' is disabled.`);
    if (owner === identityId) return;
    await call.db.transaction().execute(async tx => {
      if (!(await holdIdentity(tx, identity, call.clock.now()))) throw overtaken;
      await insertLogins(tx, call, identityId, [user]);
    });
  });

export const getOpenIdTokenForDeveloperIdentity = inPool<'GetOpenIdTokenForDeveloperIdentity'>(async (call, input) => {
  const { IdentityId, Logins, PrincipalTags: ownTags, TokenDuration: lifetime = usualDuration } = input;
  const provider = developerProvider(call);
  const { [provider]: subject, ...others } = Logins;
  if (subject === undefined) throw invalidParameter(`Logins must name a user of the developer provider ${provider}.`);
  if (subject.length > longestUser)
    throw invalidParameter(`A developer user identifier has at most ${longestUser} characters.`);
  const user = developerLogin(call, provider, subject);
  const logins = [{ ...user, ownTags }, ...(await verifyLogins(call, others))];
  if (IdentityId !== undefined) await linkTo(call, IdentityId, user);
  const identityId = await openIdentity(call, IdentityId, logins);
  const tags = sessionTags(call.pool.settings, logins);
  return { IdentityId: identityId, Token: await issueToken(call, { identityId, amr: amrOf(logins), tags, lifetime }) };
});
