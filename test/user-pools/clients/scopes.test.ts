/** Which scopes a program is granted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programScopes } from '../../../src/user-pools/clients/scopes.ts';

const active = ['api/read', 'api/write', 'other/read'];
const cases: [what: string, allowed: string[], requested: string[] | undefined, answer: object][] = [
  ['all it may', ['api/write', 'api/read'], undefined, { granted: ['api/write', 'api/read'] }],
  ['what it asks for, once', ['api/write', 'api/read'], ['api/read', 'api/read'], { granted: ['api/read'] }],
  ['nothing it may not', ['api/read'], ['api/read', 'api/write'], { refused: 'api/write' }],
  ['no deleted scope, asked for', ['api/read', 'api/old'], ['api/old'], { granted: [] }],
  ['no deleted scope, not asked for', ['api/read', 'api/old'], undefined, { granted: ['api/read'] }],
  ['no deleted scope that it may not', ['api/read'], ['api/old'], { refused: 'api/old' }],
  [
    'nothing about users',
    ['openid', 'aws.cognito.signin.user.admin', 'api/read'],
    undefined,
    { granted: ['api/read'] },
  ],
  ['nothing about users, asked for', ['openid', 'api/read'], ['openid'], { refused: 'openid' }],
];
for (const [what, allowed, requested, answer] of cases)
  test(what, () => assert.deepEqual(programScopes({ allowed, requested, active }), answer));
