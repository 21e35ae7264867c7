/** Attribute values against a schema: what conforms, what is refused in which words, and that nothing else is ever thrown. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { AwsError } from '../../../src/contract/errors.ts';
import type { UserPool } from '../../../src/storage/pools.ts';
import { initialSchema } from '../../../src/user-pools/attributes/schema.ts';
import {
  forbidImmutable,
  forbidRemovalOfRequired,
  isEmail,
  isPhoneNumber,
  mergeAttributes,
  missingAttributes,
  readAttributes,
  requireAttributes,
} from '../../../src/user-pools/attributes/values.ts';
import { attributeList } from '../../support/world.ts';

const SchemaAttributes = initialSchema([
  { Name: 'email', Required: true },
  {
    Name: 'text',
    AttributeDataType: 'String',
    Mutable: true,
    StringAttributeConstraints: { MinLength: '2', MaxLength: '4' },
  },
  {
    Name: 'number',
    AttributeDataType: 'Number',
    Mutable: true,
    NumberAttributeConstraints: { MinValue: '-1.5', MaxValue: '10' },
  },
  { Name: 'flag', AttributeDataType: 'Boolean', Mutable: true },
  { Name: 'since', AttributeDataType: 'DateTime', Mutable: true },
  { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
  { Name: 'rank', AttributeDataType: 'String', Mutable: true, DeveloperOnlyAttribute: true },
]);
const pool = { config: { SchemaAttributes } } as UserPool;

const conforming: [name: string, value: string, stored?: string][] = [
  ['name', 'Jane'],
  ['name', 'x'.repeat(2048)],
  ['name', ''],
  ['email', 'jane@example.com'],
  ['phone_number', '+14255550100'],
  ['birthdate', '2000-01-01'],
  ['updated_at', '0'],
  ['email_verified', 'True', 'true'],
  ['phone_number_verified', 'FALSE', 'false'],
  ['custom:text', 'ab'],
  ['custom:text', 'abcd'],
  ['custom:number', '-1.5'],
  ['custom:number', '10'],
  ['custom:flag', 'true'],
  ['custom:since', '2024-02-29T12:00:00Z'],
  ['custom:since', '1700000000'],
  ['custom:fixed', 'x'],
  ['dev:custom:rank', 'x'],
];

const unknown = 'Attribute does not exist in the schema.';
const refused: [name: string, value: string, problem: string][] = [
  ['name', 'x'.repeat(2049), 'String attributes cannot have a length of more than 2048'],
  ['birthdate', '2000-1-1', 'String attributes cannot have a length of less than 10'],
  ['birthdate', '2000-01-011', 'String attributes cannot have a length of more than 10'],
  ['updated_at', '-1', 'Value cannot be less than 0'],
  ['custom:text', 'a', 'String attributes cannot have a length of less than 2'],
  ['custom:text', 'abcde', 'String attributes cannot have a length of more than 4'],
  ['custom:number', '-1.6', 'Value cannot be less than -1.5'],
  ['custom:number', '10.1', 'Value cannot be greater than 10'],
  ...['ten', '1e1', '0x1', ' 1', '1.', 'NaN', 'Infinity'].map((value): [string, string, string] => [
    'custom:number',
    value,
    'The value of a Number attribute must be a number',
  ]),
  ['custom:flag', 'yes', 'The value of a Boolean attribute must be true or false'],
  ['email_verified', '1', 'The value of a Boolean attribute must be true or false'],
  ['custom:since', 'yesterday', 'The value of a DateTime attribute must be a date'],
  ...['custom:no', 'text', 'username', 'sub', 'identities', 'cognito:groups', '__proto__', 'constructor', ''].map(
    (name): [string, string, string] => [name, 'x', unknown],
  ),
];

const invalid = (message: string) => ({ name: 'InvalidParameterException', message });
const prefix = 'Attributes did not conform to the schema: ';

describe('attribute values', () => {
  it('are refused in an answer that does not grow with what does not exist', () => {
    const list = Array.from({ length: 10_000 }, (_, index) => ({ Name: `custom:no${index}`, Value: 'x' }));
    assert.throws(
      () => readAttributes(pool, list),
      ({ message }: Error) => message.includes('custom:no0') && message.length < 5000,
    );
  });

  for (const [name, value, stored = value] of conforming)
    it(`${name} may be ${JSON.stringify(value.slice(0, 30))}`, () =>
      assert.deepEqual(readAttributes(pool, [{ Name: name, Value: value }]), { [name]: stored }));

  for (const [name, value, problem] of refused)
    it(`${name} may not be ${JSON.stringify(value.slice(0, 30))}`, () =>
      assert.throws(
        () => readAttributes(pool, [{ Name: name, Value: value }]),
        invalid(`${prefix}${name}: ${problem}\n`),
      ));

  it('every problem is named, each on a line', () =>
    assert.throws(
      () => readAttributes(pool, attributeList({ 'custom:no': '1', name: 'Jane', updated_at: '-1' })),
      invalid(`${prefix}custom:no: ${unknown}\nupdated_at: Value cannot be less than 0\n`),
    ));

  it('the last of two values counts, and a value that is missing takes the attribute away', () =>
    assert.deepEqual(
      readAttributes(pool, [{ Name: 'name', Value: 'a' }, { Name: 'name', Value: 'b' }, { Name: 'nickname' }]),
      { name: 'b', nickname: '' },
    ));

  it('addresses must look like some', () => {
    for (const email of ['jane', 'jane@', '@example.com', 'jane doe@example.com', 'a@b@c', `${'x'.repeat(2047)}@e`]) {
      assert.equal(isEmail(email), false, email);
      assert.throws(() => readAttributes(pool, attributeList({ email })));
    }
    for (const phone_number of ['4255550100', '+0255550100', '+1425', '+1 425 555 0100', '+1234567890123456', '+']) {
      assert.equal(isPhoneNumber(phone_number), false, phone_number);
      const message = 'Invalid phone number format.';
      assert.throws(() => readAttributes(pool, attributeList({ phone_number })), invalid(message));
    }
    assert.throws(
      () => readAttributes(pool, attributeList({ email: 'jane' })),
      invalid('Invalid email address format.'),
    );
    for (const email of ['a@b', 'jürgen+tag@exämple.de', 'a.b@c.d']) assert.equal(isEmail(email), true, email);
    for (const phone of ['+12345', '+123456789012345']) assert.equal(isPhoneNumber(phone), true, phone);
  });

  it('what is required must be there, and stay', () => {
    const message = `${prefix}email: The attribute is required\n`;
    assert.deepEqual(missingAttributes(pool, { name: 'Jane' }), ['email']);
    assert.throws(() => requireAttributes(pool, { name: 'Jane' }), invalid(message));
    assert.throws(() => requireAttributes(pool, { email: '' }), invalid(message));
    requireAttributes(pool, { email: 'a@b' });
    assert.throws(() => forbidRemovalOfRequired(pool, { email: '', name: '' }), invalid(message));
    forbidRemovalOfRequired(pool, { email: 'a@b', name: '' });
  });

  it('what is immutable is not changed', () => {
    const message = 'user.custom:fixed: Attribute cannot be updated.';
    assert.throws(() => forbidImmutable(pool, { name: 'a', 'custom:fixed': 'b' }), invalid(message));
    assert.throws(() => forbidImmutable(pool, { 'custom:fixed': '' }), invalid(message));
    forbidImmutable(pool, { name: 'a', 'custom:text': 'ab' });
  });

  it('changes are laid over what is there, and empty ones take away', () =>
    assert.deepEqual(mergeAttributes({ name: 'a', email: 'a@b' }, { name: '', nickname: 'c', profile: '' }), {
      email: 'a@b',
      nickname: 'c',
    }));

  const names = fc.oneof(
    fc.constantFrom(...SchemaAttributes.map(({ Name = '' }) => Name), '__proto__', 'toString', 'hasOwnProperty'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const values = fc.oneof(
    fc.constantFrom('', 'true', 'FALSE', '+14255550100', 'a@b', '2000-01-01', '5', '-0', '\0', '\ud800'),
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.date({ noInvalidDate: false }).map(String),
    fc.double().map(String),
  );
  const lists = fc.array(fc.record({ Name: names, Value: values }, { requiredKeys: [] }), { maxLength: 5 });

  it('any list at all is read or refused, and what was read is read again as it is', () =>
    fc.assert(
      fc.property(lists, list => {
        try {
          const attributes = readAttributes(pool, list as AttributeType[]);
          assert.deepEqual(new Set(Object.keys(attributes)), new Set(list.map(({ Name = '' }) => Name)));
          assert.deepEqual(readAttributes(pool, attributeList(attributes)), attributes);
        } catch (error) {
          assert.ok(error instanceof AwsError, String(error));
          assert.equal(error.name, 'InvalidParameterException');
        }
      }),
      { numRuns: 2000 },
    ));
});
