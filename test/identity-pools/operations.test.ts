/** The signed operations on identity pools: what they answer, and what they refuse. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../support/world.ts';
import { createIdentityPool, createRole, roleArn, setRoles, userPoolName } from './house.ts';

let world: World;
let pool: string;
before(async () => {
  world = await startWorld();
  pool = await createIdentityPool(world);
});
after(() => world.stop());

const stranger = 'us-east-1:00000000-0000-0000-0000-000000000000';
const notFound = { name: 'ResourceNotFoundException', message: `IdentityPool '${stranger}' not found.` };
const noIdentity = { name: 'ResourceNotFoundException', message: `Identity '${stranger}' not found.` };

describe('identity pools', () => {
  it('are created, described, updated, listed and deleted', async () => {
    const { identity } = world;
    const { $metadata: _, ...created } = await identity.createIdentityPool({
      IdentityPoolName: 'A pool, with a name',
      AllowUnauthenticatedIdentities: false,
      SupportedLoginProviders: { 'graph.facebook.com': '123' },
      DeveloperProviderName: 'login.my.app',
      CognitoIdentityProviders: [
        { ProviderName: userPoolName('us-east-1_Example12'), ClientId: 'client', ServerSideTokenCheck: false },
      ],
      OpenIdConnectProviderARNs: ['arn:aws:iam::000000000000:oidc-provider/login.example.com/tenant'],
      SamlProviderARNs: ['arn:aws:iam::000000000000:saml-provider/Example'],
      IdentityPoolTags: { team: 'web' },
    });
    const { IdentityPoolId = '' } = created;
    assert.match(IdentityPoolId, /^us-east-1:[0-9a-f-]{36}$/);
    const { $metadata: __, ...described } = await identity.describeIdentityPool({ IdentityPoolId });
    assert.deepEqual(described, created);
    const change = { IdentityPoolId, IdentityPoolName: 'other', AllowUnauthenticatedIdentities: true };
    const { $metadata: ___, ...updated } = await identity.updateIdentityPool(change);
    // What is left out is gone, but for the tags and the developer provider.
    const kept = { DeveloperProviderName: 'login.my.app', IdentityPoolTags: { team: 'web' } };
    assert.deepEqual(updated, { ...change, ...kept });
    await identity.deleteIdentityPool({ IdentityPoolId });
    await assert.rejects(identity.describeIdentityPool({ IdentityPoolId }), { name: 'ResourceNotFoundException' });
  });

  it('are listed by pages', async () => {
    for (let i = 0; i < 3; i++) await createIdentityPool(world);
    const found: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await world.identity.listIdentityPools({ MaxResults: 2, ...(NextToken && { NextToken }) });
      assert.ok((page.IdentityPools?.length ?? 0) <= 2);
      found.push(...(page.IdentityPools ?? []).map(({ IdentityPoolId }) => IdentityPoolId as string));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.ok(found.includes(pool) && new Set(found).size === found.length && found.length >= 4);
    await assert.rejects(world.identity.listIdentityPools({ MaxResults: 2, NextToken: 'forged' }), {
      name: 'InvalidParameterException',
    });
  });

  const base = { IdentityPoolName: 'test', AllowUnauthenticatedIdentities: true };
  const providers = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ProviderName: userPoolName(`us-east-1_P${i}`), ClientId: 'client' }));
  const refused: [what: string, input: object, name: string][] = [
    ['a name with a slash', { IdentityPoolName: 'a/b' }, 'ValidationException'],
    ['an unknown public provider', { SupportedLoginProviders: { 'example.com': '1' } }, 'InvalidParameterException'],
    [
      'no provider ARN',
      { OpenIdConnectProviderARNs: ['arn:aws:iam::1:role/no-provider'] },
      'InvalidParameterException',
    ],
    ['no SAML ARN', { SamlProviderARNs: ['arn:aws:iam::000000000000:role/no'] }, 'InvalidParameterException'],
    [
      'a user pool without a client',
      { CognitoIdentityProviders: [{ ProviderName: userPoolName('us-east-1_a') }] },
      'InvalidParameterException',
    ],
    [
      'a user pool that is none',
      { CognitoIdentityProviders: [{ ProviderName: 'x', ClientId: 'c' }] },
      'InvalidParameterException',
    ],
    ['too many user pools', { CognitoIdentityProviders: providers(51) }, 'LimitExceededException'],
    [
      'a developer who calls themselves Google',
      { DeveloperProviderName: 'accounts.google.com' },
      'InvalidParameterException',
    ],
    [
      'a developer with the name of another provider',
      {
        DeveloperProviderName: 'login.example.com',
        OpenIdConnectProviderARNs: ['arn:aws:iam::000000000000:oidc-provider/login.example.com'],
      },
      'InvalidParameterException',
    ],
    ['a reserved tag', { IdentityPoolTags: { 'aws:x': '1' } }, 'InvalidParameterException'],
  ];
  for (const [what, input, name] of refused)
    it(`refuse ${what}`, async () => {
      await assert.rejects(world.identity.createIdentityPool({ ...base, ...input }), { name });
      await assert.rejects(world.identity.updateIdentityPool({ IdentityPoolId: pool, ...base, ...input }), { name });
    });

  it('keep the name of their developer provider', async () => {
    const IdentityPoolId = await createIdentityPool(world, { DeveloperProviderName: 'login.my.app' });
    const input = { IdentityPoolId, ...base, DeveloperProviderName: 'other' };
    await assert.rejects(world.identity.updateIdentityPool(input), { name: 'InvalidParameterException' });
  });

  it('that are not there are not found', async () => {
    const { identity, guest } = world;
    const IdentityPoolId = stranger;
    const IdentityProviderName = 'graph.facebook.com';
    await assert.rejects(identity.describeIdentityPool({ IdentityPoolId }), notFound);
    await assert.rejects(identity.updateIdentityPool({ IdentityPoolId, ...base }), notFound);
    await assert.rejects(identity.deleteIdentityPool({ IdentityPoolId }), notFound);
    await assert.rejects(identity.getIdentityPoolRoles({ IdentityPoolId }), notFound);
    await assert.rejects(identity.setIdentityPoolRoles({ IdentityPoolId, Roles: {} }), notFound);
    await assert.rejects(identity.getPrincipalTagAttributeMap({ IdentityPoolId, IdentityProviderName }), notFound);
    await assert.rejects(identity.setPrincipalTagAttributeMap({ IdentityPoolId, IdentityProviderName }), notFound);
    await assert.rejects(identity.listIdentities({ IdentityPoolId, MaxResults: 1 }), notFound);
    await assert.rejects(guest.getId({ IdentityPoolId }), notFound);
    await assert.rejects(guest.getOpenIdToken({ IdentityId: stranger }), noIdentity);
    await assert.rejects(guest.getCredentialsForIdentity({ IdentityId: stranger }), noIdentity);
    await assert.rejects(identity.describeIdentity({ IdentityId: stranger }), noIdentity);
    const unlink = { IdentityId: stranger, Logins: { a: 'b' }, LoginsToRemove: ['a'] };
    await assert.rejects(guest.unlinkIdentity(unlink), noIdentity);
  });

  it('need a signature', async () => {
    await assert.rejects(world.guest.listIdentityPools({ MaxResults: 1 }), /no AWS credentials/);
    const response = await fetch(world.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'com.amazonaws.cognito.identity.model.AWSCognitoIdentityService.ListIdentityPools',
      },
      body: '{"MaxResults":1}',
    });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /MissingAuthenticationTokenException/);
  });

  it('answer browsers of any origin', async () => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: {
        origin: 'https://app.example.com',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityService.GetId',
      },
      body: JSON.stringify({ IdentityPoolId: pool }),
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
  });
});

describe('roles', () => {
  it('are set as a whole', async () => {
    const IdentityPoolId = await createIdentityPool(world);
    const { $metadata: _, ...unset } = await world.identity.getIdentityPoolRoles({ IdentityPoolId });
    assert.deepEqual(unset, { IdentityPoolId, Roles: {} });
    const Roles = await setRoles(world, IdentityPoolId, 'whole');
    const RoleMappings = {
      'graph.facebook.com': {
        Type: 'Rules' as const,
        AmbiguousRoleResolution: 'Deny' as const,
        RulesConfiguration: {
          Rules: [{ Claim: 'sub', MatchType: 'Equals' as const, Value: 'x', RoleARN: roleArn('other') }],
        },
      },
    };
    await world.identity.setIdentityPoolRoles({ IdentityPoolId, Roles, RoleMappings });
    const { $metadata: __, ...set } = await world.identity.getIdentityPoolRoles({ IdentityPoolId });
    assert.deepEqual(set, { IdentityPoolId, Roles, RoleMappings });
    await world.identity.setIdentityPoolRoles({ IdentityPoolId, Roles: {} });
    const { $metadata: ___, ...gone } = await world.identity.getIdentityPoolRoles({ IdentityPoolId });
    assert.deepEqual(gone, { IdentityPoolId, Roles: {} });
  });

  const rule = { Claim: 'sub', MatchType: 'Equals' as const, Value: 'x', RoleARN: roleArn('x') };
  const mapping = (value: object) => ({ Roles: {}, RoleMappings: { 'graph.facebook.com': value } });
  const rules = (count: number) => ({ Rules: Array.from({ length: count }, () => rule) });
  const refused: [what: string, input: object, name: string][] = [
    ['another key', { Roles: { admin: roleArn('x') } }, 'ValidationException'],
    ['what is no role', { Roles: { authenticated: 'arn:aws:iam::000000000000:user/x' } }, 'InvalidParameterException'],
    [
      'the role of another account',
      { Roles: { authenticated: 'arn:aws:iam::111111111111:role/x' } },
      'AccessDeniedException',
    ],
    ['a mapping without resolution', mapping({ Type: 'Token' }), 'InvalidParameterException'],
    ['rules without rules', mapping({ Type: 'Rules', AmbiguousRoleResolution: 'Deny' }), 'InvalidParameterException'],
    [
      'a token with rules',
      mapping({ Type: 'Token', AmbiguousRoleResolution: 'Deny', RulesConfiguration: rules(1) }),
      'InvalidParameterException',
    ],
    [
      'too many rules',
      mapping({ Type: 'Rules', AmbiguousRoleResolution: 'Deny', RulesConfiguration: rules(26) }),
      'InvalidParameterException',
    ],
  ];
  for (const [what, input, name] of refused)
    it(`refuse ${what}`, () =>
      assert.rejects(world.identity.setIdentityPoolRoles({ IdentityPoolId: pool, Roles: {}, ...input }), { name }));

  it('are not handed on by who may not pass them', async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'cognito-identity:*', Resource: '*' },
        { Effect: 'Allow', Action: 'iam:PassRole', Resource: roleArn('mine') },
      ],
    });
    const { accessKeys } = world.app.foundation;
    const { accessKeyId, secret } = await accessKeys.create({ accountId: '000000000000', name: 'limited', policy });
    const limited = world.identityAs({ credentials: { accessKeyId, secretAccessKey: secret } });
    await limited.setIdentityPoolRoles({ IdentityPoolId: pool, Roles: { authenticated: roleArn('mine') } });
    const other = { IdentityPoolId: pool, Roles: { authenticated: roleArn('theirs') } };
    await assert.rejects(limited.setIdentityPoolRoles(other), {
      name: 'AccessDeniedException',
      message: /iam:PassRole/,
    });
  });

  it('that are missing, or do not trust the pool, give no credentials', async () => {
    const IdentityPoolId = await createIdentityPool(world);
    const { IdentityId } = await world.guest.getId({ IdentityPoolId });
    const refusal = {
      name: 'InvalidIdentityPoolConfigurationException',
      message: 'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
    };
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId }), refusal);
    const elsewhere = await createRole(world, pool, 'elsewhere', { amr: 'unauthenticated' });
    const forUsers = await createRole(world, IdentityPoolId, 'for-users');
    for (const unauthenticated of [roleArn('nobody'), elsewhere, forUsers]) {
      await world.identity.setIdentityPoolRoles({ IdentityPoolId, Roles: { unauthenticated } });
      await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId }), refusal, unauthenticated);
    }
  });
});

describe('attributes for access control', () => {
  it('are the defaults, a map, or none', async () => {
    const key = { IdentityPoolId: pool, IdentityProviderName: 'graph.facebook.com' };
    const read = async () => {
      const { $metadata: _, ...map } = await world.identity.getPrincipalTagAttributeMap(key);
      return map;
    };
    assert.deepEqual(await read(), { ...key, UseDefaults: false, PrincipalTags: {} });
    const defaults = { username: 'sub', client: 'aud' };
    const { $metadata: _, ...echo } = await world.identity.setPrincipalTagAttributeMap({ ...key, UseDefaults: true });
    assert.deepEqual(echo, { ...key, UseDefaults: true, PrincipalTags: defaults });
    assert.deepEqual(await read(), echo);
    await world.identity.setPrincipalTagAttributeMap({
      ...key,
      UseDefaults: false,
      PrincipalTags: { team: 'custom:team' },
    });
    assert.deepEqual(await read(), { ...key, UseDefaults: false, PrincipalTags: { team: 'custom:team' } });
    await world.identity.setPrincipalTagAttributeMap(key);
    assert.deepEqual(await read(), { ...key, UseDefaults: false, PrincipalTags: {} });
  });
});

describe('tags', () => {
  it('are added, listed and removed by ARN', async () => {
    const ResourceArn = `arn:aws:cognito-identity:us-east-1:000000000000:identitypool/${pool}`;
    await world.identity.tagResource({ ResourceArn, Tags: { a: '1', b: '2' } });
    await world.identity.tagResource({ ResourceArn, Tags: { b: '3' } });
    await world.identity.untagResource({ ResourceArn, TagKeys: ['a', 'c'] });
    assert.deepEqual((await world.identity.listTagsForResource({ ResourceArn })).Tags, { b: '3' });
    assert.deepEqual((await world.identity.describeIdentityPool({ IdentityPoolId: pool })).IdentityPoolTags, {
      b: '3',
    });
  });

  it('of what is not there, or no identity pool', async () => {
    const arn = (region: string, rest: string) => `arn:aws:cognito-identity:${region}:000000000000:${rest}`;
    const cases: [string, string][] = [
      [arn('us-east-1', `identitypool/${stranger}`), 'ResourceNotFoundException'],
      [arn('eu-west-1', `identitypool/${pool}`), 'ResourceNotFoundException'],
      [arn('us-east-1', 'something/else'), 'InvalidParameterException'],
    ];
    for (const [ResourceArn, name] of cases) {
      await assert.rejects(world.identity.tagResource({ ResourceArn, Tags: { a: '1' } }), { name });
      await assert.rejects(world.identity.untagResource({ ResourceArn, TagKeys: ['a'] }), { name });
      await assert.rejects(world.identity.listTagsForResource({ ResourceArn }), { name });
    }
  });
});

describe('identities', () => {
  it('are listed by pages, and deleted', async () => {
    const IdentityPoolId = await createIdentityPool(world);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await world.guest.getId({ IdentityPoolId })).IdentityId as string);
    const first = await world.identity.listIdentities({ IdentityPoolId, MaxResults: 2 });
    const { NextToken } = first;
    const second = await world.identity.listIdentities({ IdentityPoolId, MaxResults: 2, NextToken });
    const listed = [...(first.Identities ?? []), ...(second.Identities ?? [])].map(each => each.IdentityId);
    assert.deepEqual(listed.sort(), ids.sort());
    assert.equal(second.NextToken, undefined);
    const foreign = { IdentityPoolId: pool, MaxResults: 2, NextToken };
    await assert.rejects(world.identity.listIdentities(foreign), { name: 'InvalidParameterException' });
    const { UnprocessedIdentityIds } = await world.identity.deleteIdentities({
      IdentityIdsToDelete: [...ids, stranger],
    });
    assert.deepEqual(UnprocessedIdentityIds, [{ IdentityId: stranger, ErrorCode: 'AccessDenied' }]);
    const { Identities } = await world.identity.listIdentities({ IdentityPoolId, MaxResults: 2 });
    assert.deepEqual(Identities, []);
    await assert.rejects(world.guest.getOpenIdToken({ IdentityId: ids[0] }), { name: 'ResourceNotFoundException' });
  });

  it('are nobody else’s business', async () => {
    const { accessKeys } = world.app.foundation;
    const key = await accessKeys.create({ accountId: '111111111111', name: 'other', policy: null });
    const other = world.identityAs({ credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secret } });
    const { IdentityId = '' } = await world.guest.getId({ IdentityPoolId: pool });
    const name = 'ResourceNotFoundException';
    await assert.rejects(other.describeIdentity({ IdentityId }), { name });
    await assert.rejects(other.describeIdentityPool({ IdentityPoolId: pool }), { name });
    const { UnprocessedIdentityIds } = await other.deleteIdentities({ IdentityIdsToDelete: [IdentityId] });
    assert.equal(UnprocessedIdentityIds?.length, 1);
    await world.identity.describeIdentity({ IdentityId });
  });

  it('of a deleted pool are gone with it', async () => {
    const IdentityPoolId = await createIdentityPool(world);
    const { IdentityId } = await world.guest.getId({ IdentityPoolId });
    await world.identity.deleteIdentityPool({ IdentityPoolId });
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId }), { name: 'ResourceNotFoundException' });
    await assert.rejects(world.guest.getId({ IdentityPoolId }), { name: 'ResourceNotFoundException' });
  });
});
