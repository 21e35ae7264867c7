/** What a refused request is told, sentence by sentence. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AwsError } from '../../src/contract/errors.ts';
import { readInput } from '../../src/contract/request.ts';
import { identityPoolsContract, type ServiceContract, userPoolsContract } from '../../src/contract/service.ts';

const refusal = (contract: ServiceContract, operation: string, input: unknown) => {
  try {
    readInput(contract, operation, typeof input === 'string' ? input : JSON.stringify(input));
  } catch (error) {
    assert.ok(error instanceof AwsError);
    return { name: error.name, message: error.message };
  }
  return undefined;
};

const pool = { UserPoolId: 'eu-west-1_abc' };
const long = 'Member must have length less than or equal to';
const short = 'Member must have length greater than or equal to';
const pattern = 'Member must satisfy regular expression pattern:';
const failed = 'failed to satisfy constraint:';

const refused: [what: string, operation: string, input: unknown, items: string[]][] = [
  [
    'a pattern',
    'DescribeUserPool',
    { UserPoolId: 'x' },
    [`Value 'x' at 'userPoolId' ${failed} ${pattern} [\\w-]+_[0-9a-zA-Z]+`],
  ],
  [
    'a sensitive pattern',
    'SignUp',
    { ClientId: 'a', Username: 'u', Password: 'a b' },
    [`Value at 'password' ${failed} ${pattern} [\\S]+`],
  ],
  ['a null', 'DescribeUserPool', {}, [`Value null at 'userPoolId' ${failed} Member must not be null`]],
  [
    'an explicit null',
    'DescribeUserPool',
    { UserPoolId: null },
    [`Value null at 'userPoolId' ${failed} Member must not be null`],
  ],
  [
    'a sensitive null',
    'SignUp',
    { Username: 'u', Password: 'p' },
    [`Value null at 'clientId' ${failed} Member must not be null`],
  ],
  [
    'several constraints of a nested member',
    'AdminUpdateUserAttributes',
    { ...pool, Username: 'u', UserAttributes: [{ Name: 'email' }, { Name: '' }] },
    [
      `Value '' at 'userAttributes.2.member.name' ${failed} ${short} 1`,
      `Value '' at 'userAttributes.2.member.name' ${failed} ${pattern} [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+`,
    ],
  ],
  [
    'several members',
    'AdminGetUser',
    { UserPoolId: 'x', Username: 'u'.repeat(129) },
    [
      `Value 'x' at 'userPoolId' ${failed} ${pattern} [\\w-]+_[0-9a-zA-Z]+`,
      `Value at 'username' ${failed} ${long} 128`,
    ],
  ],
  [
    'a range',
    'ListUsers',
    { ...pool, Limit: 61 },
    [`Value '61' at 'limit' ${failed} Member must have value less than or equal to 60`],
  ],
  [
    'a lower range',
    'ListUserPools',
    { MaxResults: 0 },
    [`Value '0' at 'maxResults' ${failed} Member must have value greater than or equal to 1`],
  ],
  [
    'what an int cannot hold',
    'CreateGroup',
    { ...pool, GroupName: 'g', Precedence: 2 ** 31 },
    [`Value '2147483648' at 'precedence' ${failed} Member must have value less than or equal to 2147483647`],
  ],
  [
    'an enum',
    'UpdateAuthEventFeedback',
    { ...pool, Username: 'u', EventId: 'e', FeedbackToken: 't', FeedbackValue: 'Maybe' },
    [`Value 'Maybe' at 'feedbackValue' ${failed} Member must satisfy enum value set: [Valid, Invalid]`],
  ],
  [
    'an enum in a list',
    'CreateUserPool',
    { PoolName: 'p', AliasAttributes: ['email', 'nick'] },
    [
      `Value '[email, nick]' at 'aliasAttributes' ${failed} Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email, preferred_username]]`,
    ],
  ],
  [
    'the length of a list',
    'AddCustomAttributes',
    { ...pool, CustomAttributes: [] },
    [`Value at 'customAttributes' ${failed} ${short} 1`],
  ],
  [
    'a map value',
    'TagResource',
    { ResourceArn: 'arn:aws:cognito-idp:eu-west-1:1:userpool/x', Tags: { k: 'v'.repeat(257) } },
    [`Value '{k=${'v'.repeat(257)}}' at 'tags' ${failed} Map value must satisfy constraint: [${long} 256, ${short} 0]`],
  ],
  [
    'a map key',
    'TagResource',
    { ResourceArn: 'arn:aws:cognito-idp:eu-west-1:1:userpool/x', Tags: { '': 'v' } },
    [`Value '{=v}' at 'tags' ${failed} Map keys must satisfy constraint: [${long} 128, ${short} 1]`],
  ],
  [
    'a path that keeps its other capitals',
    'SetUserPoolMfaConfig',
    { ...pool, SmsMfaConfiguration: { SmsAuthenticationMessage: 'none here' } },
    [`Value 'none here' at 'smsMfaConfiguration.smsAuthenticationMessage' ${failed} ${pattern} .*\\{####\\}.*`],
  ],
];

describe('validation in user pools', () => {
  for (const [what, operation, input, items] of refused) {
    it(`words ${what}`, () => {
      const noun = items.length === 1 ? 'error' : 'errors';
      assert.deepEqual(refusal(userPoolsContract(), operation, input), {
        name: 'InvalidParameterException',
        message: `${items.length} validation ${noun} detected: ${items.join('; ')}`,
      });
    });
  }

  it('lists at most twenty violations and counts all', () => {
    const UserAttributes = Array.from({ length: 30 }, () => ({ Value: 'x' }));
    const { message } = refusal(userPoolsContract(), 'AdminUpdateUserAttributes', {
      ...pool,
      Username: 'u',
      UserAttributes,
    })!;
    assert.match(message, /^30 validation errors detected: /);
    assert.equal(message.split('; ').length, 20);
  });

  it('does not echo long values whole', () => {
    const { message } = refusal(userPoolsContract(), 'DescribeUserPool', { UserPoolId: '!'.repeat(1_000_000) })!;
    assert.ok(message.startsWith(`2 validation errors detected: Value '${'!'.repeat(1024)}…' at 'userPoolId'`));
    assert.ok(message.length < 2500);
  });

  it('counts characters, not code units', () => {
    const group = (GroupName: string) => refusal(userPoolsContract(), 'GetGroup', { ...pool, GroupName });
    assert.equal(group('😀'.repeat(128)), undefined);
    assert.match(group('😀'.repeat(129))!.message, /length less than or equal to 128$/);
  });

  it('withholds a sensitive value, and lets a good request pass', () => {
    const base = { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: 'abc' };
    assert.equal(
      refusal(userPoolsContract(), 'InitiateAuth', { ...base, AuthParameters: { USERNAME: 'u' } }),
      undefined,
    );
    const secret = refusal(userPoolsContract(), 'InitiateAuth', { ...base, Session: 'secretsecret' })!;
    assert.equal(secret.message, `1 validation error detected: Value at 'session' ${failed} ${short} 20`);
  });
});

describe('validation of any contract', () => {
  it('withholds everything inside a sensitive structure', () => {
    const contract: ServiceContract = {
      metadata: userPoolsContract().metadata,
      operations: { Tell: { auth: 'none', input: 'TellRequest', errors: [] } },
      shapes: {
        TellRequest: { type: 'structure', members: { Secret: { shape: 'Secret' }, Open: { shape: 'Open' } } },
        Secret: { type: 'structure', members: { Words: { shape: 'Words' } }, sensitive: true },
        Open: { type: 'structure', members: { Words: { shape: 'Words' } } },
        Words: { type: 'list', member: { shape: 'Word' } },
        Word: { type: 'string', max: 3 },
      },
    };
    const input = { Secret: { Words: ['hush', 'a'] }, Open: { Words: ['well', 'a'] } };
    const constraint = `Member must satisfy constraint: [${long} 3]`;
    assert.equal(
      refusal(contract, 'Tell', input)?.message,
      `2 validation errors detected: Value at 'secret.words' ${failed} ${constraint}; Value '[well, a]' at 'open.words' ${failed} ${constraint}`,
    );
  });
});

describe('validation in identity pools', () => {
  it('has its own error name', () => {
    assert.deepEqual(refusal(identityPoolsContract(), 'GetId', { IdentityPoolId: 'nowhere' }), {
      name: 'ValidationException',
      message: `1 validation error detected: Value 'nowhere' at 'identityPoolId' ${failed} ${pattern} [\\w-]+:[0-9a-f-]+`,
    });
  });

  it('names the constraints of a map of tokens without showing them', () => {
    const input = { IdentityId: 'eu-west-1:abc', Logins: { provider: '' } };
    assert.deepEqual(
      refusal(identityPoolsContract(), 'GetCredentialsForIdentity', input)?.message,
      `1 validation error detected: Value at 'logins' ${failed} Map value must satisfy constraint: [${long} 50000, ${short} 1]`,
    );
  });

  it('walks into structures in a map', () => {
    const input = {
      IdentityPoolId: 'eu-west-1:abc',
      Roles: {},
      RoleMappings: { 'graph.facebook.com': { Type: 'Guess' } },
    };
    assert.equal(
      refusal(identityPoolsContract(), 'SetIdentityPoolRoles', input)?.message,
      `1 validation error detected: Value 'Guess' at 'roleMappings.graph.facebook.com.member.type' ${failed} Member must satisfy enum value set: [Token, Rules]`,
    );
  });
});
