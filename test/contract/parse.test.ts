/** From the text of a request to typed values: what is taken, what is refused and in which words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AwsError } from '../../src/contract/errors.ts';
import { parseJson } from '../../src/contract/json.ts';
import { parse } from '../../src/contract/parse.ts';
import { readInput } from '../../src/contract/request.ts';
import { type Shape, userPoolsContract } from '../../src/contract/service.ts';

const contract = userPoolsContract();
const refusedAs = (message: string) => (error: unknown) =>
  error instanceof AwsError && error.name === 'SerializationException' && error.message === message;

const group = { UserPoolId: 'eu-west-1_abc', GroupName: 'g' };
const wrongTypes: [operation: string, input: unknown, message: string][] = [
  ['GetGroup', { ...group, GroupName: 1 }, 'NUMBER_VALUE can not be converted to a String'],
  ['GetGroup', { ...group, GroupName: 1.5 }, 'DECIMAL_VALUE can not be converted to a String'],
  ['GetGroup', { ...group, GroupName: true }, 'TRUE_VALUE can not be converted to a String'],
  ['GetGroup', { ...group, GroupName: {} }, 'Start of structure or map found where not expected.'],
  ['GetGroup', { ...group, GroupName: [] }, 'Start of list found where not expected'],
  ['GetGroup', [], 'Start of list found where not expected'],
  ['CreateGroup', { ...group, Precedence: '1' }, 'STRING_VALUE can not be converted to an Integer'],
  ['CreateGroup', { ...group, Precedence: 1.5 }, 'DECIMAL_VALUE can not be converted to an Integer'],
  ['AdminCreateUser', { ForceAliasCreation: 'true' }, 'STRING_VALUE can not be converted to a Boolean'],
  ['AdminCreateUser', { ForceAliasCreation: 0 }, 'NUMBER_VALUE can not be converted to a Boolean'],
  ['AdminCreateUser', { UserAttributes: 'x' }, 'Expected list or null'],
  ['AdminCreateUser', { UserAttributes: {} }, 'Start of structure or map found where not expected.'],
  ['AdminCreateUser', { UserAttributes: ['x'] }, 'Expected null'],
  ['AdminCreateUser', { ClientMetadata: 'x' }, 'Expected null'],
  ['AdminCreateUser', { ClientMetadata: [] }, 'Start of list found where not expected'],
  ['SetUICustomization', { ImageFile: 'not base64!' }, 'STRING_VALUE can not be converted to a Blob'],
];

describe('parsing', () => {
  for (const [operation, input, message] of wrongTypes) {
    it(`refuses ${JSON.stringify(input)}: ${message}`, () => {
      assert.throws(() => readInput(contract, operation, JSON.stringify(input)), refusedAs(message));
    });
  }

  const nul = 'Strings can not contain the character U+0000';
  const half = 'Strings must be well-formed Unicode';
  for (const [text, message] of [
    ['a\\u0000', nul],
    ['\\u0000', nul],
    ['a\\ud800', half],
    ['\\udc00\\ud800', half],
  ]) {
    it(`refuses text that no database holds, as value, in lists and as key of a map: ${text}`, () => {
      for (const body of [
        `{"GroupName":"${text}"}`,
        `{"UserAttributes":[{"Name":"${text}"}]}`,
        `{"ClientMetadata":{"a":"${text}"}}`,
        `{"ClientMetadata":{"${text}":"a"}}`,
      ]) {
        const operation = body.includes('GroupName') ? 'GetGroup' : 'AdminUpdateUserAttributes';
        assert.throws(() => readInput(contract, operation, body), refusedAs(message as string));
      }
    });
  }

  it('takes the rest of Unicode, and leaves documents as they are', () => {
    const text = '\u0001 \ufffd \uffff 𝄞 \u2028';
    const name: Shape = { type: 'string' };
    assert.equal(parse(contract, name, text), text);
    const document: Shape = { type: 'structure', members: {}, document: true };
    assert.deepEqual(parse(contract, document, { a: 'b\0' }), { a: 'b\0' });
  });

  it('reads timestamps from epoch seconds and ISO 8601', () => {
    const timestamp: Shape = { type: 'timestamp' };
    assert.deepEqual(parse(contract, timestamp, 1700000000.123), new Date(1700000000123));
    assert.deepEqual(parse(contract, timestamp, '2023-11-14T22:13:20.123Z'), new Date(1700000000123));
    for (const bad of ['yesterday', '2023-11-14', '2023-13-45T00:00:00Z']) {
      const message = 'STRING_VALUE can not be converted to milliseconds since epoch';
      assert.throws(() => parse(contract, timestamp, bad), refusedAs(message));
    }
    assert.throws(() => parse(contract, timestamp, 1e300), AwsError);
  });

  it('ignores unknown members and nulls, in lists and maps too', () => {
    const body = JSON.stringify({
      ...group,
      Username: 'u',
      Unknown: 1,
      Limit: null,
      UserAttributes: [null, { Name: 'email', Value: null, More: 1 }],
      ClientMetadata: { a: 'b', c: null },
    });
    const input = readInput(contract, 'AdminUpdateUserAttributes', body);
    assert.deepEqual(Object.keys(input), ['UserPoolId', 'Username', 'UserAttributes', 'ClientMetadata']);
    assert.deepEqual(input.UserAttributes, [{ Name: 'email' }]);
    assert.deepEqual({ ...(input.ClientMetadata as object) }, { a: 'b' });
  });

  it('takes __proto__ and constructor for names like any other', () => {
    const body = `{"__proto__":{"GroupName":"inherited"},"constructor":{"prototype":{"x":1}},"UserPoolId":"eu-west-1_abc","Username":"u",
      "UserAttributes":[],"ClientMetadata":{"__proto__":"p","constructor":"c"}}`;
    const input = readInput(contract, 'AdminUpdateUserAttributes', body);
    assert.deepEqual(Object.keys(input), ['UserPoolId', 'Username', 'UserAttributes', 'ClientMetadata']);
    assert.deepEqual(Object.entries(input.ClientMetadata as object), [
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    assert.equal(
      readInput(contract, 'InitiateAuth', '{"AuthFlow":"USER_AUTH","ClientId":"c","AuthParameters":{}}').x,
      undefined,
    );
    assert.equal(
      (
        readInput(contract, 'InitiateAuth', '{"AuthFlow":"USER_AUTH","ClientId":"c","AuthParameters":{}}')
          .AuthParameters as Record<string, unknown>
      ).constructor,
      undefined,
    );
    assert.equal(({} as Record<string, unknown>).x, undefined);
    assert.throws(() => readInput(contract, '__proto__', '{}'), { name: 'UnknownOperationException' });
    assert.throws(() => readInput(contract, 'constructor', '{}'), { name: 'UnknownOperationException' });
  });

  it('reads a body, an empty one as an empty object, and refuses what is not JSON without quoting it', () => {
    assert.deepEqual(parseJson(''), {});
    assert.deepEqual(parseJson('{"a":"\\\\\\"]]{","b":[1]}'), { a: '\\"]]{', b: [1] });
    for (const bad of ['{', '{"Password":"hunter2",}', '"', '{"a":"\\"', 'undefined', '\u0000']) {
      assert.throws(() => parseJson(bad), refusedAs('The request body is not valid JSON.'));
    }
    for (const scalar of ['null', '"x"', '1']) {
      assert.throws(() => readInput(contract, 'GetGroup', scalar), refusedAs('Expected null'));
    }
  });

  it('nests 100 levels deep, brackets in strings not counted', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    assert.ok(parseJson(nested(100)));
    assert.ok(parseJson(JSON.stringify(['['.repeat(500), '\\"[['.repeat(200), Array(200).fill([{}])])));
    for (const depth of [101, 1_000_000]) {
      assert.throws(() => parseJson(nested(depth)), refusedAs('The request body is nested over 100 levels deep.'));
    }
  });
});
