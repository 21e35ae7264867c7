/** Credentials of another STS: AWS's own, or that of a store which speaks its protocol; it is shown the pool's token. */
import type { STSClient, STSClientConfig } from '@aws-sdk/client-sts';
import type { Logger } from 'pino';
import { credentialServiceFailed, invalidPoolConfiguration } from '../contract/identity-errors.ts';
import { guestSessionPolicy } from '../iam/guest-policy.ts';
import { type CredentialSource, sessionLifetime, sessionName } from './credential-source.ts';
import { issueToken } from './token.ts';

/** @param endpoint undefined: that of AWS in the pool's region */
export const stsCredentials = (endpoint: string | undefined, log: Logger): CredentialSource => {
  const clients = new Map<string, STSClient>();

  // Loaded at first use: it takes longer than the rest of the start.
  const clientOf = async (region: string): Promise<STSClient> => {
    const { STSClient } = await import('@aws-sdk/client-sts');
    const settings: STSClientConfig = { region, maxAttempts: 2, requestHandler: { requestTimeout: 5000 } };
    const client =
      clients.get(region) ?? new STSClient({ ...settings, ...(endpoint === undefined ? {} : { endpoint }) });
    clients.set(region, client);
    return client;
  };

  return async (call, { roleArn, identityId, amr, isGuest, tags }) => {
    const [{ AssumeRoleWithWebIdentityCommand }, client, token] = await Promise.all([
      import('@aws-sdk/client-sts'),
      clientOf(call.pool.region),
      issueToken(call, { identityId, amr, tags }),
    ]);
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      WebIdentityToken: token,
      DurationSeconds: sessionLifetime,
      ...(isGuest && { Policy: guestSessionPolicy }),
    });
    const { Credentials } = await client.send(command).catch(error => {
      const status = error?.$metadata?.httpStatusCode;
      const facts = { identityPool: call.pool.id, roleArn, status, reason: error?.message };
      log.warn(facts, 'the security token service gives no credentials');
      throw status >= 400 && status < 500 ? invalidPoolConfiguration(error) : credentialServiceFailed(error);
    });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw credentialServiceFailed();
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration.getTime(),
    };
  };
};
