/** Answers of STS operations in the form of their XML. */
import type { AssumedRole } from '../iam/assume-role.ts';
import type { TemporaryCredentials } from '../iam/session-token.ts';
import type { XmlContent } from '../wire/xml.ts';

export const credentialsXml = (credentials: TemporaryCredentials): XmlContent => ({
  AccessKeyId: credentials.accessKeyId,
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken,
  Expiration: new Date(credentials.expiration).toISOString().replace(/\.\d+/, ''),
});

/** PackedPolicySize is there when the caller sent something to be packed. */
export const assumedRoleXml = ({ assumedRole, packedSize, ...credentials }: AssumedRole, isPacked: boolean) => ({
  AssumedRoleUser: { AssumedRoleId: assumedRole.id, Arn: assumedRole.arn },
  Credentials: credentialsXml(credentials),
  PackedPolicySize: isPacked ? packedSize : undefined,
});
