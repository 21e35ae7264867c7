/** Tokens that came through OAuth and tokens that came through the API are of one kind: each door takes those of the other. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { CognitoJwtInvalidTokenUseError, JwtInvalidScopeError } from 'aws-jwt-verify/error';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { type Client, callback, claimsOf, codeFor, createOAuthClient, signInBrowser, token } from './world.ts';

describe('OAuth and the API', () => {
  let world: World;
  let pool: string;
  let client: Client;
  let rotating: Client;
  let sub: string;
  before(async () => {
    world = await startWorld({
      settings: { CENOTE_ISSUER: 'https://cognito-idp.{region}.amazonaws.com/{poolId}' },
    });
    pool = await world.createPool();
    client = await createOAuthClient(world, pool);
    rotating = await createOAuthClient(world, pool, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    });
    sub = await world.createUser(pool, 'jane', undefined, { email: 'jane@example.com', email_verified: 'true' });
  });
  after(() => world.stop());

  const tokensOf = async ({ id }: Client, scope: string) => {
    const cookie = await signInBrowser(world, { pool, client: id, sub });
    const code = await codeFor(world, { client_id: id, scope }, cookie);
    const { body } = await token(world, { id }, { grant_type: 'authorization_code', code, redirect_uri: callback });
    return { access: body.access_token ?? '', id: body.id_token ?? '', refresh: body.refresh_token ?? '' };
  };
  const viaApi = async (ClientId: string, RefreshToken: string) => {
    const { AuthenticationResult } = await world.browser.initiateAuth({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    });
    return AuthenticationResult;
  };
  const viaOAuth = (id: string, refresh: string) =>
    token(world, { id }, { grant_type: 'refresh_token', refresh_token: refresh });

  it('aws-jwt-verify accepts what the token endpoint gives, with its scopes', async () => {
    const { access, id } = await tokensOf(client, 'openid email');
    const jwks = (await (await fetch(`${world.url}/${pool}/.well-known/jwks.json`)).json()) as Jwks;
    const verify = async (jwt: string, tokenUse: 'id' | 'access', scope?: string[]) => {
      const verifier = CognitoJwtVerifier.create({ userPoolId: pool, clientId: client.id, tokenUse: null });
      verifier.cacheJwks(jwks);
      return verifier.verify(jwt, { tokenUse, clientId: client.id, ...(scope && { scope }) });
    };
    assert.equal((await verify(id, 'id')).email, 'jane@example.com');
    assert.equal((await verify(access, 'access', ['openid', 'other'])).sub, sub);
    await assert.rejects(verify(access, 'access', ['phone']), JwtInvalidScopeError);
    await assert.rejects(verify(access, 'id'), CognitoJwtInvalidTokenUseError);
  });

  it('a refresh token of OAuth refreshes through the API, with the scopes that it has', async () => {
    const first = await tokensOf(client, 'openid email');
    const result = await viaApi(client.id, first.refresh);
    const claims = claimsOf(result?.AccessToken);
    assert.deepEqual([claims.scope, claims.origin_jti], ['openid email', claimsOf(first.access).origin_jti]);
    assert.equal(claimsOf(result?.IdToken).email, 'jane@example.com');
    // Neither door makes more of it than it is.
    await assert.rejects(world.browser.getUser({ AccessToken: result?.AccessToken }), {
      name: 'NotAuthorizedException',
    });
    assert.equal((await viaOAuth(rotating.id, first.refresh)).body.error, 'invalid_grant', 'it is of its own client');
  });

  it('without openid no ID token comes from a refresh through the API either', async () => {
    const { refresh, id } = await tokensOf(client, 'aws.cognito.signin.user.admin');
    assert.equal(id, '');
    const result = await viaApi(client.id, refresh);
    assert.equal((await world.browser.getUser({ AccessToken: result?.AccessToken })).Username, 'jane');
    const { body } = await viaOAuth(client.id, refresh);
    assert.deepEqual([body.id_token, claimsOf(body.access_token).scope], [undefined, 'aws.cognito.signin.user.admin']);
  });

  it('rotates through GetTokensFromRefreshToken what OAuth gave, and at the token endpoint what the API gave', async () => {
    const { refresh } = await tokensOf(rotating, 'openid');
    const { AuthenticationResult: next } = await world.browser.getTokensFromRefreshToken({
      ClientId: rotating.id,
      RefreshToken: refresh,
    });
    assert.notEqual(next?.RefreshToken, refresh);
    const third = await viaOAuth(rotating.id, next?.RefreshToken ?? '');
    assert.equal(claimsOf(third.body.access_token).scope, 'openid');
    assert.equal((await viaOAuth(rotating.id, refresh)).body.error, 'invalid_grant');

    const signedIn = await world.signIn(rotating.id, 'jane');
    const { body } = await viaOAuth(rotating.id, signedIn.RefreshToken);
    assert.equal(claimsOf(body.access_token).scope, 'aws.cognito.signin.user.admin');
    const again = await world.browser.getTokensFromRefreshToken({
      ClientId: rotating.id,
      RefreshToken: body.refresh_token,
    });
    assert.equal(claimsOf(again.AuthenticationResult?.AccessToken).sub, sub);
  });

  it('a refresh token of the API refreshes at the token endpoint, and is revoked there', async () => {
    const { RefreshToken } = await world.signIn(client.id, 'jane', goodPassword);
    const { status, body } = await viaOAuth(client.id, RefreshToken);
    assert.deepEqual([status, body.refresh_token, typeof body.id_token], [200, undefined, 'string']);
    const revoked = await fetch(`${world.url}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: RefreshToken, client_id: client.id }),
    });
    assert.equal(revoked.status, 200);
    await assert.rejects(viaApi(client.id, RefreshToken), { name: 'NotAuthorizedException' });
    await assert.rejects(world.browser.getUser({ AccessToken: body.access_token }), { name: 'NotAuthorizedException' });
  });

  it('global sign-out through the API ends what OAuth gave, a code that waits too', async () => {
    const cookie = await signInBrowser(world, { pool, client: client.id, sub });
    const code = await codeFor(world, { client_id: client.id }, cookie);
    const { refresh } = await tokensOf(client, 'openid aws.cognito.signin.user.admin');
    const { AccessToken } = await world.signIn(client.id, 'jane');
    await world.browser.globalSignOut({ AccessToken });
    assert.equal((await viaOAuth(client.id, refresh)).body.error, 'invalid_grant');
    const late = await token(world, client, { grant_type: 'authorization_code', code, redirect_uri: callback });
    assert.equal(late.body.error, 'invalid_grant');
  });
});
