/** Where temporary credentials come from: what the rest of the room sees of the two sources. */
import type { TemporaryCredentials } from '../iam/session-token.ts';
import type { IdentityPoolCall } from './call.ts';

export type CredentialRequest = {
  roleArn: string;
  identityId: string;
  amr: string[];
  isGuest: boolean;
  tags: Record<string, string>;
};

/** @throws InvalidIdentityPoolConfigurationException when the role does not trust the pool; ExternalServiceException */
export type CredentialSource = (
  call: Pick<IdentityPoolCall, 'clock' | 'identityKeys' | 'identityIssuer' | 'pool'>,
  request: CredentialRequest,
) => Promise<TemporaryCredentials>;

/** As Cognito calls its sessions. */
export const sessionName = 'CognitoIdentityCredentials';
/** Seconds. */
export const sessionLifetime = 3600;
