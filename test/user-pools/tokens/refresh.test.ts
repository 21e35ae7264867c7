/** Refresh tokens: whose they are, how long they live, and how they rotate. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { startWorld, type Tokens, type World } from '../../support/world.ts';
import { secretHash } from '../sign-in/srp.ts';
import { claimsOf, refresh } from './decode.ts';

const denied = (message: string) => ({ name: 'NotAuthorizedException', message });
const invalid = denied('Invalid Refresh Token');
const revoked = denied('Refresh Token has been revoked');
const reused = { name: 'RefreshTokenReuseException' };

for (const engine of engines) {
  describe(`refresh tokens (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
      await world.createUser(pool, 'jane');
    });
    after(() => world.stop());

    const rotating = (RetryGracePeriodSeconds: number, more = {}) =>
      world.createClient(pool, {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
        ...more,
      });
    const redeem = async (ClientId: string, RefreshToken: string, ClientSecret?: string) => {
      const { AuthenticationResult, ...rest } = await world.browser.getTokensFromRefreshToken({
        ClientId,
        RefreshToken,
        ClientSecret,
      });
      assert.deepEqual(Object.keys(rest), ['$metadata']);
      return AuthenticationResult as Tokens;
    };

    it('give tokens as often as asked, under each name of the flow and through either operation', async () => {
      const { RefreshToken } = await world.signIn(client, 'jane');
      const outcome = await world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'REFRESH_TOKEN',
        AuthParameters: { REFRESH_TOKEN: RefreshToken },
      });
      assert.deepEqual(outcome.ChallengeParameters, {});
      const { AccessToken, IdToken, ...rest } = outcome.AuthenticationResult ?? {};
      assert(AccessToken && IdToken);
      assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: 'Bearer' });
      const admin = await world.aws.adminInitiateAuth({
        UserPoolId: pool,
        ClientId: client,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: RefreshToken },
      });
      assert(admin.AuthenticationResult?.AccessToken);
      const redeemed = await redeem(client, RefreshToken);
      assert(redeemed.AccessToken);
      assert.equal(redeemed.RefreshToken, undefined);
    });

    it('are good for their client only', async () => {
      const { RefreshToken } = await world.signIn(client, 'jane');
      const sibling = await world.createClient(pool);
      const stranger = await world.createClient(await world.createPool());
      for (const other of [sibling, stranger]) {
        await assert.rejects(refresh(world, other, RefreshToken), invalid);
        await assert.rejects(redeem(other, RefreshToken), invalid);
      }
      await assert.rejects(refresh(world, client, `${RefreshToken}x`), invalid);
      await assert.rejects(refresh(world, client, ''), {
        name: 'InvalidParameterException',
        message: 'Missing required parameter REFRESH_TOKEN',
      });
    });

    it('need the hash or the secret of a client that has one, the hash over username or sub', async () => {
      const sub = await world.createUser(pool, 'kim');
      const ClientId = await world.createClient(pool, { GenerateSecret: true });
      const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId });
      const secret = UserPoolClient?.ClientSecret as string;
      const hashOf = (name: string) => secretHash(name, ClientId, secret);
      const { AuthenticationResult } = await world.browser.initiateAuth({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'kim', PASSWORD: 'Correct-Horse-7', SECRET_HASH: hashOf('kim') },
      });
      const { RefreshToken } = AuthenticationResult as Tokens;
      for (const name of ['kim', sub]) await refresh(world, ClientId, RefreshToken, { SECRET_HASH: hashOf(name) });
      const mismatch = denied(`Unable to verify secret hash for client ${ClientId}`);
      await assert.rejects(refresh(world, ClientId, RefreshToken, { SECRET_HASH: hashOf('jane') }), mismatch);
      await assert.rejects(
        refresh(world, ClientId, RefreshToken),
        denied(`Client ${ClientId} is configured with secret but SECRET_HASH was not received`),
      );
      await redeem(ClientId, RefreshToken, secret);
      const wrong = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`;
      for (const given of [undefined, wrong])
        await assert.rejects(redeem(ClientId, RefreshToken, given), { name: 'NotAuthorizedException' });
      const open = await world.signIn(client, 'kim');
      await assert.rejects(redeem(client, open.RefreshToken, secret), { name: 'NotAuthorizedException' });
      await assert.rejects(
        refresh(world, client, open.RefreshToken, { SECRET_HASH: secretHash('kim', client, secret) }),
        denied(`Unable to verify secret hash for client ${client}`),
      );
    });

    it('do not refresh through InitiateAuth where they rotate', async () => {
      const ClientId = await rotating(0, { ExplicitAuthFlows: undefined, GenerateSecret: false }).catch(
        () => undefined,
      );
      if (ClientId !== undefined)
        await assert.rejects(refresh(world, ClientId, 'x'), { name: 'InvalidParameterException' });
      await assert.rejects(refresh(world, await rotating(0), 'x'), { name: 'InvalidParameterException' });
    });

    it('rotate: the successor is good, the old one is a sign of theft and ends the family', async () => {
      const ClientId = await rotating(0);
      const first = await world.signIn(ClientId, 'jane');
      const second = await redeem(ClientId, first.RefreshToken);
      assert.notEqual(second.RefreshToken, first.RefreshToken);
      const third = await redeem(ClientId, second.RefreshToken);
      for (const { AccessToken } of [first, second, third]) await world.browser.getUser({ AccessToken });
      const other = await world.signIn(ClientId, 'jane');

      await assert.rejects(redeem(ClientId, first.RefreshToken), reused);
      for (const { RefreshToken, AccessToken } of [first, second, third]) {
        await assert.rejects(redeem(ClientId, RefreshToken), revoked);
        await assert.rejects(world.browser.getUser({ AccessToken }), denied('Access Token has been revoked'));
      }
      assert((await redeem(ClientId, other.RefreshToken)).AccessToken);
    });

    it('rotate with grace: a repeated request gets the same successor, until the grace is over', async () => {
      const ClientId = await rotating(10);
      const first = await world.signIn(ClientId, 'jane');
      const second = await redeem(ClientId, first.RefreshToken);
      world.clock.advance(9000);
      const repeated = await redeem(ClientId, first.RefreshToken);
      assert.equal(repeated.RefreshToken, second.RefreshToken);
      assert.equal(claimsOf(repeated.AccessToken).origin_jti, claimsOf(first.AccessToken).origin_jti);
      const third = await redeem(ClientId, second.RefreshToken);
      world.clock.advance(1000);
      await assert.rejects(redeem(ClientId, first.RefreshToken), reused);
      await assert.rejects(redeem(ClientId, third.RefreshToken), revoked);
    });

    it('rotate once when asked at once: with grace all get one successor, without it one gets it', async () => {
      const patient = await rotating(60);
      const { RefreshToken } = await world.signIn(patient, 'jane');
      const all = await Promise.all([1, 2, 3, 4].map(() => redeem(patient, RefreshToken)));
      assert.equal(new Set(all.map(each => each.RefreshToken)).size, 1);
      assert((await redeem(patient, all[0]?.RefreshToken ?? '')).AccessToken);

      const strict = await rotating(0);
      const token = (await world.signIn(strict, 'jane')).RefreshToken;
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => redeem(strict, token)));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      const names = outcomes.flatMap(each => (each.status === 'rejected' ? [each.reason.name] : []));
      assert(names.includes('RefreshTokenReuseException'));
    });

    it('are judged by the client that they were issued to, also when replaced', async () => {
      const ClientId = await rotating(0);
      const first = await world.signIn(ClientId, 'jane');
      const second = await redeem(ClientId, first.RefreshToken);
      await assert.rejects(redeem(client, first.RefreshToken), invalid);
      await assert.rejects(redeem(client, second.RefreshToken), invalid);
      assert((await redeem(ClientId, second.RefreshToken)).AccessToken);
    });

    it('that were replaced stay so when the client stops rotating', async () => {
      const ClientId = await rotating(0);
      const first = await world.signIn(ClientId, 'jane');
      const second = await redeem(ClientId, first.RefreshToken);
      await world.aws.updateUserPoolClient({
        UserPoolId: pool,
        ClientId,
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        RefreshTokenRotation: { Feature: 'DISABLED' },
      });
      assert((await refresh(world, ClientId, second.RefreshToken)).AccessToken);
      await assert.rejects(refresh(world, ClientId, first.RefreshToken), revoked);
      await assert.rejects(refresh(world, ClientId, second.RefreshToken), revoked);
    });

    it('live as long as the first of the family would have', async () => {
      const ClientId = await rotating(0, { RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: 'hours' } });
      const first = await world.signIn(ClientId, 'jane');
      world.clock.advance(7_000_000);
      const second = await redeem(ClientId, first.RefreshToken);
      world.clock.advance(199_000);
      const third = await redeem(ClientId, second.RefreshToken);
      world.clock.advance(1_000);
      await assert.rejects(redeem(ClientId, third.RefreshToken), denied('Refresh Token has expired'));
    });
  });
}
