/** Request rates that an account has provisioned for a region, by category. */
import type { Db } from './schema.ts';

export type LimitKey = { accountId: string; region: string; category: string };

/** @returns requests a second; undefined when the account has never set this limit */
export const findProvisionedLimit = async (
  db: Db,
  { accountId, region, category }: LimitKey,
): Promise<number | undefined> => {
  const row = await db
    .selectFrom('provisioned_limits')
    .select('value')
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('category', '=', category)
    .executeTakeFirst();
  return row?.value;
};

export const saveProvisionedLimit = async (
  db: Db,
  { accountId, region, category }: LimitKey,
  value: number,
): Promise<void> => {
  await db
    .insertInto('provisioned_limits')
    .values({ account_id: accountId, region, category, value })
    .onConflict(conflict => conflict.columns(['account_id', 'region', 'category']).doUpdateSet({ value }))
    .execute();
};
