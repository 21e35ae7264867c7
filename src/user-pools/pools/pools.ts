/** The operations on user pools themselves. */
import { concurrentModification, invalidParameter, userPoolNotFound } from '../../contract/errors.ts';
import { mixedAlphanumeric, randomText } from '../../lib/random.ts';
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
import { addCustomAttributes as addToSchema, schemaOf } from '../attributes/schema.ts';
import type { Call, Operation, PoolCall } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';
import { checkAmbiguous, checkPoolConfig } from './check.ts';
import { configOfNewPool, configOfUpdatedPool } from './defaults.ts';
import { describePool, summarizePool } from './describe.ts';

/** Signed operations always have a caller; the wire has seen to it. */
const accountOf = (call: Call): string => {
  if (call.principal === null) throw new Error('an operation of administrators was reached without a signature');
  return call.principal.accountId;
};

export const createUserPool: Operation<'CreateUserPool'> = async (call, input) => {
  checkAmbiguous(input);
  const config = configOfNewPool(input, call.region);
  checkPoolConfig(config);
  const now = call.clock.now();
  const pool: UserPool = {
    id: `${call.region}_${randomText(9, mixedAlphanumeric)}`,
    accountId: accountOf(call),
    region: call.region,
    name: input.PoolName,
    config,
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
  const keys = await call.signingKeys.generate(pool.id);
  await call.db.transaction().execute(async tx => {
    await insertPool(tx, pool);
    for (const key of keys) await insertSigningKey(tx, key);
  });
  call.directory.forgetPool(pool.id);
  return { UserPool: describePool(pool, 0) };
};

export const describeUserPool = inPool<'DescribeUserPool'>(async ({ db, pool }) => ({
  UserPool: describePool(pool, await countUsers(db, pool.id)),
}));

/** Saves what `change` makes of the newest record; repeats when somebody else saves in between. */
const changePool = async (call: PoolCall, change: (pool: UserPool) => Pick<UserPool, 'name' | 'config'>) => {
  for (let tries = 0; tries < 5; tries++) {
    const current = await findPool(call.db, call.pool.id);
    if (current === undefined) throw userPoolNotFound(call.pool.id);
    const saved = await savePool(call.db, { ...current, ...change(current) }, call.clock.now());
    call.directory.forgetPool(current.id);
    if (saved) return;
  }
  throw concurrentModification();
};

export const updateUserPool = inPool<'UpdateUserPool'>(async (call, input) => {
  checkAmbiguous(input);
  await changePool(call, current => {
    const config = configOfUpdatedPool(input, current.config, current.region);
    checkPoolConfig(config);
    if (config.MfaConfiguration === 'ON' && current.config.MfaConfiguration === 'OFF' && !config.SmsConfiguration)
      throw invalidParameter('Cannot turn MFA functionality ON, once the user pool has been created.');
    return { name: input.PoolName ?? current.name, config };
  });
  return {};
});

export const deleteUserPool = inPool<'DeleteUserPool'>(async ({ db, clock, directory, pool }) => {
  if (pool.config.DeletionProtection === 'ACTIVE')
    throw invalidParameter(
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    );
  await markPoolDeleted(db, pool.id, clock.now());
  directory.forgetPool(pool.id);
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

export const addCustomAttributes = inPool<'AddCustomAttributes'>(async (call, { CustomAttributes }) => {
  await changePool(call, pool => ({
    name: pool.name,
    config: { ...pool.config, SchemaAttributes: addToSchema(schemaOf(pool), CustomAttributes) },
  }));
  return {};
});
