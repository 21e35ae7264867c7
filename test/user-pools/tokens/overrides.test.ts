/** What functions may change about tokens, claim by claim, and what they answer in vain. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyOverrides } from '../../../src/user-pools/tokens/overrides.ts';
import { readResponse } from '../../../src/user-pools/triggers/responses.ts';
import { type EventVersion, readOverrides } from '../../../src/user-pools/triggers/token-overrides.ts';

const common = {
  ...{ sub: 'sub-1', iss: 'https://id.example.com/pool', origin_jti: 'family-1', jti: 'jti-1', event_id: 'event-1' },
  ...{ auth_time: 1, iat: 2, exp: 3, acr: 'urn:cognito:loa:1', amr: ['pwd'] },
};
const id = {
  ...common,
  ...{ token_use: 'id', aud: 'client1', 'cognito:username': 'jane', nonce: 'n', at_hash: 'h' },
  identities: [{ userId: '1' }],
  'cognito:groups': ['staff'],
  'cognito:roles': ['role1'],
  'cognito:preferred_role': 'role1',
  ...{ email: 'j@example.com', email_verified: true, 'custom:plan': 'free', 'dev:internal': 'x' },
};
const access = {
  ...common,
  ...{ token_use: 'access', client_id: 'client1', username: 'jane', version: 2, device_key: 'us-east-1_1' },
  'cognito:groups': ['staff'],
  scope: 'aws.cognito.signin.user.admin openid',
};
const program = { sub: 'client1', token_use: 'access', client_id: 'client1', scope: 'api/read', version: 2, iat: 2 };

type Claims = Record<string, unknown>;
/** As a function answers: through JSON. */
const answered = (version: EventVersion, details: unknown) => {
  const member = version === '1' ? 'claimsOverrideDetails' : 'claimsAndScopeOverrideDetails';
  const text = typeof details === 'string' ? details : JSON.stringify(details);
  return readOverrides(version, readResponse('PreTokenGeneration', `{"response":{"${member}":${text}}}`));
};
const without = (claims: Claims, ...names: string[]) =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)));
const apply = (claims: Claims, version: EventVersion, details: unknown) =>
  applyOverrides(claims, answered(version, details));

describe('version 1', () => {
  const cases: [what: string, details: unknown, idAfter: Claims, accessAfter?: Claims][] = [
    ['null', null, id],
    ['an empty list, as in the guide', [], id],
    ['nothing', {}, id],
    ['members of null', { claimsToAddOrOverride: null, claimsToSuppress: null }, id],
    ['a claim is added to the ID token only', { claimsToAddOrOverride: { plan: 'gold' } }, { ...id, plan: 'gold' }],
    ['… and an attribute changed', { claimsToAddOrOverride: { email: 'x' } }, { ...id, email: 'x' }],
    [
      '… in the form of the attribute',
      { claimsToAddOrOverride: { email_verified: 'false' } },
      { ...id, email_verified: false },
    ],
    [
      '… also where it is not there',
      { claimsToAddOrOverride: { address: 'Main St' } },
      { ...id, address: { formatted: 'Main St' } },
    ],
    ['a claim of null is none', { claimsToAddOrOverride: { plan: null } }, id],
    ['a custom attribute is hidden', { claimsToSuppress: ['custom:plan'] }, without(id, 'custom:plan')],
    ['… one of the administrators, too', { claimsToSuppress: ['dev:internal'] }, without(id, 'dev:internal')],
    ['… which cannot be set', { claimsToAddOrOverride: { 'dev:internal': 'y', 'dev:new': 'y' } }, id],
    [
      'suppressing wins',
      { claimsToAddOrOverride: { email: 'x', plan: 'gold' }, claimsToSuppress: ['email', 'plan'] },
      without(id, 'email'),
    ],
    [
      'groups are replaced in both tokens, roles in the ID token',
      { groupOverrideDetails: { groupsToOverride: ['a', 'b'], iamRolesToOverride: ['r'], preferredRole: 'p' } },
      { ...id, 'cognito:groups': ['a', 'b'], 'cognito:roles': ['r'], 'cognito:preferred_role': 'p' },
      { ...access, 'cognito:groups': ['a', 'b'] },
    ],
    [
      '… all of them: what is left out is gone',
      { groupOverrideDetails: { groupsToOverride: ['a'] } },
      { ...without(id, 'cognito:roles', 'cognito:preferred_role'), 'cognito:groups': ['a'] },
      { ...access, 'cognito:groups': ['a'] },
    ],
    ...[null, {}, { groupsToOverride: [], iamRolesToOverride: null, preferredRole: null }].map(
      (groupOverrideDetails): [string, unknown, Claims, Claims] => [
        `groups of ${JSON.stringify(groupOverrideDetails)} are none`,
        { groupOverrideDetails },
        without(id, 'cognito:groups', 'cognito:roles', 'cognito:preferred_role'),
        without(access, 'cognito:groups'),
      ],
    ),
    [
      'hiding cognito:groups takes the roles along, in the ID token',
      { claimsToSuppress: ['cognito:groups'] },
      without(id, 'cognito:groups', 'cognito:roles', 'cognito:preferred_role'),
    ],
    ['roles cannot be hidden alone', { claimsToSuppress: ['cognito:roles', 'cognito:preferred_role'] }, id],
    ['the members of version 2 mean nothing', { idTokenGeneration: { claimsToSuppress: ['email'] } }, id],
  ];
  for (const [what, details, idAfter, accessAfter = access] of cases)
    it(what, () => {
      assert.deepEqual(apply(id, '1', details), idAfter);
      assert.deepEqual(apply(access, '1', details), accessAfter);
    });
});

