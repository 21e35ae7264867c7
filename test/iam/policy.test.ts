/** Policies: what is understood, what is refused, and that Deny wins. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../src/contract/errors.ts';
import { authorize, type Principal } from '../../src/iam/authorize.ts';
import { evaluate } from '../../src/iam/policy.ts';
import { maxPolicyLength, parsePolicy } from '../../src/iam/policy-syntax.ts';
import { matchesWildcard } from '../../src/iam/wildcard.ts';

const account = '123456789012';
const pool = (id: string) => `arn:aws:cognito-idp:us-east-1:${account}:userpool/${id}`;
const get = 'cognito-idp:AdminGetUser';

const policyOf = (...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });

describe('wildcards', () => {
  const cases: [pattern: string, text: string, matches: boolean][] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['a', 'a', true],
    ['a', 'A', false],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['a*', 'a', true],
    ['a*c', 'abc', true],
    ['a*c', 'abcd', false],
    ['a*c', 'abcdc', true],
    ['*b*', 'abc', true],
    ['**', 'x', true],
    ['a?c*', 'abcdef', true],
    ['a.c', 'abc', false],
    ['(a+)+$', '(a+)+$', true],
    ['*ab', 'aab', true],
    ['*a?b', 'aaab', true],
  ];
  for (const [pattern, text, matches] of cases)
    test(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(matchesWildcard(pattern, text), matches);
    });

  test('agrees with the obvious regular expression', () => {
    const piece = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 8 });
    fc.assert(
      fc.property(piece('ab*?'), piece('ab'), (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`);
        assert.equal(matchesWildcard(pattern, text), expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('a pattern made to blow up a regular expression is answered', () => {
    assert.equal(matchesWildcard(`${'*a'.repeat(1000)}b`, 'a'.repeat(2000)), false);
  });
});

describe('evaluation', () => {
  test('what no statement allows is not allowed', () => {
    const policy = policyOf(allow({ Action: 'cognito-idp:List*' }));
    assert.equal(evaluate(policy, get, pool('a')), 'no allow');
    assert.equal(evaluate(policy, 'cognito-idp:ListUsers', pool('a')), 'Allow');
  });

  test('deny wins, in whichever order', () => {
    const deny = { Effect: 'Deny', Action: get, Resource: pool('secret*') };
    for (const policy of [policyOf(allow(), deny), policyOf(deny, allow())]) {
      assert.equal(evaluate(policy, get, pool('secret-one')), 'explicit deny');
      assert.equal(evaluate(policy, get, pool('open')), 'Allow');
    }
  });

  test('actions without regard to case, resources with it', () => {
    const policy = policyOf(allow({ Action: ['COGNITO-IDP:admin?etUSER'], Resource: [pool('a'), pool('B')] }));
    assert.equal(evaluate(policy, get, pool('a')), 'Allow');
    assert.equal(evaluate(policy, get, pool('A')), 'no allow');
    assert.equal(evaluate(policy, get, pool('B')), 'Allow');
  });

  test('NotAction and NotResource select everything else', () => {
    const policy = policyOf(
      { Effect: 'Allow', NotAction: ['cognito-idp:Delete*'], Resource: '*' },
      { Effect: 'Deny', Action: '*', NotResource: pool('mine') },
    );
    assert.equal(evaluate(policy, get, pool('mine')), 'Allow');
    assert.equal(evaluate(policy, 'cognito-idp:DeleteUserPool', pool('mine')), 'no allow');
    assert.equal(evaluate(policy, get, pool('other')), 'explicit deny');
  });

  test('one statement need not be a list', () => {
    assert.equal(evaluate(parsePolicy(JSON.stringify({ Statement: allow() })), get, pool('a')), 'Allow');
  });
});

describe('policy documents that are refused', () => {
  const refused: [what: string, document: unknown, message: RegExp][] = [
    ['a Principal', { Statement: allow({ Principal: '*' }) }, /"Principal", which is not supported/],
    ['keys in other case', { Statement: allow({ effect: 'Deny' }) }, /"effect"/],
    ['unknown top-level keys', { Statement: allow(), statement: [] }, /the document has "statement"/],
    ['an unknown version', { Version: '2020-01-01', Statement: allow() }, /Version must be one of/],
    ['no statement', { Version: '2012-10-17' }, /Statement is missing/],
    ['an empty list', { Statement: [] }, /Statement is missing/],
    ['another effect', { Statement: allow({ Effect: 'allow' }) }, /Effect of statement 1 must be Allow or Deny/],
    ['no action', { Statement: { Effect: 'Allow', Resource: '*' } }, /either Action or NotAction/],
    ['both kinds of action', { Statement: allow({ NotAction: '*' }) }, /either Action or NotAction/],
    ['both kinds of resource', { Statement: allow({ NotResource: '*' }) }, /either Resource or NotResource/],
    [
      'an action without a service',
      { Statement: allow({ Action: 'AdminGetUser' }) },
      /"AdminGetUser" in statement 1 is no action/,
    ],
    ['an empty action', { Statement: allow({ Action: '' }) }, /must be a string or a list/],
    ['an empty list of actions', { Statement: allow({ Action: [] }) }, /must be a string or a list/],
    ['a number as resource', { Statement: allow({ Resource: 1 }) }, /must be a string or a list/],
    ['a resource that is no ARN', { Statement: allow({ Resource: 'userpool/x' }) }, /neither an ARN nor \*/],
    [
      'a policy variable',
      { Statement: allow({ Effect: 'Deny', Resource: ['arn:aws:x:$', '{aws:username}'].join('') }) },
      /policy variables need Version 2012-10-17/,
    ],
    ['a list as document', [], /the document must be an object/],
    ['null', null, /the document must be an object/],
    ['a string as statement', { Statement: 'Allow' }, /statement 1 must be an object/],
    ['too long a text', { Statement: allow({ Sid: 'x'.repeat(maxPolicyLength) }) }, /more than 6144 characters/],
  ];
  for (const [what, document, message] of refused)
    test(what, () => {
      assert.throws(() => parsePolicy(JSON.stringify(document)), message);
    });
  test('no JSON', () => {
    assert.throws(() => parsePolicy('{'), /Malformed policy document: it is not JSON/);
  });
});

describe('authorization', () => {
  const root: Principal = {
    accountId: account,
    arn: `arn:aws:iam::${account}:root`,
    accessKeyId: 'A',
    isRoot: true,
    policy: null,
  };

  test('the root key may do everything in its own account', () => {
    authorize(root, get, pool('a'));
    authorize(root, get, '*');
    assert.throws(
      () => authorize(root, get, pool('a').replace(account, '999999999999')),
      (error: unknown) =>
        error instanceof AwsError &&
        error.name === 'AccessDeniedException' &&
        error.message.endsWith('because no resource-based policy allows the cognito-idp:AdminGetUser action'),
    );
  });

  test('refusals are worded as by AWS', () => {
    const jane = { ...root, isRoot: false, arn: `arn:aws:iam::${account}:user/jane` };
    const reasonFor = (...statements: object[]) => {
      try {
        authorize({ ...jane, policy: policyOf(...statements) }, get, pool('a'));
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const who = `User: arn:aws:iam::${account}:user/jane is not authorized to perform: ${get} on resource: ${pool('a')} `;
    assert.equal(reasonFor(allow()), undefined);
    assert.equal(
      reasonFor(allow({ Action: 'sts:*' })),
      `${who}because no identity-based policy allows the ${get} action`,
    );
    assert.equal(reasonFor(allow({ Effect: 'Deny' })), `${who}with an explicit deny in an identity-based policy`);
  });
});
