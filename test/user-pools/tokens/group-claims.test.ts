/** Which groups and roles tokens name, in which order, and which role is preferred. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupClaims, groupConfiguration, roleClaims } from '../../../src/user-pools/tokens/group-claims.ts';

type Group = [name: string, precedence: number | null, roleArn: string | null];
const groups = (...all: Group[]) =>
  groupConfiguration(all.map(([name, precedence, roleArn]) => ({ name, precedence, roleArn })));

test('who is in no group has no claim of it', () => {
  assert.deepEqual({ ...groupClaims(groups()), ...roleClaims(groups()) }, {});
});

test('groups are named in the order of their precedence', () => {
  assert.deepEqual(groupClaims(groups(['z', 0, null], ['a', 1, null])), { 'cognito:groups': ['z', 'a'] });
});

const preferences: [what: string, groups: Group[], roles: string[] | undefined, preferred: string | undefined][] = [
  ['no role, no claim', [['a', 0, null]], undefined, undefined],
  ['the only role is preferred', [['a', null, 'r1']], ['r1'], 'r1'],
  [
    'the best precedence',
    [
      ['a', 0, 'r1'],
      ['b', 1, 'r2'],
    ],
    ['r1', 'r2'],
    'r1',
  ],
  [
    'any number before none',
    [
      ['a', 7, 'r1'],
      ['b', null, 'r2'],
    ],
    ['r1', 'r2'],
    'r1',
  ],
  [
    'a tie of one role',
    [
      ['a', 1, 'r1'],
      ['b', 1, 'r1'],
      ['c', 2, 'r2'],
    ],
    ['r1', 'r2'],
    'r1',
  ],
  [
    'a tie of different roles',
    [
      ['a', 1, 'r1'],
      ['b', 1, 'r2'],
    ],
    ['r1', 'r2'],
    undefined,
  ],
  [
    'a tie without precedence',
    [
      ['a', null, 'r1'],
      ['b', null, 'r2'],
    ],
    ['r1', 'r2'],
    undefined,
  ],
  [
    'a tie further down',
    [
      ['a', 0, 'r1'],
      ['b', 1, 'r2'],
      ['c', 1, 'r3'],
    ],
    ['r1', 'r2', 'r3'],
    'r1',
  ],
  [
    'a group without a role stands aside',
    [
      ['a', 0, null],
      ['b', 1, 'r2'],
    ],
    ['r2'],
    'r2',
  ],
];
for (const [what, all, roles, preferred] of preferences) {
  test(`roles: ${what}`, () => {
    assert.deepEqual(roleClaims(groups(...all)), {
      ...(roles && { 'cognito:roles': roles }),
      ...(preferred && { 'cognito:preferred_role': preferred }),
    });
  });
}
