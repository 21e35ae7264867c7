/** The claims of ID and access tokens, name by name and type by type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientConfig } from '../../../src/storage/clients.ts';
import { accessClaims, clientClaims, idClaims } from '../../../src/user-pools/tokens/claims.ts';
import type { Grant } from '../../../src/user-pools/tokens/grant.ts';

const issue = { issuer: 'https://id.example.com/us-east-1_Pool00001', now: 1_700_000_100, jti: 'jti-1' };

const grantWith = (config: ClientConfig = {}, attributes: Record<string, string> = {}): Grant => ({
  pool: { id: 'us-east-1_Pool00001' } as Grant['pool'],
  client: { id: 'client1', config } as Grant['client'],
  user: { sub: 'sub-1', username: 'jane', attributes } as Grant['user'],
  groups: [],
  originJti: 'family-1',
  eventId: 'event-1',
  authTime: 1_700_000_000,
  scopes: ['aws.cognito.signin.user.admin'],
  source: 'Authentication',
  proven: ['PASSWORD'],
  acr: undefined,
});

const common = { sub: 'sub-1', iss: issue.issuer, event_id: 'event-1', auth_time: 1_700_000_000, iat: 1_700_000_100 };

test('an access token has exactly the claims of an API sign-in', () => {
  assert.deepEqual(accessClaims(grantWith(), issue), {
    ...common,
    client_id: 'client1',
    origin_jti: 'family-1',
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    exp: 1_700_003_700,
    jti: 'jti-1',
    username: 'jane',
  });
});

test('an ID token adds the attributes, the verified flags as booleans', () => {
  const attributes = { email: 'j@example.com', email_verified: 'true', phone_number_verified: 'false', name: 'Jane' };
  assert.deepEqual(idClaims(grantWith({}, attributes), issue), {
    ...common,
    email: 'j@example.com',
    email_verified: true,
    phone_number_verified: false,
    name: 'Jane',
    'cognito:username': 'jane',
    origin_jti: 'family-1',
    aud: 'client1',
    token_use: 'id',
    exp: 1_700_003_700,
    jti: 'jti-1',
  });
});

test('groups are in both tokens, roles in the ID token, and no attribute stands in for them', () => {
  const names = ['cognito:groups', 'cognito:roles', 'cognito:preferred_role'];
  const forged = Object.fromEntries(names.map(name => [name, 'forged']));
  const grant: Grant = {
    ...grantWith({ ReadAttributes: names }, forged),
    groups: [
      { name: 'b', precedence: 1, roleArn: 'role-b' },
      { name: 'a', precedence: null, roleArn: null },
    ],
  };
  const claims = idClaims(grant, issue);
  assert.deepEqual(
    names.map(name => claims[name]),
    [['b', 'a'], ['role-b'], 'role-b'],
  );
  const { 'cognito:groups': groups, ...rest } = accessClaims(grant, issue);
  assert.deepEqual(groups, ['b', 'a']);
  assert.deepEqual(rest, accessClaims(grantWith(), issue));
});

test('the access token of a program is about the program alone', () => {
  const { pool, client } = grantWith({ AccessTokenValidity: 2 });
  assert.deepEqual(clientClaims({ pool, client, scopes: ['api/read', 'api/write'] }, issue), {
    sub: 'client1',
    token_use: 'access',
    scope: 'api/read api/write',
    auth_time: issue.now,
    iss: issue.issuer,
    exp: issue.now + 7200,
    iat: issue.now,
    version: 2,
    jti: 'jti-1',
    client_id: 'client1',
  });
  assert.ok(!('scope' in clientClaims({ pool, client, scopes: [] }, issue)));
});

test('an address becomes the object of OpenID Connect; other values stay text', () => {
  const ReadAttributes = ['address', 'custom:level', 'zoneinfo'];
  const claims = idClaims(
    grantWith({ ReadAttributes }, { address: '1 Main St', 'custom:level': '7', zoneinfo: '1' }),
    issue,
  );
  assert.deepEqual(claims.address, { formatted: '1 Main St' });
  assert.equal(claims['custom:level'], '7');
  assert.equal(claims.zoneinfo, '1');
});

test('attributes that the client may not read are in no token', () => {
  const attributes = { email: 'j@example.com', name: 'Jane', 'custom:secret': 'x' };
  const some = idClaims(grantWith({ ReadAttributes: ['name'] }, attributes), issue);
  assert.equal(some.name, 'Jane');
  assert(!('email' in some) && !('custom:secret' in some));
  assert(!('custom:secret' in idClaims(grantWith({}, attributes), issue)));
  assert(!('email' in accessClaims(grantWith({}, attributes), issue)));
});

test('an attribute cannot take the place of a claim', () => {
  const names = ['sub', 'iss', 'aud', 'exp', 'token_use', 'cognito:username'];
  const forged = Object.fromEntries(names.map(name => [name, 'forged']));
  const claims = idClaims(grantWith({ ReadAttributes: names }, forged), issue);
  for (const name of names) assert.notEqual(claims[name], 'forged', name);
});

const families: [config: ClientConfig, revocable: boolean][] = [
  [{}, true],
  [{ EnableTokenRevocation: true }, true],
  [{ EnableTokenRevocation: false }, false],
  [{ EnableTokenRevocation: false, RefreshTokenRotation: { Feature: 'ENABLED' } }, true],
  [{ EnableTokenRevocation: false, RefreshTokenRotation: { Feature: 'DISABLED' } }, false],
];
for (const [config, revocable] of families) {
  test(`${JSON.stringify(config)}: origin_jti is ${revocable ? 'present' : 'absent'}`, () => {
    assert.equal('origin_jti' in accessClaims(grantWith(config), issue), revocable);
    assert.equal('origin_jti' in idClaims(grantWith(config), issue), revocable);
    assert.equal('jti' in idClaims(grantWith(config), issue), revocable);
  });
}

test('each token lives as long as the client says', () => {
  const grant = grantWith({ AccessTokenValidity: 2, IdTokenValidity: 10, TokenValidityUnits: { IdToken: 'minutes' } });
  assert.equal(accessClaims(grant, issue).exp, issue.now + 7200);
  assert.equal(idClaims(grant, issue).exp, issue.now + 600);
});

test('both tokens tell level and methods where a level is told', () => {
  const grant: Grant = { ...grantWith(), proven: ['PASSWORD', 'SOFTWARE_TOKEN_MFA'], acr: 'urn:cognito:loa:4' };
  for (const { acr, amr } of [idClaims(grant, issue), accessClaims(grant, issue)])
    assert.deepEqual([acr, amr], ['urn:cognito:loa:4', ['pwd', 'otp', 'mfa']]);
});