for (const version of ['2', '3'] as const)
  describe(`version ${version}`, () => {
    const values = {
      text: 'x',
      number: 1.5,
      flag: false,
      list: ['x', 1, true],
      object: { a: { b: [{ c: null }] } },
      constructor: 'x',
    };
    const cases: [what: string, details: unknown, idAfter: Claims, accessAfter: Claims][] = [
      ['null', null, id, access],
      ['an empty list', [], id, access],
      ['nothing', { idTokenGeneration: {}, accessTokenGeneration: {} }, id, access],
      [
        'values of every kind, in the token that they are meant for',
        { idTokenGeneration: { claimsToAddOrOverride: values } },
        { ...id, ...values },
        access,
      ],
      [
        '… or in the other',
        { accessTokenGeneration: { claimsToAddOrOverride: { ...values, email: 'x' } } },
        id,
        { ...access, ...values, email: 'x' },
      ],
      [
        'hidden here and there',
        {
          idTokenGeneration: { claimsToSuppress: ['email'] },
          accessTokenGeneration: { claimsToAddOrOverride: { a: 1 }, claimsToSuppress: ['a', 'cognito:groups'] },
        },
        without(id, 'email'),
        without(access, 'cognito:groups'),
      ],
      [
        'scopes come and go',
        {
          accessTokenGeneration: {
            scopesToAdd: ['openid', 'MyAPI.read', 'solar/add'],
            scopesToSuppress: ['aws.cognito.signin.user.admin', 'phone'],
          },
        },
        id,
        { ...access, scope: 'openid MyAPI.read solar/add' },
      ],
      [
        'a scope both added and hidden is hidden; none at all is no claim',
        { accessTokenGeneration: { scopesToAdd: ['a'], scopesToSuppress: ['a', ...access.scope.split(' ')] } },
        id,
        without(access, 'scope'),
      ],
      [
        'the audience of an access token is its client or nobody',
        {
          idTokenGeneration: { claimsToAddOrOverride: { aud: 'client2' } },
          accessTokenGeneration: { claimsToAddOrOverride: { aud: 'client1' } },
        },
        id,
        { ...access, aud: 'client1' },
      ],
      [
        '… nobody else',
        { accessTokenGeneration: { claimsToAddOrOverride: { aud: ['client1', 'client2'] } } },
        id,
        access,
      ],
      [
        '… and can be hidden again',
        { accessTokenGeneration: { claimsToAddOrOverride: { aud: 'client1' }, claimsToSuppress: ['aud'] } },
        id,
        access,
      ],
      ['the members of version 1 mean nothing', { claimsToAddOrOverride: { plan: 'gold' } }, id, access],
    ];
    for (const [what, details, idAfter, accessAfter] of cases)
      it(what, () => {
        assert.deepEqual(apply(id, version, details), idAfter);
        assert.deepEqual(apply(access, version, details), accessAfter);
      });

    it('a token for a resource stays for that resource', () => {
      const bound = { ...access, aud: 'https://api.example.com' };
      const add = { accessTokenGeneration: { claimsToAddOrOverride: { aud: 'client1' }, claimsToSuppress: ['aud'] } };
      assert.deepEqual(apply(bound, version, add), bound);
    });

    it('a program has scopes and claims, and no groups', () => {
      const details = {
        accessTokenGeneration: {
          claimsToAddOrOverride: { tenant: 'a', sub: 'x', username: 'jane', 'cognito:groups': ['a'] },
          scopesToAdd: ['api/write'],
          scopesToSuppress: ['api/read'],
        },
        groupOverrideDetails: { groupsToOverride: ['a'] },
      };
      assert.deepEqual(apply(program, version, details), { ...program, tenant: 'a', scope: 'api/write' });
    });

    it('whole numbers keep their digits', () => {
      const changed = apply(
        access,
        version,
        '{"accessTokenGeneration":{"claimsToAddOrOverride":{"id":1234567890123456789}}}',
      );
      assert.match(JSON.stringify(changed), /"id":1234567890123456789[,}]/);
    });
  });

