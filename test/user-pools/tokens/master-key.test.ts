/** A new master key signs nobody out: what was stored under the old one is found as long as that is kept. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuthenticationResultType, CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { createDatabase, engines } from '../../support/databases.ts';
import { serveUnder } from '../../support/serve-under.ts';
import { goodPassword } from '../../support/world.ts';

for (const engine of engines) {
  test(`refresh tokens, also rotating ones, outlive the master key (${engine})`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cenote-master-key-'));
    const database = await createDatabase(engine);
    const url = engine === 'postgres' ? database.options.url : undefined;
    const [old, young] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    try {
      const { app, aws } = await serveUnder(dataDir, url, [old]);
      const UserPoolId = (await aws.createUserPool({ PoolName: 'test' })).UserPool?.Id as string;
      const newClient = async (more: object) => {
        const made = await aws.createUserPoolClient({ UserPoolId, ClientName: 'test', ...more });
        return made.UserPoolClient?.ClientId as string;
      };
      const ExplicitAuthFlows = ['ALLOW_ADMIN_USER_PASSWORD_AUTH'];
      const plain = await newClient({ ExplicitAuthFlows });
      const RefreshTokenRotation = { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 };
      const rotating = await newClient({ ExplicitAuthFlows, RefreshTokenRotation });
      await aws.adminCreateUser({ UserPoolId, Username: 'jane', MessageAction: 'SUPPRESS' });
      await aws.adminSetUserPassword({ UserPoolId, Username: 'jane', Password: goodPassword, Permanent: true });
      const signIn = async (client: CognitoIdentityProvider, ClientId: string) => {
        const AuthParameters = { USERNAME: 'jane', PASSWORD: goodPassword };
        const AuthFlow = 'ADMIN_USER_PASSWORD_AUTH' as const;
        const { AuthenticationResult } = await client.adminInitiateAuth({
          UserPoolId,
          ClientId,
          AuthFlow,
          AuthParameters,
        });
        return AuthenticationResult as Required<AuthenticationResultType>;
      };
      const redeem = async (client: CognitoIdentityProvider, ClientId: string, RefreshToken: string) => {
        const { AuthenticationResult } = await client.getTokensFromRefreshToken({ ClientId, RefreshToken });
        return AuthenticationResult as Required<AuthenticationResultType>;
      };
      const kept = await signIn(aws, plain);
      const first = await signIn(aws, rotating);
      const second = await redeem(aws, rotating, first.RefreshToken);
      aws.destroy();
      await app.stop();

      const next = await serveUnder(dataDir, url, [young, old]);
      assert((await redeem(next.aws, plain, kept.RefreshToken)).AccessToken);
      assert.equal((await next.aws.adminGetUser({ UserPoolId, Username: 'jane' })).UserStatus, 'CONFIRMED');
      // Within its grace: the successor is the one that was given out before, not one of the new key.
      const repeated = await redeem(next.aws, rotating, first.RefreshToken);
      assert.equal(repeated.RefreshToken, second.RefreshToken);
      const third = await redeem(next.aws, rotating, second.RefreshToken);
      const fourth = await redeem(next.aws, rotating, third.RefreshToken);
      assert(fourth.RefreshToken);
      await next.aws.revokeToken({ ClientId: plain, Token: kept.RefreshToken });
      await assert.rejects(redeem(next.aws, plain, kept.RefreshToken), { message: 'Refresh Token has been revoked' });
      assert((await signIn(next.aws, plain)).AccessToken);
      next.aws.destroy();
      await next.app.stop();
    } finally {
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}
