/** Developer-authenticated identities: the backend's word, its tokens, and the links that it makes and takes away. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../support/world.ts';
import { clientWith, createIdentityPool, payloadOf, setRoles, userPoolName } from './house.ts';

let world: World;
let pool: string;
let client: string;
let provider: string;
const developer = 'login.my.app';
const own = 'cognito-identity.amazonaws.com';

before(async () => {
  world = await startWorld();
  const userPool = await world.createPool();
  client = await world.createClient(userPool);
  provider = userPoolName(userPool);
  for (const name of ['jane', 'joe', 'mary', 'ann', 'bob']) await world.createUser(userPool, name);
  pool = await createIdentityPool(world, {
    DeveloperProviderName: developer,
    CognitoIdentityProviders: [{ ProviderName: provider, ClientId: client }],
  });
  await setRoles(world, pool, 'developer');
});
after(() => world.stop());

const vouch = (user: string, rest: object = {}) =>
  world.identity.getOpenIdTokenForDeveloperIdentity({ IdentityPoolId: pool, Logins: { [developer]: user }, ...rest });
const loginOf = async (name: string) => ({ [provider]: (await world.signIn(client, name)).IdToken });
const lookup = (rest: object) => world.identity.lookupDeveloperIdentity({ IdentityPoolId: pool, ...rest });
const conflict = { name: 'ResourceConflictException' };
const mismatch = { name: 'NotAuthorizedException', message: /^Logins don't match/ };

describe('a token for a user of the developer’s', () => {
  it('says who it is, lives for fifteen minutes, and gives credentials', async () => {
    const { IdentityId, Token = '' } = await vouch('u1');
    assert.equal((await vouch('u1')).IdentityId, IdentityId);
    const { exp, iat, ...claims } = payloadOf(Token);
    assert.deepEqual(claims, {
      sub: IdentityId,
      aud: pool,
      iss: `${world.url}/cognito-identity`,
      amr: ['authenticated', developer, `${developer}:${pool}:u1`],
    });
    assert.equal(Number(exp) - Number(iat), 900);
    const Logins = { [own]: Token };
    const { Credentials } = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
    await clientWith(world, Credentials).listUserPools({ MaxResults: 1 });
    assert.equal((await world.guest.getId({ IdentityPoolId: pool, Logins })).IdentityId, IdentityId);
  });

  it('lives as long as asked for, and carries tags', async () => {
    const { Token = '' } = await vouch('u2', { TokenDuration: 86_400, PrincipalTags: { team: 'web' } });
    const claims = payloadOf(Token);
    assert.equal(Number(claims.exp) - Number(claims.iat), 86_400);
    assert.deepEqual(claims['https://aws.amazon.com/tags'], { principal_tags: { team: ['web'] } });
    await assert.rejects(vouch('u2', { TokenDuration: 86_401 }), { name: 'ValidationException' });
  });

  it('is for users of this developer provider only', async () => {
    const Logins = { 'other.app': 'u1' };
    const call = world.identity.getOpenIdTokenForDeveloperIdentity({ IdentityPoolId: pool, Logins });
    await assert.rejects(call, { name: 'InvalidParameterException' });
    await assert.rejects(vouch('u'.repeat(1025)), { name: 'InvalidParameterException' });
    const IdentityPoolId = await createIdentityPool(world);
    await assert.rejects(vouch('u1', { IdentityPoolId }), { name: 'NotAuthorizedException' });
    await assert.rejects(vouch('u1', { IdentityPoolId: 'us-east-1:00000000' }), { name: 'ResourceNotFoundException' });
  });

  it('links the user to the identity that is named, a guest or not', async () => {
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool });
    assert.equal((await vouch('u3', { IdentityId })).IdentityId, IdentityId);
    assert.equal((await vouch('u4', { IdentityId })).IdentityId, IdentityId);
    assert.deepEqual((await lookup({ IdentityId })).DeveloperUserIdentifierList, ['u3', 'u4']);
    const { IdentityId: other } = await world.guest.getId({ IdentityPoolId: pool });
    await assert.rejects(vouch('u3', { IdentityId: other }), { name: 'DeveloperUserAlreadyRegisteredException' });
    const elsewhere = await createIdentityPool(world);
    const { IdentityId: foreign } = await world.guest.getId({ IdentityPoolId: elsewhere });
    await assert.rejects(vouch('u5', { IdentityId: foreign }), { name: 'ResourceNotFoundException' });
  });

  it('links logins that come along', async () => {
    const Logins = { [developer]: 'with-jane', ...(await loginOf('jane')) };
    const { IdentityId, Token = '' } = await vouch('', { Logins });
    assert.equal(
      (await world.guest.getId({ IdentityPoolId: pool, Logins: await loginOf('jane') })).IdentityId,
      IdentityId,
    );
    assert.equal((payloadOf(Token).amr as string[]).length, 5);
    // The user pool's user is one identity's already.
    await vouch('without-jane');
    const both = { [developer]: 'without-jane', ...(await loginOf('jane')) };
    await assert.rejects(vouch('', { Logins: both }), conflict);
  });
});

describe('LookupDeveloperIdentity', () => {
  it('finds either by the other, by pages', async () => {
    const { IdentityId } = await vouch('p1');
    for (const user of ['p2', 'p3']) await vouch(user, { IdentityId });
    const first = await lookup({ IdentityId, MaxResults: 2 });
    assert.deepEqual(first.DeveloperUserIdentifierList, ['p1', 'p2']);
    const second = await lookup({ IdentityId, MaxResults: 2, NextToken: first.NextToken });
    assert.deepEqual([second.DeveloperUserIdentifierList, second.NextToken], [['p3'], undefined]);
    assert.equal((await lookup({ DeveloperUserIdentifier: 'p3' })).IdentityId, IdentityId);
    const { DeveloperUserIdentifierList } = await lookup({ IdentityId, DeveloperUserIdentifier: 'p2' });
    assert.deepEqual(DeveloperUserIdentifierList, ['p2']);
  });

  it('refuses what does not belong together, is not there, or is nothing', async () => {
    const { IdentityId } = await vouch('q1');
    await vouch('q2');
    await assert.rejects(lookup({ IdentityId, DeveloperUserIdentifier: 'q2' }), conflict);
    await assert.rejects(lookup({ DeveloperUserIdentifier: 'nobody' }), { name: 'ResourceNotFoundException' });
    await assert.rejects(lookup({}), { name: 'InvalidParameterException' });
    await assert.rejects(lookup({ IdentityPoolId: await createIdentityPool(world), IdentityId }), {
      name: 'NotAuthorizedException',
    });
  });
});

describe('MergeDeveloperIdentities', () => {
  const merge = (SourceUserIdentifier: string, DestinationUserIdentifier: string, rest: object = {}) =>
    world.identity.mergeDeveloperIdentities({
      IdentityPoolId: pool,
      DeveloperProviderName: developer,
      SourceUserIdentifier,
      DestinationUserIdentifier,
      ...rest,
    });

  it('makes one of two; the source is disabled', async () => {
    const { IdentityId: source, Token = '' } = await vouch('m1');
    const { IdentityId: destination } = await vouch('m2');
    await vouch('', { Logins: { [developer]: 'm1', ...(await loginOf('joe')) } });
    assert.equal((await merge('m1', 'm2')).IdentityId, destination);
    assert.deepEqual((await lookup({ IdentityId: destination })).DeveloperUserIdentifierList, ['m1', 'm2']);
    assert.equal(
      (await world.guest.getId({ IdentityPoolId: pool, Logins: await loginOf('joe') })).IdentityId,
      destination,
    );
    assert.equal((await merge('m1', 'm2')).IdentityId, destination);
    const list = async (HideDisabled: boolean) => {
      const { Identities } = await world.identity.listIdentities({
        IdentityPoolId: pool,
        MaxResults: 60,
        HideDisabled,
      });
      return (Identities ?? []).map(({ IdentityId }) => IdentityId);
    };
    assert.deepEqual([(await list(false)).includes(source), (await list(true)).includes(source)], [true, false]);
    // Who holds a token of before is told whom they are now; nobody is the source any more.
    const { IdentityId } = await world.guest.getCredentialsForIdentity({
      IdentityId: source,
      Logins: { [own]: Token },
    });
    assert.equal(IdentityId, destination);
    await assert.rejects(vouch('m9', { IdentityId: source }), conflict);
  });

  it('refuses two accounts of one provider, too many logins, and who is not there', async () => {
    await vouch('', { Logins: { [developer]: 'n1', ...(await loginOf('mary')) } });
    await vouch('', { Logins: { [developer]: 'n2', ...(await loginOf('ann')) } });
    await assert.rejects(merge('n1', 'n2'), conflict);
    const { IdentityId } = await vouch('o0');
    for (let i = 1; i < 20; i++) await vouch(`o${i}`, { IdentityId });
    await vouch('alone');
    await assert.rejects(merge('alone', 'o0'), conflict);
    await assert.rejects(merge('nobody', 'n1'), { name: 'ResourceNotFoundException' });
    await assert.rejects(merge('n1', 'n2', { DeveloperProviderName: 'other' }), { name: 'NotAuthorizedException' });
  });
});

describe('UnlinkDeveloperIdentity', () => {
  const unlink = (IdentityId: string | undefined, DeveloperUserIdentifier: string, rest: object = {}) =>
    world.identity.unlinkDeveloperIdentity({
      IdentityPoolId: pool,
      DeveloperProviderName: developer,
      IdentityId,
      DeveloperUserIdentifier,
      ...rest,
    });

  it('takes the user away: a token of before opens nothing and links nothing', async () => {
    const { IdentityId, Token = '' } = await vouch('r1');
    const Logins = { [own]: Token };
    await unlink(IdentityId, 'r1');
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId, Logins }), mismatch);
    await assert.rejects(world.guest.getId({ IdentityPoolId: pool, Logins }), mismatch);
    await assert.rejects(lookup({ DeveloperUserIdentifier: 'r1' }), { name: 'ResourceNotFoundException' });
    // The user is somebody new from now on, and a token of before is that person's.
    const again = await vouch('r1');
    assert.notEqual(again.IdentityId, IdentityId);
    await assert.rejects(
      world.guest.getCredentialsForIdentity({ IdentityId, Logins: { [own]: again.Token ?? '' } }),
      mismatch,
    );
  });

  it('refuses whom the identity does not have', async () => {
    const { IdentityId } = await vouch('s1');
    await vouch('s2');
    await assert.rejects(unlink(IdentityId, 's2'), conflict);
    await assert.rejects(unlink(IdentityId, 'nobody'), { name: 'ResourceNotFoundException' });
    await assert.rejects(unlink('us-east-1:0', 's1'), { name: 'ResourceNotFoundException' });
    await assert.rejects(unlink(IdentityId, 's1', { DeveloperProviderName: 'other' }), {
      name: 'NotAuthorizedException',
    });
  });
});
