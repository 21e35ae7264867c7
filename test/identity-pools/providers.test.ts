/** Logins of other providers: each verified in its own way, and by nobody's word. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { saveOidcProvider } from '../../src/storage/federated-providers.ts';
import { startWorld, type World } from '../support/world.ts';
import { account, createIdentityPool, createRole, payloadOf, setRoles } from './house.ts';
import { type Provider, startProvider } from './provider.ts';

let world: World;
let provider: Provider;
let pool: string;
const arn = `arn:aws:iam::${account}:oidc-provider/login.example.com/tenant`;
const facebook = 'graph.facebook.com';
const amazon = 'www.amazon.com';

before(async () => {
  provider = await startProvider(() => world.clock.now());
  world = await startWorld({ settings: { CENOTE_LOGIN_PROVIDERS: provider.setting } });
  const { db } = world.app.foundation.storage;
  await saveOidcProvider(db, {
    accountId: account,
    url: provider.names.oidc,
    clientIds: ['app', 'other'],
    createdAt: 0,
  });
  pool = await createIdentityPool(world, {
    OpenIdConnectProviderARNs: [arn],
    SupportedLoginProviders: {
      'accounts.google.com': 'web;android',
      'appleid.apple.com': 'com.example.app',
      [facebook]: '123',
      [amazon]: 'amzn1.application.1',
    },
  });
  await setRoles(world, pool, 'providers');
  provider.accessTokens.set('of-jane', { app: '123', user: 'fb-jane' });
  provider.accessTokens.set('of-another-app', { app: '456', user: 'fb-jane' });
  provider.accessTokens.set('amazon-jane', { app: 'amzn1.application.1', user: 'amzn1.account.JANE' });
  provider.accessTokens.set('amazon-late', { app: 'amzn1.application.1', user: 'amzn1.account.JANE', exp: 1600000000 });
});
after(async () => {
  await world.stop();
  provider.close();
});

const getId = (Logins: Record<string, string>) => world.guest.getId({ IdentityPoolId: pool, Logins });
const refused = (message: string | RegExp) => ({ name: 'NotAuthorizedException', message });
const unsupported = refused('Token is not from a supported provider of this identity pool.');

describe('an OpenID Connect provider', () => {
  const login = async (claims = {}) => ({
    [provider.names.oidc]: await provider.idToken(provider.names.oidc, claims),
  });

  it('signs people in by its keys, which are asked for once', async () => {
    const first = await getId(await login());
    assert.equal((await getId(await login())).IdentityId, first.IdentityId);
    assert.notEqual((await getId(await login({ sub: 'other' }))).IdentityId, first.IdentityId);
    assert.equal(provider.keyRequests(), 1);
    const { Logins } = await world.identity.describeIdentity({ IdentityId: first.IdentityId });
    assert.deepEqual(Logins, [provider.names.oidc]);
  });

  it('may be called by its ARN, and has mappings and tags by it', async () => {
    const token = await provider.idToken(provider.names.oidc, { locale: 'Sacramento', aud: 'other' });
    const { IdentityId } = await getId({ [arn]: token });
    const RoleARN = await createRole(world, pool, 'sacramento');
    const Roles = { authenticated: await createRole(world, pool, 'providers-default') };
    const Rules = [{ Claim: 'locale', MatchType: 'Equals' as const, Value: 'Sacramento', RoleARN }];
    const mapping = { Type: 'Rules' as const, AmbiguousRoleResolution: 'Deny' as const, RulesConfiguration: { Rules } };
    await world.identity.setIdentityPoolRoles({ IdentityPoolId: pool, Roles, RoleMappings: { [arn]: mapping } });
    const Logins = { [provider.names.oidc]: token };
    const { Credentials } = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
    assert.ok(Credentials?.SessionToken);
    const elsewhere = await login({ locale: 'Elsewhere' });
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId, Logins: elsewhere }), refused(/role/));
    await assert.rejects(world.guest.getOpenIdToken({ IdentityId, Logins }), {
      name: 'InvalidParameterException',
      message: 'Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.',
    });
    await setRoles(world, pool, 'again');
  });

  it('that is not registered, or only in the pool, is not asked', async () => {
    const other = await createIdentityPool(world, {
      OpenIdConnectProviderARNs: [`arn:aws:iam::111111111111:oidc-provider/${provider.names.oidc}`],
    });
    const Logins = await login();
    await assert.rejects(world.guest.getId({ IdentityPoolId: other, Logins }), unsupported);
    await assert.rejects(getId({ 'other.example.com': Logins[provider.names.oidc] as string }), unsupported);
  });
});

it('Google and Apple sign people in by ID token, each for its own clients', async () => {
  const { google, apple } = provider.names;
  const web = await getId({ [google]: await provider.idToken(google, { aud: 'web' }) });
  const android = await getId({ [google]: await provider.idToken(google, { aud: 'android' }) });
  assert.equal(android.IdentityId, web.IdentityId);
  // Google has left out the scheme at times.
  const plain = await getId({ [google]: await provider.idToken(google, { aud: 'web', iss: google }) });
  assert.equal(plain.IdentityId, web.IdentityId);
  const { IdentityId } = await getId({ [apple]: await provider.idToken(apple, { aud: 'com.example.app' }) });
  assert.notEqual(IdentityId, web.IdentityId);
  await assert.rejects(getId({ [google]: await provider.idToken(google, { aud: 'com.example.app' }) }), unsupported);
  await assert.rejects(
    getId({ [apple]: await provider.idToken(google, { aud: 'com.example.app' }) }),
    refused("Invalid login token. Issuer doesn't match providerName"),
  );
});

it('Facebook and Amazon are asked whose a token is, and for which application', async () => {
  const { IdentityId } = await getId({ [facebook]: 'of-jane' });
  assert.equal((await getId({ [facebook]: 'of-jane' })).IdentityId, IdentityId);
  await assert.rejects(getId({ [facebook]: 'of-another-app' }), unsupported);
  await assert.rejects(getId({ [facebook]: 'of-nobody' }), refused(/Not a valid/));
  await getId({ [amazon]: 'amazon-jane' });
  await assert.rejects(getId({ [amazon]: 'amazon-late' }), refused(/Token expired/));
  await assert.rejects(getId({ [amazon]: 'of-jane' }), unsupported);
  const { Token = '' } = await world.guest.getOpenIdToken({ IdentityId, Logins: { [facebook]: 'of-jane' } });
  assert.deepEqual(payloadOf(Token).amr, ['authenticated', facebook, `${facebook}:123:fb-jane`]);
});

describe('several logins', () => {
  it('are linked when they come together, and open one identity from then on', async () => {
    const { google } = provider.names;
    const token = await provider.idToken(google, { aud: 'web', sub: 'linked' });
    provider.accessTokens.set('linked', { app: '123', user: 'linked' });
    const { IdentityId } = await getId({ [google]: token });
    assert.equal((await getId({ [google]: token, [facebook]: 'linked' })).IdentityId, IdentityId);
    assert.equal((await getId({ [facebook]: 'linked' })).IdentityId, IdentityId);
    const { Logins } = await world.identity.describeIdentity({ IdentityId });
    assert.deepEqual(Logins?.sort(), [google, facebook].sort());
  });

  it('of different identities are in conflict, also two accounts of one provider', async () => {
    const { google, apple } = provider.names;
    const one = { [google]: await provider.idToken(google, { aud: 'web', sub: 'one' }) };
    const two = { [apple]: await provider.idToken(apple, { aud: 'com.example.app', sub: 'two' }) };
    const { IdentityId } = await getId(one);
    await getId(two);
    const name = 'ResourceConflictException';
    await assert.rejects(getId({ ...one, ...two }), { name });
    await assert.rejects(world.guest.getOpenIdToken({ IdentityId, Logins: { ...one, ...two } }), { name });
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId, Logins: { ...one, ...two } }), { name });
    // Linked to one Facebook account, the identity takes no second one.
    provider.accessTokens.set('first', { app: '123', user: 'first' });
    provider.accessTokens.set('second', { app: '123', user: 'second' });
    await getId({ ...one, [facebook]: 'first' });
    await assert.rejects(getId({ ...one, [facebook]: 'second' }), {
      name,
      message: /another login of graph.facebook.com/,
    });
  });

  it('fail together when one of them is not valid', async () => {
    const { google } = provider.names;
    const token = await provider.idToken(google, { aud: 'web', sub: 'together' });
    await assert.rejects(getId({ [google]: token, [facebook]: 'of-nobody' }), refused(/Not a valid/));
    await assert.rejects(getId({ [google]: token, 'unknown.example.com': token }), unsupported);
  });

  it('are unlinked by whoever proves one of them; the unlinked one is somebody new', async () => {
    const { google } = provider.names;
    const token = await provider.idToken(google, { aud: 'web', sub: 'unlinking' });
    provider.accessTokens.set('unlinking', { app: '123', user: 'unlinking' });
    const { IdentityId } = await getId({ [google]: token, [facebook]: 'unlinking' });
    const remove = (Logins: Record<string, string>, LoginsToRemove: string[]) =>
      world.guest.unlinkIdentity({ IdentityId, Logins, LoginsToRemove });
    const mismatch = refused(/^Logins don't match/);
    await assert.rejects(remove({ [facebook]: 'of-jane' }, [google]), mismatch);
    await assert.rejects(remove({}, [google]), mismatch);
    await remove({ [google]: token }, [facebook]);
    assert.deepEqual((await world.identity.describeIdentity({ IdentityId })).Logins, [google]);
    const Logins = { [facebook]: 'unlinking' };
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId, Logins }), mismatch);
    assert.notEqual((await getId(Logins)).IdentityId, IdentityId);
    // Without any login nobody reaches the identity any more.
    await remove({ [google]: token }, [google]);
    await assert.rejects(world.guest.getOpenIdToken({ IdentityId, Logins: { [google]: token } }), mismatch);
    await assert.rejects(world.guest.getOpenIdToken({ IdentityId }), refused(/is forbidden/));
  });
});

it('a provider that fails is not the person’s fault', async () => {
  const { IdentityId } = await getId({ [facebook]: 'of-jane' });
  const { IdentityPoolId } = await world.identity.createIdentityPool({
    IdentityPoolName: 'failing',
    AllowUnauthenticatedIdentities: false,
    SupportedLoginProviders: { 'www.amazon.com': 'x', [facebook]: '123' },
  });
  const name = 'ExternalServiceException';
  provider.fail(503);
  const Logins = { [facebook]: 'of-jane' };
  try {
    await assert.rejects(getId(Logins), { name });
    await assert.rejects(world.guest.getId({ IdentityPoolId, Logins: { [amazon]: 'x' } }), { name });
    await assert.rejects(world.guest.getOpenIdToken({ IdentityId, Logins }), { name });
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId, Logins }), { name });
    await assert.rejects(world.guest.unlinkIdentity({ IdentityId, Logins, LoginsToRemove: [facebook] }), { name });
  } finally {
    provider.fail(200);
  }
  // One that is at a private address is not reached, whatever it would say.
  const url = `localhost:${new URL(world.url).port}`;
  await saveOidcProvider(world.app.foundation.storage.db, { accountId: account, url, clientIds: ['a'], createdAt: 0 });
  const hidden = await createIdentityPool(world, {
    OpenIdConnectProviderARNs: [`arn:aws:iam::${account}:oidc-provider/${url}`],
  });
  world.clock.advance(2000);
  const token = await provider.idToken(url, { aud: 'a' });
  await assert.rejects(world.guest.getId({ IdentityPoolId: hidden, Logins: { [url]: token } }), { name });
});
