/** The operations on user pools themselves. */
import { invalidParameter, userPoolNotFound } from '../../contract/errors.ts';
import { mixedAlphanumeric, randomText } from '../../lib/random.ts';
import { findDomainsOf } from '../../storage/domains.ts';
import {
  countUsers,
  findPool,
  insertPool,
  listPools,
  markPoolDeleted,
  savePool,
  type UserPool,
} from '../../storage/pools.ts';
import { insertSigningKey } from '../../storage/signing-keys.ts';
import { freePoolId } from '../../storage/sweeper.ts';
import { addCustomAttributes as addToSchema, schemaOf } from '../attributes/schema.ts';
import { accountOf } from '../call/account.ts';
import type { Operation } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';
import { withIdlePool } from './change.ts';
import { checkAmbiguous, checkPoolConfig } from './check.ts';
import { chosenPoolId } from './chosen-id.ts';
import { configOfNewPool, configOfUpdatedPool } from './defaults.ts';
import { describePool, summarizePool } from './describe.ts';
import { checkFeaturePlan } from './feature-plan.ts';

/** Also of one that has been deleted and whose users are still being removed. */
const poolExists = (id: string) => invalidParameter(`User pool ${id} already exists.`);

export const createUserPool: Operation<'CreateUserPool'> = async (call, input) => {
  checkAmbiguous(input);
  const config = configOfNewPool(input, call.region);
  checkPoolConfig(config, call.region);
  checkFeaturePlan(call, config);
  const chosen = chosenPoolId(config.UserPoolTags, call.region);
  if (chosen !== undefined && !(await freePoolId(call.db, chosen))) throw poolExists(chosen);
  const now = call.clock.now();
  const pool: UserPool = {
    id: chosen ?? `${call.region}_${randomText(9, mixedAlphanumeric)}`,
    accountId: accountOf(call),
    region: call.region,
    name: input.PoolName,
    config,
    settings: {},
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
  const keys = await call.signingKeys.generate(pool.id);
  await call.db.transaction().execute(async tx => {
    if (!(await insertPool(tx, pool))) throw poolExists(pool.id);
    for (const key of keys) await insertSigningKey(tx, key);
  });
  call.directory.forgetPool(pool.id);
  call.signingKeys.forget(pool.id);
  return { UserPool: describePool(pool, 0) };
};

/** Fresh from the database: whoever has just updated the pool, through whichever server, reads what was written. */
export const describeUserPool = inPool<'DescribeUserPool'>(async ({ db, pool: { id } }) => {
  const pool = await findPool(db, id);
  if (pool === undefined) throw userPoolNotFound(id);
  return { UserPool: describePool(pool, await countUsers(db, id), await findDomainsOf(db, id)) };
});

export const updateUserPool = inPool<'UpdateUserPool'>(async (call, input) => {
  checkAmbiguous(input);
  await withIdlePool(call, async (tx, current) => {
    const config = configOfUpdatedPool(input, current.config, current.region);
    checkPoolConfig(config, current.region, current);
    checkFeaturePlan(call, config, current.config);
    await savePool(tx, { ...current, name: input.PoolName ?? current.name, config, modifiedAt: call.clock.now() });
  });
  return {};
});

export const addCustomAttributes = inPool<'AddCustomAttributes'>(async (call, { CustomAttributes }) => {
  await withIdlePool(call, async (tx, pool) => {
    const config = { ...pool.config, SchemaAttributes: addToSchema(schemaOf(pool), CustomAttributes) };
    await savePool(tx, { ...pool, config, modifiedAt: call.clock.now() });
  });
  return {};
});

export const deleteUserPool = inPool<'DeleteUserPool'>(async call => {
  await withIdlePool(call, async (tx, { id, config }) => {
    if (config.DeletionProtection === 'ACTIVE')
      throw invalidParameter(
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
      );
    if ((await findDomainsOf(tx, id)).length > 0)
      throw invalidParameter('User pool cannot be deleted. It has a domain configured that should be deleted first.');
    await markPoolDeleted(tx, id, call.clock.now());
  });
  return {};
});

export const listUserPools: Operation<'ListUserPools'> = async (call, { MaxResults, NextToken }) => {
  const [accountId, region] = [accountOf(call), call.region];
  const list = `ListUserPools/${accountId}/${region}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  const pools = await listPools(call.db, { accountId, region, after, limit: MaxResults + 1 });
  const { items, next } = cutPage(call, list, pools, MaxResults, ({ id }) => [id]);
  return { UserPools: items.map(summarizePool), NextToken: next };
};
