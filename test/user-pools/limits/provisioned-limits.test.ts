/** GetProvisionedLimit and UpdateProvisionedLimit, and that every operation counts somewhere. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LimitDefinitionType } from '@aws-sdk/client-cognito-identity-provider';
import { userPoolsContract } from '../../../src/contract/service.ts';
import { categories } from '../../../src/user-pools/limits/categories.ts';
import { engines } from '../../support/databases.ts';
import { startWorld } from '../../support/world.ts';

const of = (Category: string): LimitDefinitionType => ({ LimitClass: 'API_CATEGORY', Attributes: { Category } });

for (const engine of engines)
  describe(`provisioned limits (${engine})`, () => {
    it('are those of Cognito until an account sets them, each region by itself', async () => {
      const world = await startWorld({ engine });
      const { aws } = world;
      const abroad = world.awsAs({ region: 'eu-west-1', credentials: aws.config.credentials });
      const limit = async (Category: string, client = aws) =>
        (await client.getProvisionedLimit({ LimitDefinition: of(Category) })).Limit;
      const expected = (category: string, free: number, value: number) => ({
        LimitDefinition: of(category),
        ProvisionedLimitValue: value,
        FreeLimitValue: free,
      });
      assert.deepEqual(await limit('UserAuthentication'), expected('UserAuthentication', 120, 120));
      assert.deepEqual(await limit('UserPoolRead'), expected('UserPoolRead', 15, 15));
      for (const value of [300, 120, 10_000]) {
        const { Limit } = await aws.updateProvisionedLimit({
          LimitDefinition: of('UserAuthentication'),
          RequestedLimitValue: value,
        });
        assert.deepEqual(Limit, expected('UserAuthentication', 120, value));
        assert.deepEqual(await limit('UserAuthentication'), Limit);
      }
      assert.deepEqual(await limit('UserAuthentication', abroad), expected('UserAuthentication', 120, 120));
      assert.deepEqual(await limit('UserCreation'), expected('UserCreation', 50, 50));

      const update = (LimitDefinition: LimitDefinitionType, RequestedLimitValue: number) =>
        aws.updateProvisionedLimit({ LimitDefinition, RequestedLimitValue });
      const invalid = 'InvalidParameterException';
      const rows: [definition: LimitDefinitionType, value: number, name: string][] = [
        [of('UserAuthentication'), 119, invalid],
        [of('UserAuthentication'), 0, invalid],
        [of('UserAuthentication'), -1, invalid],
        [of('UserAuthentication'), 10_001, 'ServiceQuotaExceededException'],
        [of('UserUpdate'), 25, invalid],
        [of('Nonsense'), 100, 'ResourceNotFoundException'],
        [of('constructor'), 100, 'ResourceNotFoundException'],
        [{ LimitClass: 'API_CATEGORY', Attributes: {} }, 100, invalid],
        [{ LimitClass: 'API_CATEGORY', Attributes: { Category: 'UserRead', Pool: 'x' } }, 200, invalid],
        [{ LimitClass: 'OTHER' as 'API_CATEGORY', Attributes: { Category: 'UserRead' } }, 200, invalid],
      ];
      for (const [definition, value, name] of rows)
        await assert.rejects(update(definition, value), { name }, JSON.stringify([definition, value]));
      for (const name of ['Nonsense', '__proto__'])
        await assert.rejects(limit(name), { name: 'ResourceNotFoundException' });
      await assert.rejects(
        aws.getProvisionedLimit({ LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: {} } }),
        {
          name: invalid,
        },
      );
      assert.equal((await limit('UserAuthentication'))?.ProvisionedLimitValue, 10_000);
      await world.stop();
    });
  });

describe('categories', () => {
  it('hold each operation of the contract once', () => {
    const listed = Object.values(categories).flatMap(({ operations }) => operations as readonly string[]);
    assert.deepEqual(listed.toSorted(), Object.keys(userPoolsContract().operations).toSorted());
  });
});
