/** Credentials of this server's own roles: nobody is asked, what the trust policy says decides. */
import type { Logger } from 'pino';
import { AwsError } from '../contract/errors.ts';
import { invalidPoolConfiguration } from '../contract/identity-errors.ts';
import type { AssumeRole } from '../iam/assume-role.ts';
import { guestSessionPolicy, noIdentityPools } from '../iam/guest-policy.ts';
import { parseRoleArn } from '../iam/role-record.ts';
import { type CredentialSource, sessionLifetime, sessionName } from './credential-source.ts';
import { ownProvider, withoutScheme } from './logins/provider-names.ts';

export const embeddedCredentials =
  (assumeRole: AssumeRole, log: Logger): CredentialSource =>
  async ({ pool, identityIssuer }, { roleArn, identityId, amr, isGuest, tags }) => {
    // "Enhanced-flow authentication requires that the IAM role be in the same AWS account as the identity pool."
    if (parseRoleArn(roleArn)?.accountId !== pool.accountId) throw invalidPoolConfiguration();
    try {
      return await assumeRole({
        roleArn,
        sessionName,
        durationSeconds: sessionLifetime,
        sessionPolicy: isGuest ? guestSessionPolicy : noIdentityPools,
        identity: {
          issuer: ownProvider,
          aliases: [withoutScheme(identityIssuer())],
          claims: { sub: identityId, aud: pool.id, amr },
          tags,
        },
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      log.warn({ identityPool: pool.id, roleArn, reason: error.message }, 'a role of an identity pool cannot be taken');
      throw invalidPoolConfiguration(error);
    }
  };