describe('what the pool vouches for', () => {
  const names = [
    ...new Set([...Object.keys(common), 'token_use', 'aud', 'nonce', 'at_hash', 'identities', 'client_id', 'username']),
    ...['version', 'device_key', 'azp', 'nbf', 'scope', 'cognito:username', 'cognito:anything', 'cognito:groups'],
    ...['cognito:roles', 'cognito:preferred_role', '__proto__'],
  ];
  const claims = Object.fromEntries(names.map(name => [name, 'forged']));
  for (const name of names) {
    it(`${name} cannot be set`, () => {
      const change = JSON.stringify({ claimsToAddOrOverride: { [name]: claims[name] } });
      assert.deepEqual(apply(id, '1', change), id);
      const both = `{"idTokenGeneration":${change},"accessTokenGeneration":${change}}`;
      assert.deepEqual(apply(id, '2', both), id);
      assert.deepEqual(apply(access, '2', both), access);
    });
    if (name === 'cognito:groups') continue;
    it(`${name} cannot be hidden`, () => {
      const change = { claimsToSuppress: [name] };
      assert.deepEqual(apply(id, '1', change), id);
      const both = { idTokenGeneration: change, accessTokenGeneration: change };
      assert.deepEqual(apply(id, '2', both), id);
      assert.deepEqual(apply(access, '2', both), access);
    });
  }
});

describe('an answer that makes no sense', () => {
  const wrong: [version: EventVersion, details: unknown][] = [
    ['1', 'true'],
    ['1', [{}]],
    ['1', { claimsToAddOrOverride: ['a'] }],
    ['1', { claimsToAddOrOverride: { a: 1 } }],
    ['1', { claimsToAddOrOverride: { a: true } }],
    ['1', { claimsToAddOrOverride: { a: ['x'] } }],
    ['1', { claimsToAddOrOverride: { a: {} } }],
    ['1', { claimsToSuppress: 'email' }],
    ['1', { claimsToSuppress: [1] }],
    ['1', { groupOverrideDetails: [] }],
    ['1', { groupOverrideDetails: { groupsToOverride: 'a' } }],
    ['1', { groupOverrideDetails: { iamRolesToOverride: [null] } }],
    ['1', { groupOverrideDetails: { preferredRole: ['a'] } }],
    ['2', { idTokenGeneration: 'x' }],
    ['2', { accessTokenGeneration: [] }],
    ['2', { idTokenGeneration: { claimsToAddOrOverride: 'x' } }],
    ['2', { accessTokenGeneration: { claimsToSuppress: {} } }],
    ['2', { accessTokenGeneration: { scopesToAdd: 'openid email' } }],
    ['2', { accessTokenGeneration: { scopesToAdd: ['openid email'] } }],
    ['2', { accessTokenGeneration: { scopesToAdd: [''] } }],
    ['2', { accessTokenGeneration: { scopesToSuppress: [1] } }],
    ...['email_verified', 'phone_number_verified', 'updated_at', 'address'].map((name): [EventVersion, unknown] => [
      '2',
      { idTokenGeneration: { claimsToAddOrOverride: { [name]: { formatted: 'x' } } } },
    ]),
  ];
  for (const [version, details] of wrong)
    it(`version ${version}: ${JSON.stringify(details)}`, () => {
      assert.throws(() => answered(version, details), {
        name: 'InvalidLambdaResponseException',
        message: 'Unrecognizable lambda output',
      });
    });
});
