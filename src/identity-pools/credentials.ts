/** GetCredentialsForIdentity: the enhanced flow, in which the pool chooses the role and asks for its credentials. */
import { invalidPoolConfiguration, roleDenied } from '../contract/identity-errors.ts';
import type { Operation } from './call.ts';
import { findClaimant } from './claimant.ts';
import { sessionTags } from './principal-tags.ts';
import { chooseRole } from './role-choice.ts';

export const getCredentialsForIdentity: Operation<'GetCredentialsForIdentity'> = async (
  caller,
  { IdentityId, Logins, CustomRoleArn },
) => {
  const { call, claimant } = await findClaimant(caller, IdentityId, Logins);
  const { settings } = call.pool;
  const choice = chooseRole(settings, claimant.logins, CustomRoleArn);
  if ('refused' in choice) throw choice.refused === 'denied' ? roleDenied() : invalidPoolConfiguration();
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await call.credentials(call, {
    roleArn: choice.role,
    identityId: claimant.identityId,
    amr: claimant.amr,
    isGuest: claimant.logins.length === 0,
    tags: sessionTags(settings, claimant.logins),
  });
  return {
    IdentityId: claimant.identityId,
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expiration),
    },
  };
};
