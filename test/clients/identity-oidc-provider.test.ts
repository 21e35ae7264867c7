/** Somebody else's OpenID Connect provider (`oidc-provider`) as a login, and somebody else's client (`openid-client`) that trusts the pool. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, it } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
// @ts-expect-error: the package comes without types
import { Provider } from 'oidc-provider';
import { allowInsecureRequests, discovery } from 'openid-client';
import { saveOidcProvider } from '../../src/storage/federated-providers.ts';
import { account, createIdentityPool } from '../identity-pools/house.ts';
import { startWorld, type World } from '../support/world.ts';

const name = 'login.example.org';
const client = {
  client_id: 'app',
  client_secret: 'a-secret-of-some-length',
  redirect_uris: ['https://app.example.org/'],
};

let server: Server;
let origin: string;
// biome-ignore lint/suspicious/noExplicitAny: the package comes without types
let provider: any;
let world: World;
let pool: string;

before(async () => {
  server = createServer((request, response) => provider.callback()(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  provider = new Provider(origin, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'own' }] },
    clients: [client],
    cookies: { keys: ['for a test'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    pkce: { required: () => false },
  });
  world = await startWorld({ settings: { CENOTE_LOGIN_PROVIDERS: `${name}=${origin}` } });
  const { db } = world.app.foundation.storage;
  await saveOidcProvider(db, { accountId: account, url: name, clientIds: ['app'], createdAt: 0 });
  pool = await createIdentityPool(world, {
    OpenIdConnectProviderARNs: [`arn:aws:iam::${account}:oidc-provider/${name}`],
  });
});
after(async () => {
  await world.stop();
  server.closeAllConnections();
  server.close();
});

/** As after a sign-in in a browser. */
const idTokenOf = async (accountId: string): Promise<string> => {
  const { client_id: clientId, redirect_uris, client_secret } = client;
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope('openid');
  const code = await new provider.AuthorizationCode({
    accountId,
    client: await provider.Client.find(clientId),
    grantId: await grant.save(),
    authTime: Math.floor(Date.now() / 1000),
    redirectUri: redirect_uris[0],
    scope: 'openid',
    gty: 'authorization_code',
  }).save();
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${client_secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirect_uris[0] as string }),
  });
  const { id_token } = (await response.json()) as { id_token?: string };
  assert.ok(id_token);
  return id_token;
};

it('people of the provider have one identity each, and the pool’s token for it is trusted elsewhere', async () => {
  const Logins = { [name]: await idTokenOf('jane') };
  const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool, Logins });
  const again = await world.guest.getId({ IdentityPoolId: pool, Logins: { [name]: await idTokenOf('jane') } });
  assert.equal(again.IdentityId, IdentityId);
  const other = await world.guest.getId({ IdentityPoolId: pool, Logins: { [name]: await idTokenOf('joe') } });
  assert.notEqual(other.IdentityId, IdentityId);

  const { Token = '' } = await world.guest.getOpenIdToken({ IdentityId, Logins });
  const issuer = `${world.url}/cognito-identity`;
  const found = await discovery(new URL(issuer), pool, undefined, undefined, { execute: [allowInsecureRequests] });
  const { jwks_uri = '' } = found.serverMetadata();
  const { payload } = await jwtVerify(Token, createRemoteJWKSet(new URL(jwks_uri)), { issuer, audience: pool });
  assert.equal(payload.sub, IdentityId);
  assert.deepEqual(payload.amr, ['authenticated', name, `${name}:app:jane`]);
});
