/** Conditions, variables and principals of policies, case by case as IAM documents them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide, type Principal } from '../../src/iam/authorize.ts';
import { evaluate, evaluateTrust, union } from '../../src/iam/policy.ts';
import { policyContext } from '../../src/iam/policy-context.ts';
import { parsePolicy, parseTrustPolicy } from '../../src/iam/policy-syntax.ts';

const account = '123456789012';
/** A variable, so that no text of this file looks like a template that was forgotten. */
const v = (inner: string) => ['$', '{', inner, '}'].join('');
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

type Value = string | number | boolean;
type Asked = string | string[] | undefined;
type Case = [operator: string, wanted: Value | Value[], asked: Asked, holds: boolean];

const conditionHolds = (operator: string, wanted: Value | Value[], asked: Asked, effect = 'Allow') => {
  const condition = { [operator]: { 'x:key': wanted } };
  const policy = parsePolicy(document({ Effect: effect, Action: '*', Resource: '*', Condition: condition }));
  const context = policyContext({ 'x:key': asked, 'aws:username': 'jane', 'x:star': '*', 'x:list': ['a', 'b'] });
  return evaluate(policy, 'x:y', '*', context) !== 'no allow';
};

const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;

const cases: Record<string, Case[]> = {
  'texts, exactly': [
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a', 'b'], 'c', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'a*', 'a*', true],
    ['StringEquals', 'a', undefined, false],
    ['StringEquals', '', '', true],
    ['StringEquals', 1, '1', true],
    ['StringEquals', true, 'true', true],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', 'a', 'a', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEqualsIgnoreCase', 'Straße', 'sTRASSE', false],
    ['StringEqualsIgnoreCase', 'Team', 'tEAM', true],
    ['StringNotEqualsIgnoreCase', 'Team', 'tEAM', false],
    ['StringNotEqualsIgnoreCase', 'Team', 'other', true],
  ],
  'texts with wildcards': [
    ['StringLike', 'a*', 'abc', true],
    ['StringLike', 'a?c', 'abc', true],
    ['StringLike', 'a?c', 'ac', false],
    ['StringLike', '*', '', true],
    ['StringLike', 'a*', 'A', false],
    ['StringLike', ['x*', 'a*'], 'abc', true],
    ['StringLike', '*', undefined, false],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringNotLike', 'a*', 'b', true],
    ['StringNotLike', 'a*', undefined, true],
    ['StringLike', v('*'), '*', true],
    ['StringLike', v('*'), 'a', false],
    ['StringLike', `a${v('?')}`, 'a?', true],
    ['StringLike', `a${v('?')}`, 'ab', false],
    ['StringLike', `${v('$')}5`, '$5', true],
  ],
  variables: [
    ['StringEquals', v('aws:username'), 'jane', true],
    ['StringEquals', v('AWS:UserName'), 'jane', true],
    ['StringEquals', v('aws:username'), 'joe', false],
    ['StringLike', `${v('aws:username')}/*`, 'jane/a', true],
    ['StringLike', `${v('aws:username')}/*`, 'joe/a', false],
    ['StringLike', v('x:star'), '*', true],
    ['StringLike', v('x:star'), 'anything', false],
    ['StringEquals', v('x:missing'), '', false],
    ['StringEquals', v('x:missing'), 'undefined', false],
    ['StringEquals', v("x:missing, 'none'"), 'none', true],
    ['StringEquals', v("aws:username, 'none'"), 'none', false],
    ['StringEquals', v("x:missing, ''"), '', true],
    ['StringEquals', v('x:list'), 'a', false],
    ['StringNotEquals', v('x:missing'), 'a', false],
    ['ArnLike', `arn:aws:iam::${account}:user/${v('aws:username')}`, user('jane'), true],
    ['ArnLike', `arn:aws:iam::${account}:user/${v('aws:username')}`, user('joe'), false],
  ],
  numbers: [
    ['NumericEquals', '10', '10', true],
    ['NumericEquals', 10, '10.0', true],
    ['NumericEquals', '10', '11', false],
    ['NumericEquals', '10', 'ten', false],
    ['NumericNotEquals', '10', '11', true],
    ['NumericNotEquals', '10', '10', false],
    ['NumericNotEquals', '10', undefined, true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThan', '10', '-100', true],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericLessThanEquals', '10', '10.5', false],
    ['NumericGreaterThan', '10', '9', false],
    ['NumericGreaterThan', '9', '10', true],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericGreaterThanEquals', '10', undefined, false],
    ['NumericLessThan', ['5', '10'], '7', true],
  ],
  dates: [
    ['DateEquals', '2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z', true],
    ['DateEquals', '2026-01-31T12:00:00Z', '2026-01-31T13:00:00+01:00', true],
    ['DateEquals', '1769860800', '2026-01-31T12:00:00Z', true],
    ['DateNotEquals', '2026-01-31', '2026-01-30T00:00:00Z', true],
    ['DateNotEquals', '2026-01-31', '2026-01-31T00:00:00Z', false],
    ['DateLessThan', '2026-02-01', '2026-01-31T23:59:59Z', true],
    ['DateLessThan', '2026-01-31', '2026-01-31T00:00:00Z', false],
    ['DateLessThanEquals', '2026-01-31', '2026-01-31T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-31', '2026-01-31T00:00:01Z', true],
    ['DateGreaterThan', '2026-01-31', '1769860800', true],
    ['DateGreaterThanEquals', '2026-01-31', '2026-01-30', false],
    ['DateGreaterThan', '2026-01-31', 'tomorrow', false],
    ['DateLessThan', '2026-01-31', undefined, false],
  ],
  'true and false': [
    ['Bool', 'true', 'true', true],
    ['Bool', true, 'true', true],
    ['Bool', 'TRUE', 'true', true],
    ['Bool', 'true', 'false', false],
    ['Bool', false, 'false', true],
    ['Bool', 'false', undefined, false],
    ['BoolIfExists', 'false', undefined, true],
    ['BoolIfExists', 'false', 'true', false],
  ],
  bytes: [
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['BinaryEquals', 'QmluYXJ5', 'qmluYXJ5', false],
    ['BinaryEquals', 'QmluYXJ5', undefined, false],
  ],
  addresses: [
    ['IpAddress', '203.0.113.0/24', '203.0.113.9', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.9', false],
    ['IpAddress', '203.0.113.9', '203.0.113.9', true],
    ['IpAddress', '203.0.113.9', '203.0.113.10', false],
    ['IpAddress', '0.0.0.0/0', '198.51.100.1', true],
    ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['IpAddress', '2001:db8::/32', '2001:db8:1::1', true],
    ['IpAddress', '2001:db8::/32', '2001:db9::1', false],
    ['IpAddress', '::/0', '203.0.113.9', false],
    ['IpAddress', ['10.0.0.0/8', '192.168.0.0/16'], '192.168.1.1', true],
    ['IpAddress', '203.0.113.0/24', '::ffff:203.0.113.9', true],
    ['IpAddress', '203.0.113.0/24', 'nowhere', false],
    ['IpAddress', '203.0.113.0/24', undefined, false],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.9', false],
    ['NotIpAddress', '203.0.113.0/24', '203.0.114.9', true],
    ['NotIpAddress', '203.0.113.0/24', undefined, true],
    ['NotIpAddress', ['10.0.0.0/8', '192.168.0.0/16'], '192.168.1.1', false],
  ],
  ARNs: [
    ['ArnEquals', user('jane'), user('jane'), true],
    ['ArnEquals', user('*'), user('jane'), true],
    ['ArnLike', `arn:aws:iam::*:user/*`, user('jane'), true],
    ['ArnLike', 'arn:aws:*', user('jane'), true],
    ['ArnLike', `arn:aws:iam::*:jane`, user('jane'), false],
    ['ArnLike', 'arn:*:*:*:*:*', user('jane'), true],
    ['ArnLike', user('j?ne'), user('jane'), true],
    ['ArnLike', user('jane'), user('joe'), false],
    ['ArnLike', user('jane'), 'jane', false],
    ['ArnNotLike', user('jane*'), user('jane'), false],
    ['ArnNotEquals', user('jane'), user('joe'), true],
    ['ArnNotLike', user('jane'), undefined, true],
    ['ArnLike', user('jane'), undefined, false],
  ],
  'whether a key is there': [
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'a', false],
    ['Null', 'false', 'a', true],
    ['Null', false, undefined, false],
    ['Null', true, undefined, true],
  ],
  'if it is there': [
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'a', true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['StringNotEqualsIfExists', 'a', 'a', false],
    ['StringNotEqualsIfExists', 'a', undefined, true],
    ['IpAddressIfExists', '10.0.0.0/8', undefined, true],
    ['NumericLessThanIfExists', '3', '4', false],
    ['ForAnyValue:StringEqualsIfExists', 'a', undefined, true],
  ],
  'several values in the request': [
    ['ForAnyValue:StringEquals', 'a', ['a', 'b'], true],
    ['ForAnyValue:StringEquals', ['a', 'x'], ['b', 'x'], true],
    ['ForAnyValue:StringEquals', 'a', ['b', 'c'], false],
    ['ForAnyValue:StringEquals', 'a', undefined, false],
    ['ForAnyValue:StringEquals', 'a', [], false],
    ['ForAnyValue:StringLike', 'graph.*', ['authenticated', 'graph.facebook.com'], true],
    ['ForAnyValue:StringNotEquals', 'a', ['a', 'b'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
    ['ForAnyValue:StringNotEquals', 'a', undefined, false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b', 'c'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', 'a', ['a', 'b'], false],
    ['ForAllValues:StringEquals', 'a', undefined, true],
    ['ForAllValues:StringEquals', 'a', [], true],
    ['ForAllValues:StringLike', 'a*', ['a1', 'a2'], true],
    ['ForAllValues:StringNotEquals', 'a', ['b', 'c'], true],
    ['ForAllValues:StringNotEquals', 'a', ['a', 'c'], false],
    ['ForAllValues:StringNotEquals', 'a', undefined, true],
    ['StringEquals', 'a', ['a', 'b'], true],
    ['StringNotEquals', 'a', ['a', 'b'], false],
    ['StringNotEquals', 'a', ['b', 'c'], true],
  ],
};

describe('conditions', () => {
  for (const [what, rows] of Object.entries(cases))
    describe(what, () => {
      for (const [operator, wanted, asked, holds] of rows)
        test(`${operator} ${JSON.stringify(wanted)} ${holds ? 'holds' : 'does not hold'} for ${JSON.stringify(asked)}`, () =>
          assert.equal(conditionHolds(operator, wanted, asked), holds));
    });

  test('all conditions must hold, of the values of one any', () => {
    const policy = parsePolicy(
      document({
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'x:a': ['1', '2'], 'x:b': '3' }, Bool: { 'x:c': true } },
      }),
    );
    const verdict = (facts: Record<string, string>) => evaluate(policy, 'x:y', '*', policyContext(facts));
    assert.equal(verdict({ 'x:a': '2', 'x:b': '3', 'x:c': 'true' }), 'Allow');
    assert.equal(verdict({ 'X:A': '1', 'X:B': '3', 'X:C': 'true' }), 'Allow');
    assert.equal(verdict({ 'x:a': '2', 'x:b': '4', 'x:c': 'true' }), 'no allow');
    assert.equal(verdict({ 'x:a': '2', 'x:b': '3' }), 'no allow');
  });

  test('a variable without a value never widens: neither by a negation that allows, nor by one that denies', () => {
    assert.equal(conditionHolds('StringNotEquals', v('x:missing'), 'a', 'Allow'), false);
    assert.equal(conditionHolds('StringNotEquals', v('x:missing'), 'a', 'Deny'), true);
    const resources = (effect: string, name: string) =>
      evaluate(
        parsePolicy(
          document(
            { Effect: 'Allow', Action: '*', Resource: effect === 'Deny' ? '*' : 'arn:x:x:x:x:nothing' },
            { Effect: effect, Action: '*', [name]: `arn:aws:s3:::files/${v('aws:username')}/*` },
          ),
        ),
        's3:GetObject',
        'arn:aws:s3:::files/jane/a',
      );
    assert.equal(resources('Allow', 'Resource'), 'no allow');
    assert.equal(resources('Allow', 'NotResource'), 'no allow');
    assert.equal(resources('Deny', 'NotResource'), 'explicit deny');
  });
});

