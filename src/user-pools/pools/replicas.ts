/**
 * Replicas of a pool in other regions. One database serves every region here, so a replica copies nothing: it is the record
 * of where else the pool is to be reached, and of what may be done from there (`doors/replica-regions.ts`).
 */
import type { UserPoolReplicaType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, invalidPageToken, invalidParameter, invalidTags, limitExceeded } from '../../contract/errors.ts';
import type { PoolReplica, UserPool } from '../../storage/pools.ts';
import { inPool } from '../doors/in-pool.ts';
import { changePool } from './change.ts';
import { poolArn } from './describe.ts';
import { requirePlan } from './feature-plan.ts';
import { tagProblem } from './tag-rules.ts';

const regionName = /^(?=.{5,32}$)[a-z]{2,}(-[a-z]+)+-\d+$/;
const multiRegionKey = /:key\/mrk-[0-9a-f]+$/;

const describe = (pool: UserPool, RegionName: string, Status: UserPoolReplicaType['Status']): UserPoolReplicaType => ({
  RegionName,
  Status,
  Role: RegionName === pool.region ? 'PRIMARY' : 'SECONDARY',
  UserPoolArn: poolArn({ ...pool, region: RegionName }),
});

const noReplica = ({ id }: UserPool, region: string) =>
  new AwsError('ResourceNotFoundException', `User pool ${id} has no replica in ${region}.`);

/** @throws InvalidParameterException for the pool's own region, ResourceNotFoundException where there is no replica */
const findReplica = (pool: UserPool, region: string): PoolReplica => {
  if (region === pool.region) throw invalidParameter(`${region} is the primary Region of the user pool.`);
  const replica = pool.settings.replicas?.[region];
  if (replica === undefined) throw noReplica(pool, region);
  return replica;
};

/** @throws InvalidParameterException, LimitExceededException */
const checkReplicable = ({ config, settings, region }: UserPool, wanted: string) => {
  if (!regionName.test(wanted)) throw invalidParameter(`Invalid Region name ${wanted}.`);
  if (wanted === region) throw invalidParameter(`${wanted} is the primary Region of the user pool.`);
  const { KeyType, KmsKeyArn = '' } = config.KeyConfiguration ?? {};
  if (KeyType !== 'CUSTOMER_MANAGED_KEY' || !multiRegionKey.test(KmsKeyArn))
    throw invalidParameter('A replica requires a user pool with a multi-Region customer managed key.');
  if (config.IssuerConfiguration?.Type !== 'UPDATED')
    throw invalidParameter('A replica requires a user pool with the issuer type UPDATED.');
  if (Object.keys(settings.replicas ?? {}).length > 0)
    throw limitExceeded('A user pool can have at most one replica in another Region.');
};

const checkTags = (tags: Record<string, string>) => {
  const long = Object.entries(tags).some(([key, value]) => !key || key.length > 128 || value.length > 256);
  const problem = long ? 'Tag keys have 1 to 128 characters and values at most 256.' : tagProblem(tags);
  if (problem !== undefined) throw invalidTags(problem);
};

const withReplicas = (pool: UserPool, replicas: Record<string, PoolReplica>): UserPool => ({
  ...pool,
  settings: { ...pool.settings, replicas },
});

/** There is nothing to copy: what is answered as being created is there, and inactive, at once. */
export const createUserPoolReplica = inPool<'CreateUserPoolReplica'>(
  async (call, { RegionName, UserPoolTags: tags = {} }) => {
    const pool = await changePool(call, current => {
      requirePlan(call, current.config, 'ESSENTIALS', 'Multi-Region Replication');
      checkReplicable(current, RegionName);
      checkTags(tags);
      return withReplicas(current, { ...current.settings.replicas, [RegionName]: { status: 'INACTIVE', tags } });
    });
    return { UserPoolReplica: describe(pool, RegionName, 'CREATING') };
  },
);

export const updateUserPoolReplica = inPool<'UpdateUserPoolReplica'>(async (call, { RegionName, Status }) => {
  const pool = await changePool(call, current =>
    withReplicas(current, {
      ...current.settings.replicas,
      [RegionName]: { ...findReplica(current, RegionName), status: Status },
    }),
  );
  return { UserPoolReplica: describe(pool, RegionName, Status) };
});

export const deleteUserPoolReplica = inPool<'DeleteUserPoolReplica'>(async (call, { RegionName }) => {
  const pool = await changePool(call, current => {
    if (findReplica(current, RegionName).status !== 'INACTIVE')
      throw invalidParameter('Only a replica with the status INACTIVE can be deleted.');
    const { [RegionName]: _, ...rest } = current.settings.replicas ?? {};
    return withReplicas(current, rest);
  });
  return { UserPoolReplica: describe(pool, RegionName, 'DELETING') };
});

/** All fit on one page. */
export const listUserPoolReplicas = inPool<'ListUserPoolReplicas'>(async ({ pool }, { NextToken }) => {
  if (NextToken !== undefined) throw invalidPageToken();
  const replicas = Object.entries(pool.settings.replicas ?? {}).map(([region, { status }]) =>
    describe(pool, region, status),
  );
  const all = [describe(pool, pool.region, 'ACTIVE'), ...replicas];
  return { UserPoolReplicas: all.sort((a, b) => ((a.RegionName ?? '') < (b.RegionName ?? '') ? -1 : 1)) };
});
