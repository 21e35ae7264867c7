/** The flows of identity pools from end to end: guests, users of a user pool, upgrade of a guest, credentials that work. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { startWorld, type World } from '../support/world.ts';
import { clientWith, createIdentityPool, payloadOf, setRoles, userPoolName } from './house.ts';

let world: World;
let userPool: string;
let client: string;
let pool: string;
let provider: string;

before(async () => {
  world = await startWorld();
  userPool = await world.createPool();
  client = await world.createClient(userPool);
  provider = userPoolName(userPool);
  pool = await createIdentityPool(world, {
    CognitoIdentityProviders: [{ ProviderName: provider, ClientId: client, ServerSideTokenCheck: true }],
  });
  await setRoles(world, pool, 'flows');
  for (const name of ['jane', 'joe', 'mary', 'gone']) await world.createUser(userPool, name);
});
after(() => world.stop());

const loginOf = async (name: string) => ({ [provider]: (await world.signIn(client, name)).IdToken });

describe('a guest', () => {
  it('is somebody new at each call', async () => {
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool });
    assert.match(IdentityId ?? '', /^us-east-1:[0-9a-f-]{36}$/);
    const { IdentityId: other } = await world.guest.getId({ IdentityPoolId: pool });
    assert.notEqual(other, IdentityId);
  });

  it('gets credentials of the role for guests, which work', async () => {
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool });
    const { Credentials, ...rest } = await world.guest.getCredentialsForIdentity({ IdentityId });
    assert.equal(rest.IdentityId, IdentityId);
    assert.match(Credentials?.AccessKeyId ?? '', /^ASIA[A-Z0-9]{16}$/);
    assert.equal(Credentials?.Expiration?.getTime(), Math.floor(Credentials?.Expiration?.getTime() ?? 0));
    const { UserPools } = await clientWith(world, Credentials).listUserPools({ MaxResults: 1 });
    assert.equal(UserPools?.length, 1);
  });
});

describe('a user of a user pool', () => {
  it('is the same identity each time', async () => {
    const first = await world.guest.getId({ IdentityPoolId: pool, Logins: await loginOf('jane') });
    const second = await world.guest.getId({ IdentityPoolId: pool, Logins: await loginOf('jane') });
    assert.equal(second.IdentityId, first.IdentityId);
    const other = await world.guest.getId({ IdentityPoolId: pool, Logins: await loginOf('joe') });
    assert.notEqual(other.IdentityId, first.IdentityId);
    const described = await world.identity.describeIdentity({ IdentityId: first.IdentityId });
    assert.deepEqual(described.Logins, [provider]);
    assert.ok(described.CreationDate instanceof Date && described.LastModifiedDate instanceof Date);
  });

  it('may be called by the issuer of the token, as Amplify does', async () => {
    const { IdToken } = await world.signIn(client, 'jane');
    const Logins = { [`${world.url.replace('http://', '')}/${userPool}`]: IdToken };
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool, Logins });
    const same = await world.guest.getId({ IdentityPoolId: pool, Logins: await loginOf('jane') });
    assert.equal(IdentityId, same.IdentityId);
    const both = { ...Logins, ...(await loginOf('jane')) };
    assert.equal((await world.guest.getId({ IdentityPoolId: pool, Logins: both })).IdentityId, IdentityId);
  });

  it('gets credentials of the role for users', async () => {
    const Logins = await loginOf('jane');
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool, Logins });
    const { Credentials } = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
    const { UserPools } = await clientWith(world, Credentials).listUserPools({ MaxResults: 1 });
    assert.equal(UserPools?.length, 1);
  });

  it('gets a token that verifies by the published keys', async () => {
    const Logins = await loginOf('jane');
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool, Logins });
    const { Token = '' } = await world.guest.getOpenIdToken({ IdentityId, Logins });
    const issuer = `${world.url}/cognito-identity`;
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    assert.equal((discovery as { issuer: string }).issuer, issuer);
    const keys = createRemoteJWKSet(new URL((discovery as { jwks_uri: string }).jwks_uri));
    const { payload, protectedHeader } = await jwtVerify(Token, keys, {
      issuer,
      audience: pool,
      algorithms: ['RS512'],
      currentDate: new Date(world.clock.now()),
    });
    assert.deepEqual(protectedHeader, { alg: 'RS512', typ: 'JWS', kid: 'us-east-11' });
    const { sub } = payloadOf(Logins[provider] as string);
    assert.deepEqual(payload.amr, ['authenticated', provider, `${provider}:CognitoSignIn:${sub}`]);
    assert.equal(payload.sub, IdentityId);
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 600);
  });
});

describe('a guest who signs in', () => {
  it('stays the same identity, and is no guest any more', async () => {
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool });
    const Logins = await loginOf('mary');
    const upgraded = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
    assert.equal(upgraded.IdentityId, IdentityId);
    assert.equal((await world.guest.getId({ IdentityPoolId: pool, Logins })).IdentityId, IdentityId);
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId }), {
      name: 'NotAuthorizedException',
      message: `Access to Identity '${IdentityId}' is forbidden.`,
    });
  });

  it('becomes the identity that the login has already; the guest is disabled', async () => {
    const Logins = await loginOf('jane');
    const { IdentityId: known } = await world.guest.getId({ IdentityPoolId: pool, Logins });
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool });
    const merged = await world.guest.getOpenIdToken({ IdentityId, Logins });
    assert.equal(merged.IdentityId, known);
    await assert.rejects(world.guest.getOpenIdToken({ IdentityId }), { name: 'NotAuthorizedException' });
    // A client that has kept the guest's id is still told who it is.
    assert.equal((await world.guest.getOpenIdToken({ IdentityId, Logins })).IdentityId, known);
  });
});

describe('ServerSideTokenCheck', () => {
  it('refuses the token of who has signed out, is disabled or deleted', async () => {
    const refused = { name: 'NotAuthorizedException', message: 'Invalid login token. Token is no longer valid.' };
    const Username = 'gone';
    const signedOut = await loginOf(Username);
    await world.guest.getId({ IdentityPoolId: pool, Logins: signedOut });
    await world.aws.adminUserGlobalSignOut({ UserPoolId: userPool, Username });
    await assert.rejects(world.guest.getId({ IdentityPoolId: pool, Logins: signedOut }), refused);
    const Logins = await loginOf(Username);
    await world.aws.adminDisableUser({ UserPoolId: userPool, Username });
    await assert.rejects(world.guest.getId({ IdentityPoolId: pool, Logins }), refused);
    await world.aws.adminEnableUser({ UserPoolId: userPool, Username });
    const again = await loginOf(Username);
    await world.aws.adminDeleteUser({ UserPoolId: userPool, Username });
    await assert.rejects(world.guest.getId({ IdentityPoolId: pool, Logins: again }), refused);
  });
});
