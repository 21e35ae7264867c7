/** The operations on risk configurations: what threat protection is to do about whom. Kept for now; no risk is assessed yet. */
import type { RiskConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import { clientNotFound } from '../../contract/errors.ts';
import {
  deleteRiskConfig,
  findRiskConfig,
  type RiskConfig,
  type RiskScope,
  saveRiskConfig,
} from '../../storage/risk-configurations.ts';
import type { PoolCall } from '../call/call.ts';
import { inPool } from '../doors/in-pool.ts';
import { riskConfigOf } from './risk-check.ts';

/** @throws ResourceNotFoundException for a client that is not the pool's */
const scopeOf = async ({ pool, directory }: PoolCall, clientId: string | undefined): Promise<RiskScope> => {
  if (clientId !== undefined && (await directory.client(clientId))?.poolId !== pool.id) throw clientNotFound(clientId);
  return { poolId: pool.id, clientId };
};

const describeRisk = (
  { poolId, clientId }: RiskScope,
  found: { config: RiskConfig; modifiedAt: number } | undefined,
): RiskConfigurationType => ({
  UserPoolId: poolId,
  ClientId: clientId,
  ...found?.config,
  LastModifiedDate: found && new Date(found.modifiedAt),
});

/** Without any configuration the pool goes back to the defaults, and a client to what its pool says. */
export const setRiskConfiguration = inPool<'SetRiskConfiguration'>(async (call, input) => {
  const scope = await scopeOf(call, input.ClientId);
  const { CompromisedCredentialsRiskConfiguration, AccountTakeoverRiskConfiguration, RiskExceptionConfiguration } =
    input;
  const parts = [CompromisedCredentialsRiskConfiguration, AccountTakeoverRiskConfiguration, RiskExceptionConfiguration];
  if (parts.every(part => part === undefined)) {
    await deleteRiskConfig(call.db, scope);
    return { RiskConfiguration: describeRisk(scope, undefined) };
  }
  const config = riskConfigOf(input);
  const modifiedAt = call.clock.now();
  await saveRiskConfig(call.db, scope, config, modifiedAt);
  return { RiskConfiguration: describeRisk(scope, { config, modifiedAt }) };
});

/** What was set for exactly this pool or client. */
export const describeRiskConfiguration = inPool<'DescribeRiskConfiguration'>(async (call, { ClientId }) => {
  const scope = await scopeOf(call, ClientId);
  return { RiskConfiguration: describeRisk(scope, await findRiskConfig(call.db, scope)) };
});
