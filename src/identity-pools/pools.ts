/** The operations on identity pools themselves. */
import type { IdentityPool as SdkIdentityPool } from '@aws-sdk/client-cognito-identity';
import { identityPoolNotFound } from '../contract/identity-errors.ts';
import { uuid } from '../lib/random.ts';
import {
  findIdentityPool,
  type IdentityPool,
  type IdentityPoolConfig,
  insertIdentityPool,
  listIdentityPools as listPools,
  markIdentityPoolDeleted,
} from '../storage/identity-pools.ts';
import { cutPage, pagePosition } from '../user-pools/call/page-token.ts';
import type { Operation } from './call.ts';
import { changePool } from './change.ts';
import { checkConfig, checkDeveloperName } from './check.ts';
import { accountOf, inPool } from './doors.ts';

export const describePool = ({ id, name, config }: IdentityPool): Omit<SdkIdentityPool, '$metadata'> => ({
  IdentityPoolId: id,
  IdentityPoolName: name,
  ...config,
  IdentityPoolTags: config.IdentityPoolTags ?? {},
});

export const createIdentityPool: Operation<'CreateIdentityPool'> = async (call, { IdentityPoolName, ...config }) => {
  checkConfig(config);
  const now = call.clock.now();
  const pool: IdentityPool = {
    id: `${call.region}:${uuid()}`,
    accountId: accountOf(call),
    region: call.region,
    name: IdentityPoolName,
    config,
    settings: {},
    createdAt: now,
    modifiedAt: now,
  };
  await insertIdentityPool(call.db, pool);
  return describePool(pool);
};

/** Fresh from the database: whoever has just updated the pool, through whichever server, reads what was written. */
export const describeIdentityPool = inPool<'DescribeIdentityPool'>(async ({ db, pool: { id } }) => {
  const pool = await findIdentityPool(db, id);
  if (pool === undefined) throw identityPoolNotFound(id);
  return describePool(pool);
});

/** Everything is replaced; what is left out gets its default, but for the tags, and the developer provider, which stays what it is. */
export const updateIdentityPool = inPool<'UpdateIdentityPool'>(async (call, input) => {
  const { IdentityPoolId: _, IdentityPoolName: name, ...given } = input;
  checkConfig(given);
  const saved = await changePool(call, pool => {
    checkDeveloperName(pool.config.DeveloperProviderName, given.DeveloperProviderName);
    const { DeveloperProviderName = given.DeveloperProviderName, IdentityPoolTags } = pool.config;
    const config: IdentityPoolConfig = { IdentityPoolTags, ...given, DeveloperProviderName };
    checkConfig(config);
    return { ...pool, name, config };
  });
  return describePool(saved);
});

export const deleteIdentityPool = inPool<'DeleteIdentityPool'>(async ({ db, clock, identityPools, pool: { id } }) => {
  if (!(await markIdentityPoolDeleted(db, id, clock.now()))) throw identityPoolNotFound(id);
  identityPools.forgetPool(id);
  return {};
});

export const listIdentityPools: Operation<'ListIdentityPools'> = async (call, { MaxResults, NextToken }) => {
  const [accountId, region] = [accountOf(call), call.region];
  const list = `ListIdentityPools/${accountId}/${region}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  const pools = await listPools(call.db, { accountId, region, after, limit: MaxResults + 1 });
  const { items, next } = cutPage(call, list, pools, MaxResults, ({ id }) => [id]);
  return {
    IdentityPools: items.map(({ id, name }) => ({ IdentityPoolId: id, IdentityPoolName: name })),
    NextToken: next,
  };
};
