/** RevokeToken: what it ends, what it leaves alone, and whom it refuses. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type Tokens, type World } from '../../support/world.ts';
import { secretHash } from '../sign-in/srp.ts';
import { refresh } from '../tokens/decode.ts';

const unauthorized = { name: 'UnauthorizedException' };

describe('RevokeToken', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await world.createClient(pool);
    await world.createUser(pool, 'jane');
  });
  after(() => world.stop());
  const revoke = (Token: string, ClientId = client, ClientSecret?: string) =>
    world.browser.revokeToken({ Token, ClientId, ClientSecret });

  it('ends the family, its access tokens with it, and no other family', async () => {
    const [one, two] = [await world.signIn(client, 'jane'), await world.signIn(client, 'jane')];
    const later = await refresh(world, client, one.RefreshToken);
    const { $metadata, ...answer } = await revoke(one.RefreshToken);
    assert.equal($metadata.httpStatusCode, 200);
    assert.deepEqual(answer, {});
    for (const { AccessToken } of [one, later])
      await assert.rejects(world.browser.getUser({ AccessToken }), {
        name: 'NotAuthorizedException',
        message: 'Access Token has been revoked',
      });
    await assert.rejects(refresh(world, client, one.RefreshToken), {
      name: 'NotAuthorizedException',
      message: 'Refresh Token has been revoked',
    });
    await world.browser.getUser({ AccessToken: two.AccessToken });
    await refresh(world, client, two.RefreshToken);
    await revoke(one.RefreshToken);
  });

  it('says yes to a refresh token that nobody knows', async () => {
    await revoke('unknown');
  });

  it('takes nothing but refresh tokens', async () => {
    const { AccessToken, IdToken } = await world.signIn(client, 'jane');
    for (const token of [AccessToken, IdToken, 'a.b.c'])
      await assert.rejects(revoke(token), { name: 'UnsupportedTokenTypeException' });
    await world.browser.getUser({ AccessToken });
  });

  it('is for the client of the token, known by its secret', async () => {
    const sibling = await world.createClient(pool);
    const { RefreshToken } = await world.signIn(client, 'jane');
    await assert.rejects(revoke(RefreshToken, sibling), unauthorized);
    await assert.rejects(revoke(RefreshToken, 'nobody'), unauthorized);
    await assert.rejects(revoke(RefreshToken, client, 'a'.repeat(52)), unauthorized);
    await refresh(world, client, RefreshToken);

    const ClientId = await world.createClient(pool, { GenerateSecret: true });
    const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId });
    const secret = UserPoolClient?.ClientSecret as string;
    const SECRET_HASH = secretHash('jane', ClientId, secret);
    const AuthParameters = { USERNAME: 'jane', PASSWORD: 'Correct-Horse-7', SECRET_HASH };
    const signedIn = await world.browser.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
    const token = (signedIn.AuthenticationResult as Tokens).RefreshToken;
    await assert.rejects(revoke(token, ClientId), unauthorized);
    await assert.rejects(revoke(token, ClientId, 'a'.repeat(52)), unauthorized);
    await revoke(token, ClientId, secret);
    await assert.rejects(refresh(world, ClientId, token, { SECRET_HASH }), {
      message: 'Refresh Token has been revoked',
    });
  });

  it('does not serve a client without revocation', async () => {
    const ClientId = await world.createClient(pool, { EnableTokenRevocation: false });
    const { RefreshToken } = await world.signIn(ClientId, 'jane');
    await assert.rejects(revoke(RefreshToken, ClientId), { name: 'UnsupportedOperationException' });
    await refresh(world, ClientId, RefreshToken);
  });

  it('stays in force when the client gives revocation up', async () => {
    const ClientId = await world.createClient(pool);
    const { RefreshToken, AccessToken } = await world.signIn(ClientId, 'jane');
    await revoke(RefreshToken, ClientId);
    await world.aws.updateUserPoolClient({ UserPoolId: pool, ClientId, EnableTokenRevocation: false });
    await assert.rejects(world.browser.getUser({ AccessToken }), { message: 'Access Token has been revoked' });
    await assert.rejects(refresh(world, ClientId, RefreshToken), { message: 'Refresh Token has been revoked' });
  });

  it('ends a family by a token that rotation has replaced', async () => {
    const ClientId = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    });
    const first = await world.signIn(ClientId, 'jane');
    const redeem = (RefreshToken: string) => world.browser.getTokensFromRefreshToken({ ClientId, RefreshToken });
    const { AuthenticationResult } = await redeem(first.RefreshToken);
    await revoke(first.RefreshToken, ClientId);
    await assert.rejects(redeem((AuthenticationResult as Tokens).RefreshToken), {
      name: 'NotAuthorizedException',
      message: 'Refresh Token has been revoked',
    });
  });
});
