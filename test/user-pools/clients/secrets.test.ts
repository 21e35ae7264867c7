/** Two secrets of an app client through the AWS SDK: added, listed, deleted, and both good wherever a secret is asked for. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type Tokens, type World } from '../../support/world.ts';
import { secretHash } from '../sign-in/srp.ts';
import { refused } from '../users/refused.ts';

for (const engine of engines) {
  describe(`client secrets (${engine})`, () => {
    let world: World;
    let UserPoolId: string;
    before(async () => {
      world = await startWorld({ engine });
      UserPoolId = await world.createPool();
      await world.createUser(UserPoolId, 'jane');
    });
    after(() => world.stop());

    const describeClient = async (ClientId: string) =>
      (await world.aws.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient;
    const createClient = async (more = {}) => {
      const ClientId = await world.createClient(UserPoolId, { GenerateSecret: true, ...more });
      return { ClientId, secret: (await describeClient(ClientId))?.ClientSecret as string };
    };
    const add = async (ClientId: string, ClientSecret?: string) =>
      (await world.aws.addUserPoolClientSecret({ UserPoolId, ClientId, ClientSecret })).ClientSecretDescriptor;
    const list = async (ClientId: string) =>
      (await world.aws.listUserPoolClientSecrets({ UserPoolId, ClientId })).ClientSecrets ?? [];
    const remove = (ClientId: string, ClientSecretId = 'none') =>
      world.aws.deleteUserPoolClientSecret({ UserPoolId, ClientId, ClientSecretId });
    const signIn = async (ClientId: string, secret: string) => {
      const SECRET_HASH = secretHash('jane', ClientId, secret);
      const AuthParameters = { USERNAME: 'jane', PASSWORD: goodPassword, SECRET_HASH };
      const answer = await world.browser.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
      return answer.AuthenticationResult as Tokens;
    };

    it('generated: shown once, with an id and a date', async () => {
      const { ClientId } = await createClient();
      const [first] = await list(ClientId);
      world.clock.advance(1000);
      const { ClientSecretValue, ...second } = (await add(ClientId)) ?? {};
      assert.match(ClientSecretValue ?? '', /^[0-9a-z]{52}$/);
      assert.match(second.ClientSecretId ?? '', new RegExp(`^${ClientId}--\\d+$`));
      assert.ok(second.ClientSecretCreateDate instanceof Date);
      assert.deepEqual(await list(ClientId), [first, second]);
      assert.deepEqual(Object.keys(first ?? {}).sort(), ['ClientSecretCreateDate', 'ClientSecretId']);
    });

    it('chosen: not shown, and sealed in the database', async () => {
      const chosen = 'my_own_secret_1234567890_+';
      const { ClientId } = await createClient();
      assert.deepEqual(Object.keys((await add(ClientId, chosen)) ?? {}).sort(), [
        'ClientSecretCreateDate',
        'ClientSecretId',
      ]);
      await signIn(ClientId, chosen);
      const { db } = world.app.foundation.storage;
      const rows = await db.selectFrom('client_secrets').selectAll().where('client_id', '=', ClientId).execute();
      assert.ok(rows.length === 2 && !JSON.stringify(rows).includes(chosen));
      const other = await createClient();
      for (const bad of ['x'.repeat(23), 'x'.repeat(65), `${'x'.repeat(24)}!`])
        await refused(add(other.ClientId, bad), 'InvalidParameterException');
    });

    it('are both good for sign-in, refresh and revocation, until one is deleted', async () => {
      const RefreshTokenRotation = { Feature: 'ENABLED' as const, RetryGracePeriodSeconds: 0 };
      const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH' as const];
      const { ClientId, secret: old } = await createClient({ RefreshTokenRotation, ExplicitAuthFlows });
      const [{ ClientSecretId: oldId } = {}] = await list(ClientId);
      const fresh = (await add(ClientId))?.ClientSecretValue as string;
      for (const ClientSecret of [old, fresh]) {
        const { RefreshToken } = await signIn(ClientId, ClientSecret);
        const next = await world.browser.getTokensFromRefreshToken({ ClientId, RefreshToken, ClientSecret });
        const Token = next.AuthenticationResult?.RefreshToken;
        await world.browser.revokeToken({ ClientId, Token, ClientSecret });
      }
      const { RefreshToken } = await signIn(ClientId, old);
      await remove(ClientId, oldId);
      await refused(
        signIn(ClientId, old),
        'NotAuthorizedException',
        `Unable to verify secret hash for client ${ClientId}`,
      );
      const renew = (ClientSecret: string) =>
        world.browser.getTokensFromRefreshToken({ ClientId, RefreshToken, ClientSecret });
      await refused(renew(old), 'NotAuthorizedException');
      await refused(
        world.browser.revokeToken({ ClientId, Token: RefreshToken, ClientSecret: old }),
        'UnauthorizedException',
      );
      await renew(fresh);
      assert.equal((await describeClient(ClientId))?.ClientSecret, fresh);
    });

    it('are both good for GetClientToken', async () => {
      await world.aws.createResourceServer({
        ...{ UserPoolId, Identifier: 'api', Name: 'API' },
        Scopes: [{ ScopeName: 'read', ScopeDescription: 'x' }],
      });
      const { ClientId, secret } = await createClient({
        ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as ExplicitAuthFlowsType],
        AllowedOAuthScopes: ['api/read'],
      });
      const [{ ClientSecretId } = {}] = await list(ClientId);
      const fresh = (await add(ClientId))?.ClientSecretValue as string;
      for (const Secret of [secret, fresh]) await world.aws.getClientToken({ ClientId, Secret });
      await remove(ClientId, ClientSecretId);
      await refused(world.aws.getClientToken({ ClientId, Secret: secret }), 'NotAuthorizedException');
    });

    it('are at most two, also when added at the same moment, and never none', async () => {
      const { ClientId } = await createClient();
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => add(ClientId)));
      const reasons = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
      assert.deepEqual(reasons, Array(3).fill('LimitExceededException'));
      const ids = (await list(ClientId)).map(({ ClientSecretId }) => ClientSecretId);
      assert.equal(new Set(ids).size, 2);

      const deletions = await Promise.allSettled(ids.map(id => remove(ClientId, id)));
      const refusals = deletions.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
      assert.deepEqual(refusals, ['InvalidParameterException']);
      const [{ ClientSecretId: last } = {}] = await list(ClientId);
      await refused(remove(ClientId, last), 'InvalidParameterException');
      await refused(remove(ClientId, 'none'), 'ResourceNotFoundException', 'Client secret none does not exist.');
      await add(ClientId);
      await remove(ClientId, last);
      await refused(remove(ClientId, last), 'ResourceNotFoundException');
    });

    it('are nothing for a public client', async () => {
      const ClientId = await world.createClient(UserPoolId);
      await refused(add(ClientId), 'InvalidParameterException');
      assert.deepEqual(await list(ClientId), []);
      await refused(remove(ClientId), 'ResourceNotFoundException');
    });

    it('belong to the client of this pool', async () => {
      const other = await world.createPool();
      const ClientId = await world.createClient(other, { GenerateSecret: true });
      for (const id of [ClientId, 'nobody']) {
        const gone = ['ResourceNotFoundException', `User pool client ${id} does not exist.`] as const;
        await refused(add(id), ...gone);
        await refused(list(id), ...gone);
        await refused(remove(id), ...gone);
      }
    });
  });
}
