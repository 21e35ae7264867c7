/** Risk configurations: one for a pool, and one for each app client that has its own. */
import type { RiskConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import type { Db } from './schema.ts';

export type RiskConfig = Pick<
  RiskConfigurationType,
  'CompromisedCredentialsRiskConfiguration' | 'AccountTakeoverRiskConfiguration' | 'RiskExceptionConfiguration'
>;

/** Without a client: the pool's own. */
export type RiskScope = { poolId: string; clientId: string | undefined };

const keyOf = ({ poolId, clientId }: RiskScope) => ({ pool_id: poolId, scope: clientId ?? '' });

export const findRiskConfig = async (
  db: Db,
  scope: RiskScope,
): Promise<{ config: RiskConfig; modifiedAt: number } | undefined> => {
  const row = await db
    .selectFrom('risk_configurations')
    .select(['config', 'modified_at'])
    .where(eb => eb.and(keyOf(scope)))
    .executeTakeFirst();
  return row && { config: JSON.parse(row.config), modifiedAt: row.modified_at };
};

export const saveRiskConfig = async (db: Db, scope: RiskScope, config: RiskConfig, now: number): Promise<void> => {
  const columns = { config: JSON.stringify(config), modified_at: now };
  await db
    .insertInto('risk_configurations')
    .values({ ...keyOf(scope), client_id: scope.clientId ?? null, ...columns })
    .onConflict(conflict => conflict.columns(['pool_id', 'scope']).doUpdateSet(columns))
    .execute();
};

export const deleteRiskConfig = async (db: Db, scope: RiskScope): Promise<void> => {
  await db
    .deleteFrom('risk_configurations')
    .where(eb => eb.and(keyOf(scope)))
    .execute();
};
