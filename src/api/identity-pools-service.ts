/** The identity pools API as the wire sees it: each operation receives the house together with the request. */
import { identityPoolsContract } from '../contract/service.ts';
import type { IdentityCall, IdentityHouse } from '../identity-pools/call.ts';
import type { RequestContext, Service } from '../wire/service.ts';
import { identityPoolOperations } from './identity-pools.ts';

export const identityPoolsService = (house: IdentityHouse): Service => {
  const table: Record<string, (call: IdentityCall, input: never) => Promise<unknown>> = identityPoolOperations;
  const operations = Object.entries(table).map(([name, operation]) => [
    name,
    (request: RequestContext, input: never) => operation({ ...house, ...request }, input),
  ]);
  return {
    contract: identityPoolsContract(),
    signingName: 'cognito-identity',
    // As at AWS, what is called with the id of an identity is permitted for all of them or for none.
    resourceArn: (_operation, { IdentityPoolId, ResourceArn }, { region, principal }) => {
      if (typeof ResourceArn === 'string') return ResourceArn;
      if (typeof IdentityPoolId !== 'string') return '*';
      const poolRegion = IdentityPoolId.split(':')[0] || region;
      return `arn:aws:cognito-identity:${poolRegion}:${principal?.accountId}:identitypool/${IdentityPoolId}`;
    },
    resourceTags: async arn => {
      const [, accountId, id = ''] = /:(\d{12}):identitypool\/(.+)$/.exec(arn) ?? [];
      const pool = await house.identityPools.pool(id);
      return pool?.accountId === accountId ? pool?.config.IdentityPoolTags : undefined;
    },
    operations: Object.fromEntries(operations),
  };
};
