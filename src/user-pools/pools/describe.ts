/** A pool in AWS's shape. */
import type { UserPoolDescriptionType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import type { PoolDomain } from '../../storage/domains.ts';
import type { UserPool } from '../../storage/pools.ts';

export const poolArn = ({ id, region, accountId }: Pick<UserPool, 'id' | 'region' | 'accountId'>): string =>
  `arn:aws:cognito-idp:${region}:${accountId}:userpool/${id}`;

/** Absent lists and settings stay absent, as in Cognito's answers. */
export const describePool = (
  pool: UserPool,
  estimatedNumberOfUsers: number,
  domains: readonly PoolDomain[] = [],
): UserPoolType => ({
  ...pool.config,
  Id: pool.id,
  Name: pool.name,
  Arn: poolArn(pool),
  CreationDate: new Date(pool.createdAt),
  LastModifiedDate: new Date(pool.modifiedAt),
  EstimatedNumberOfUsers: estimatedNumberOfUsers,
  Domain: domains.find(({ kind }) => kind === 'prefix')?.name,
  CustomDomain: domains.find(({ kind }) => kind === 'custom')?.name,
});

/** Where the pool has replicas; absent without any. */
const replicaRegions = ({ settings: { replicas = {} } }: UserPool) => {
  const regions = Object.keys(replicas);
  return regions.length > 0 ? regions : undefined;
};

export const summarizePool = (pool: UserPool): UserPoolDescriptionType => ({
  Id: pool.id,
  Name: pool.name,
  LambdaConfig: pool.config.LambdaConfig,
  ReplicaRegions: replicaRegions(pool),
  CreationDate: new Date(pool.createdAt),
  LastModifiedDate: new Date(pool.modifiedAt),
});
