/** Which role and which tags a login gets: tables of cases. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MappingRule, RoleMapping } from '@aws-sdk/client-cognito-identity';
import { sessionTags, type TagClaimant } from '../../src/identity-pools/principal-tags.ts';
import { chooseRole, type RoleChoice } from '../../src/identity-pools/role-choice.ts';

const roles = { authenticated: 'users', unauthenticated: 'guests' };
const denied: RoleChoice = { refused: 'denied' };
const none: RoleChoice = { refused: 'no role' };
const role = (name: string): RoleChoice => ({ role: name });

const login = (claims: Record<string, unknown>) => [{ claims, mappingKeys: ['issuer:client', 'arn'] }];
const token = (AmbiguousRoleResolution: 'AuthenticatedRole' | 'Deny'): RoleMapping => ({
  Type: 'Token',
  AmbiguousRoleResolution,
});
const rules = (AmbiguousRoleResolution: 'AuthenticatedRole' | 'Deny', ...Rules: MappingRule[]): RoleMapping => ({
  Type: 'Rules',
  AmbiguousRoleResolution,
  RulesConfiguration: { Rules },
});
const rule = (MatchType: MappingRule['MatchType'], Claim: string, Value: string, RoleARN = 'ruled'): MappingRule => ({
  Claim,
  MatchType,
  Value,
  RoleARN,
});

const two = { 'cognito:roles': ['a', 'b'] };
const cases: [
  what: string,
  mapping: RoleMapping | undefined,
  claims: Record<string, unknown>,
  custom: string | undefined,
  RoleChoice,
][] = [
  ['no mapping', undefined, two, undefined, role('users')],
  ['no mapping, the standing role by name', undefined, two, 'users', role('users')],
  ['no mapping, another role by name', undefined, two, 'a', denied],
  ['token, the preferred role', token('Deny'), { ...two, 'cognito:preferred_role': 'b' }, undefined, role('b')],
  ['token, a role of the token by name', token('Deny'), { ...two, 'cognito:preferred_role': 'b' }, 'a', role('a')],
  ['token, a role that is not in the token', token('AuthenticatedRole'), two, 'c', denied],
  ['token, the standing role by name', token('AuthenticatedRole'), two, 'users', denied],
  ['token, several roles and no preference', token('Deny'), two, undefined, denied],
  ['token, the same with a fallback', token('AuthenticatedRole'), two, undefined, role('users')],
  ['token without roles', token('AuthenticatedRole'), {}, undefined, role('users')],
  ['token with roles as a text', token('Deny'), { 'cognito:roles': 'a, b' }, 'b', role('b')],
  ['token with nonsense for roles', token('Deny'), { 'cognito:roles': { a: 1 } }, 'a', denied],
  ['token with nonsense for a preference', token('Deny'), { 'cognito:preferred_role': ['a'] }, undefined, denied],
  ['Equals', rules('Deny', rule('Equals', 'x', '1')), { x: '1' }, undefined, role('ruled')],
  ['Equals of a number', rules('Deny', rule('Equals', 'x', '1')), { x: 1 }, undefined, role('ruled')],
  ['Equals of a boolean', rules('Deny', rule('Equals', 'x', 'true')), { x: true }, undefined, role('ruled')],
  ['Equals of another case', rules('Deny', rule('Equals', 'x', 'a')), { x: 'A' }, undefined, denied],
  ['NotEqual', rules('Deny', rule('NotEqual', 'x', '1')), { x: '2' }, undefined, role('ruled')],
  ['NotEqual of the same', rules('Deny', rule('NotEqual', 'x', '1')), { x: '1' }, undefined, denied],
  ['NotEqual of an absent claim', rules('Deny', rule('NotEqual', 'x', '1')), {}, undefined, denied],
  ['StartsWith', rules('Deny', rule('StartsWith', 'x', 'ab')), { x: 'abc' }, undefined, role('ruled')],
  ['StartsWith in the midst', rules('Deny', rule('StartsWith', 'x', 'b')), { x: 'abc' }, undefined, denied],
  ['Contains', rules('Deny', rule('Contains', 'x', 'b')), { x: 'abc' }, undefined, role('ruled')],
  ['Contains in a list', rules('Deny', rule('Contains', 'x', '"b"')), { x: ['a', 'b'] }, undefined, role('ruled')],
  ['a claim of the prototype', rules('Deny', rule('NotEqual', 'constructor', 'a')), {}, undefined, denied],
  [
    'the first rule that matches',
    rules('Deny', rule('Equals', 'x', '2', 'no'), rule('Equals', 'x', '1', 'first'), rule('Equals', 'x', '1', 'later')),
    { x: '1' },
    undefined,
    role('first'),
  ],
  [
    'a later rule by name',
    rules('Deny', rule('Equals', 'x', '1', 'first'), rule('Equals', 'x', '1', 'later')),
    { x: '1' },
    'later',
    role('later'),
  ],
  [
    'a rule that does not match by name',
    rules('AuthenticatedRole', rule('Equals', 'x', '2', 'other')),
    { x: '1' },
    'other',
    denied,
  ],
  [
    'no rule, with a fallback',
    rules('AuthenticatedRole', rule('Equals', 'x', '2')),
    { x: '1' },
    undefined,
    role('users'),
  ],
];

describe('the role of a login', () => {
  for (const [what, mapping, claims, custom, expected] of cases)
    it(what, () => {
      const roleMappings: Record<string, RoleMapping> = mapping === undefined ? {} : { 'issuer:client': mapping };
      assert.deepEqual(chooseRole({ roles, roleMappings }, login(claims), custom), expected);
    });

  it('is that of guests without a login, and of nobody else', () => {
    assert.deepEqual(chooseRole({ roles }, [], undefined), role('guests'));
    assert.deepEqual(chooseRole({ roles }, [], 'users'), denied);
    assert.deepEqual(chooseRole({ roles: { authenticated: 'users' } }, [], undefined), none);
    assert.deepEqual(chooseRole({ roles: { authenticated: 'users' } }, [], 'users'), none);
    assert.deepEqual(chooseRole({}, login({}), undefined), none);
    assert.deepEqual(chooseRole({ roleMappings: { arn: token('AuthenticatedRole') } }, login({}), undefined), none);
  });

  it('comes from the first login that has a mapping', () => {
    const roleMappings = { second: token('Deny') };
    const logins = [
      { claims: { 'cognito:preferred_role': 'a' }, mappingKeys: ['first'] },
      { claims: { 'cognito:preferred_role': 'b' }, mappingKeys: ['second'] },
    ];
    assert.deepEqual(chooseRole({ roles, roleMappings }, logins, undefined), role('b'));
  });
});

describe('the tags of a session', () => {
  const tags = (map: { useDefaults: boolean; tags: Record<string, string> }, claims: Record<string, unknown>) =>
    sessionTags({ principalTags: { issuer: map } }, [{ claims, tagKeys: ['issuer'] }]);

  it('are the defaults, a map, or none', () => {
    const claims = { sub: 's', aud: 'a', department: 'sales', level: 3 };
    assert.deepEqual(tags({ useDefaults: true, tags: {} }, claims), { username: 's', client: 'a' });
    const map = { team: 'department', level: 'level', absent: 'absent', proto: 'constructor' };
    assert.deepEqual(tags({ useDefaults: false, tags: map }, claims), { team: 'sales', level: '3' });
    assert.deepEqual(sessionTags({}, [{ claims, tagKeys: ['issuer'] }]), {});
  });

  it('leave out what STS would refuse', () => {
    const claims = { long: 'x'.repeat(257), odd: 'a<b', fits: 'x'.repeat(256) };
    const map = { useDefaults: false, tags: { long: 'long', odd: 'odd', fits: 'fits' } };
    assert.deepEqual(tags(map, claims), { fits: 'x'.repeat(256) });
  });

  it('are what the developer has put into the token, and of several logins those of the first', () => {
    const logins: TagClaimant[] = [
      { claims: {}, tagKeys: [], ownTags: { a: 'first' } },
      { claims: {}, tagKeys: [], ownTags: { a: 'second', b: 'second' } },
    ];
    assert.deepEqual(sessionTags({}, logins), { a: 'first', b: 'second' });
  });
});
