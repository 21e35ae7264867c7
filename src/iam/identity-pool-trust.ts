/** The two trust policies that roles of identity pools have: for those who have signed in, and for guests. */

const provider = 'cognito-identity.amazonaws.com';
const poolIdPattern = /^[\w-]+:[0-9a-f-]+$/;

/**
 * @param poolId id of the identity pool
 * @returns the JSON document, formatted
 * @throws Error for what is no id
 */
export const identityPoolTrust = (poolId: string, who: 'authenticated' | 'unauthenticated'): string => {
  if (!poolIdPattern.test(poolId) || poolId.length > 55)
    throw new Error(
      `"${poolId}" is no id of an identity pool; expected e.g. us-east-1:11111111-2222-3333-4444-555555555555`,
    );
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: provider },
          // TagSession: for attributes that the identity pool maps to tags.
          Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
          Condition: {
            StringEquals: { [`${provider}:aud`]: poolId },
            'ForAnyValue:StringLike': { [`${provider}:amr`]: who },
          },
        },
      ],
    },
    null,
    2,
  );
};