describe('resources', () => {
  const file = (name: string) => `arn:aws:s3:::files/${name}`;
  const rows: [pattern: string, resource: string, matches: boolean][] = [
    [file(`${v('aws:username')}/*`), file('jane/a/b'), true],
    [file(`${v('aws:username')}/*`), file('joe/a'), false],
    [file(`${v('aws:username')}/*`), file('janet/a'), false],
    [file(`${v('x:star')}/*`), file('joe/a'), false],
    [file(`${v('x:star')}/*`), file('*/a'), true],
    [file(`${v('x:colons')}/*`), file('us-east-1:1/a'), true],
    [file(`${v("aws:PrincipalTag/team, 'none'")}/*`), file('none/a'), true],
    [file(`${v('*')}`), file('*'), true],
    [file(`${v('*')}`), file('a'), false],
    ['arn:aws:s3:::*', file('a:b:c'), true],
    ['arn:aws:s3:*:*:*', file('a'), true],
    ['arn:aws:cognito-idp:*:123456789012:userpool/a', `arn:aws:cognito-idp:us-east-1:${account}:userpool/a`, true],
    ['arn:aws:cognito-idp:*:userpool/a', `arn:aws:cognito-idp:us-east-1:${account}:userpool/a`, true],
    [
      'arn:aws:cognito-idp:*:999999999999:userpool/a',
      `arn:aws:cognito-idp:us-east-1:${account}:x:999999999999:userpool/a`,
      false,
    ],
    ['arn:aws:s3:::files', file('a'), false],
    ['*', 'anything', true],
  ];
  for (const [pattern, resource, matches] of rows)
    test(`${pattern} ${matches ? 'matches' : 'does not match'} ${resource}`, () => {
      const context = policyContext({ 'aws:username': 'jane', 'x:star': '*', 'x:colons': 'us-east-1:1' });
      const policy = parsePolicy(document({ Effect: 'Allow', Action: '*', Resource: pattern }));
      assert.equal(evaluate(policy, 's3:GetObject', resource, context), matches ? 'Allow' : 'no allow');
    });
});

describe('what is refused', () => {
  const statement = (more: object) => document({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
  const condition = (operator: string, wanted: unknown, key = 'aws:username') =>
    statement({ Condition: { [operator]: { [key]: wanted } } });
  const rows: [what: string, text: string, message: RegExp][] = [
    ['an unknown operator', condition('StringMatches', 'a'), /"StringMatches" is no condition operator/],
    ['an operator in other case', condition('stringEquals', 'a'), /is no condition operator/],
    ['an unknown quantifier', condition('ForSomeValues:StringEquals', 'a'), /is no condition operator/],
    ['an inherited name', condition('constructor', 'a'), /is no condition operator/],
    ['NullIfExists', condition('NullIfExists', 'true'), /is no condition operator/],
    ['a number that is none', condition('NumericEquals', 'ten'), /is no value/],
    ['a date that is none', condition('DateLessThan', 'tomorrow'), /is no value/],
    ['an address that is none', condition('IpAddress', '300.0.0.0/8'), /is no value/],
    ['a range that is none', condition('IpAddress', '10.0.0.0/33'), /is no value/],
    ['a truth that is none', condition('Bool', 'yes'), /is no value/],
    ['Null with a text', condition('Null', 'maybe'), /must be true or false/],
    ['no value', condition('StringEquals', []), /must be a string or a list/],
    ['an object as value', condition('StringEquals', {}), /must be a string or a list/],
    ['a key that is none', condition('StringEquals', 'a', 'username'), /"username" is no condition key/],
    ['a Condition that is no object', statement({ Condition: [] }), /Condition must be an object/],
    ['keys that are no object', statement({ Condition: { Bool: 'x' } }), /Bool in Condition must be an object/],
    ['a variable in a number', condition('NumericEquals', v('aws:username')), /takes no variables/],
    ['a variable without end', condition('StringEquals', '$'.concat('{aws:username')), /without end/],
    ['a variable that is none', condition('StringEquals', v('username')), /is no policy variable/],
    ['a wildcard in a variable', condition('StringEquals', v('aws:*')), /is no policy variable/],
    ['an empty variable', condition('StringEquals', v('')), /is no policy variable/],
    [
      'a variable in an old version',
      JSON.stringify({
        Version: '2008-10-17',
        Statement: { Effect: 'Allow', Action: '*', Resource: `arn:aws:s3:::${v('aws:username')}` },
      }),
      /need Version 2012-10-17/,
    ],
    ['a Principal', statement({ Principal: '*' }), /"Principal", which is not supported/],
  ];
  for (const [what, text, message] of rows) test(what, () => assert.throws(() => parsePolicy(text), message));
});

describe('trust policies', () => {
  const action = 'sts:AssumeRoleWithWebIdentity';
  const audience = { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'pool' } };
  const trust = (more: object) =>
    document({
      Effect: 'Allow',
      Principal: { Federated: 'cognito-identity.amazonaws.com' },
      Action: action,
      Condition: audience,
      ...more,
    });
  const refused: [what: string, text: string, message: RegExp][] = [
    ['no Principal', trust({ Principal: undefined }), /needs a Principal/],
    ['an empty Principal', trust({ Principal: {} }), /needs a Principal/],
    ['NotPrincipal', trust({ NotPrincipal: '*' }), /"NotPrincipal", which is not supported/],
    ['a Resource', trust({ Resource: '*' }), /"Resource", which is not supported/],
    ['another action', trust({ Action: 's3:GetObject' }), /is about actions of sts/],
    ['an unknown type', trust({ Principal: { CanonicalUser: 'x' } }), /"CanonicalUser"; supported are/],
    [
      'a user by a wildcard',
      trust({ Principal: { AWS: `arn:aws:iam::${account}:user/*` } }),
      /is none; expected an account/,
    ],
    ['no audience', trust({ Condition: undefined }), /name the audience/],
    [
      'an audience that must not be',
      trust({ Condition: { StringNotEquals: audience.StringEquals } }),
      /name the audience/,
    ],
    [
      'an audience if there is one',
      trust({ Condition: { StringEqualsIfExists: audience.StringEquals } }),
      /name the audience/,
    ],
    [
      'every audience',
      trust({ Condition: { StringLike: { 'cognito-identity.amazonaws.com:aud': '*' } } }),
      /name the audience/,
    ],
    [
      "another provider's audience",
      trust({ Condition: { StringEquals: { 'accounts.google.com:aud': 'x' } } }),
      /name the audience/,
    ],
  ];
  for (const [what, text, message] of refused)
    test(`refused: ${what}`, () => assert.throws(() => parseTrustPolicy(text), message));

  const accepted: object[] = [
    { Principal: '*', Action: 'sts:AssumeRole' },
    { Principal: { AWS: [account, `arn:aws:iam::${account}:role/a/b`] }, Action: 'sts:*' },
    { Principal: { Service: 'cognito-idp.amazonaws.com' }, Action: 'sts:AssumeRole' },
    { Principal: { Federated: `arn:aws:iam::${account}:saml-provider/x` }, Condition: undefined },
    { Effect: 'Deny', Condition: undefined },
    { Condition: { 'ForAnyValue:StringLike': { 'Cognito-Identity.amazonaws.com:AUD': 'us-east-1:*' } } },
  ];
  for (const more of accepted)
    test(`accepted: ${JSON.stringify(more)}`, () => assert.ok(parseTrustPolicy(trust(more))));

  test('only statements that name the one who asks count', () => {
    const policy = parseTrustPolicy(trust({}));
    const context = policyContext({ 'cognito-identity.amazonaws.com:aud': 'pool' });
    assert.equal(
      evaluateTrust(policy, ({ value }) => value.startsWith('cognito'), action, context),
      'Allow',
    );
    assert.equal(
      evaluateTrust(policy, () => false, action, context),
      'no allow',
    );
  });
});

describe('identity policies, session policies and limits together', () => {
  const allowAll = parsePolicy(document({ Effect: 'Allow', Action: '*', Resource: '*' }));
  const reads = parsePolicy(document({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }));
  const denies = parsePolicy(document({ Effect: 'Deny', Action: '*', Resource: '*' }));
  const nothing = union([]);
  const rows: [what: string, policies: Pick<Principal, 'policy' | 'limits'>, reason: string | undefined][] = [
    ['everything', { policy: null }, undefined],
    ['a policy that allows', { policy: allowAll }, undefined],
    ['no policy at all', { policy: nothing }, 'because no identity-based policy allows the s3:PutObject action'],
    ['a union', { policy: union([reads, allowAll]) }, undefined],
    ['a union that denies', { policy: union([allowAll, denies]) }, 'with an explicit deny in an identity-based policy'],
    ['a limit that allows', { policy: allowAll, limits: [allowAll] }, undefined],
    [
      'a limit that does not',
      { policy: allowAll, limits: [reads] },
      'because no session policy allows the s3:PutObject action',
    ],
    [
      'one of two limits',
      { policy: allowAll, limits: [allowAll, reads] },
      'because no session policy allows the s3:PutObject action',
    ],
    ['a limit that denies', { policy: allowAll, limits: [denies] }, 'with an explicit deny in a session policy'],
    [
      'a limit alone',
      { policy: nothing, limits: [allowAll] },
      'because no identity-based policy allows the s3:PutObject action',
    ],
    [
      'a limit upon everything',
      { policy: null, limits: [reads] },
      'because no session policy allows the s3:PutObject action',
    ],
  ];
  for (const [what, policies, reason] of rows)
    test(what, () => {
      const principal = { accountId: account, arn: user('jane'), accessKeyId: 'A', isRoot: false, ...policies };
      const decision = decide(principal, 's3:PutObject', 'arn:aws:s3:::files/a');
      assert.equal(decision.allowed ? undefined : decision.reason, reason);
    });

  test('a request cannot say what the server knows of the principal', () => {
    const own = parsePolicy(
      document({ Effect: 'Allow', Action: '*', Resource: `arn:aws:s3:::files/${v('aws:username')}/*` }),
    );
    const context = policyContext({ 'aws:username': 'jane' });
    const principal = { accountId: account, arn: user('jane'), accessKeyId: 'A', isRoot: false, policy: own, context };
    const claimed = policyContext({ 'aws:username': 'joe' });
    assert.equal(decide(principal, 's3:GetObject', 'arn:aws:s3:::files/joe/a', claimed).allowed, false);
    assert.equal(decide(principal, 's3:GetObject', 'arn:aws:s3:::files/jane/a', claimed).allowed, true);
  });
});
