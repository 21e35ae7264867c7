/** The schema of a pool: standard attributes and how CreateUserPool bends them, custom ones and how they are stored. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { addCustomAttributes, initialSchema } from '../../../src/user-pools/attributes/schema.ts';

const namesOf = (schema: readonly SchemaAttributeType[]) => schema.map(({ Name }) => Name);
const find = (schema: readonly SchemaAttributeType[], name: string) => schema.find(({ Name }) => Name === name);

// In the order of the API reference's sample; Cognito's newer pools have identities besides.
const standard =
  'sub name given_name family_name middle_name nickname preferred_username profile picture website email email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at identities';

describe('schemas', () => {
  it('a pool that asks for nothing has the standard attributes', () => {
    const schema = initialSchema();
    assert.deepEqual(namesOf(schema), standard.split(' '));
    const base = { DeveloperOnlyAttribute: false, Mutable: true, Required: false };
    const text = { ...base, AttributeDataType: 'String' };
    const StringAttributeConstraints = { MinLength: '0', MaxLength: '2048' };
    const special: Record<string, object> = {
      sub: {
        ...text,
        Mutable: false,
        Required: true,
        StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' },
      },
      email_verified: { ...base, AttributeDataType: 'Boolean' },
      phone_number_verified: { ...base, AttributeDataType: 'Boolean' },
      birthdate: { ...text, StringAttributeConstraints: { MinLength: '10', MaxLength: '10' } },
      updated_at: { ...base, AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '0' } },
      identities: { ...text, StringAttributeConstraints: {} },
    };
    for (const { Name = '', ...rest } of schema)
      assert.deepEqual(rest, special[Name] ?? { ...text, StringAttributeConstraints }, Name);
  });

  it('standard attributes can be required, immutable and constrained, and keep their place', () => {
    const schema = initialSchema([
      { Name: 'email', Required: true },
      { Name: 'name', Mutable: false, AttributeDataType: 'String' },
      { Name: 'updated_at', NumberAttributeConstraints: { MinValue: '1', MaxValue: '9' } },
      { Name: 'gender', StringAttributeConstraints: { MaxLength: '1' } },
    ]);
    assert.deepEqual(namesOf(schema), standard.split(' '));
    assert.deepEqual([find(schema, 'email')?.Required, find(schema, 'email')?.Mutable], [true, true]);
    assert.deepEqual([find(schema, 'name')?.Required, find(schema, 'name')?.Mutable], [false, false]);
    assert.deepEqual(find(schema, 'updated_at')?.NumberAttributeConstraints, { MinValue: '1', MaxValue: '9' });
    assert.deepEqual(find(schema, 'gender')?.StringAttributeConstraints, { MaxLength: '1' });
  });

  it('sub is what it is', () => {
    const sub = find(initialSchema([{ Name: 'sub', Required: false, Mutable: true }]), 'sub');
    assert.deepEqual([sub?.Required, sub?.Mutable], [true, false]);
  });

  it('custom attributes get their prefix and only the constraints of their type', () => {
    const both = { StringAttributeConstraints: { MaxLength: '9' }, NumberAttributeConstraints: { MaxValue: '9' } };
    const [text, number, flag, dev] = addCustomAttributes(
      [],
      [
        { Name: 'a', AttributeDataType: 'String', ...both },
        { Name: 'b', AttributeDataType: 'Number', ...both },
        { Name: 'c', AttributeDataType: 'Boolean', Mutable: true, ...both },
        { Name: 'd', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
      ],
    );
    const custom = { DeveloperOnlyAttribute: false, Mutable: false, Required: false };
    const { StringAttributeConstraints, NumberAttributeConstraints } = both;
    assert.deepEqual(text, {
      Name: 'custom:a',
      AttributeDataType: 'String',
      ...custom,
      StringAttributeConstraints,
    });
    assert.deepEqual(number, {
      Name: 'custom:b',
      AttributeDataType: 'Number',
      ...custom,
      NumberAttributeConstraints,
    });
    assert.deepEqual(flag, { Name: 'custom:c', AttributeDataType: 'Boolean', ...custom, Mutable: true });
    assert.equal(dev?.Name, 'dev:custom:d');
    assert.deepEqual(dev?.StringAttributeConstraints, {}, 'a string without constraints has none');
  });

  it('a custom attribute may be called like a standard one, and the schema given is not touched', () => {
    const schema = initialSchema();
    const more = addCustomAttributes(schema, [{ Name: 'custom:email', AttributeDataType: 'String' }]);
    assert.equal(schema.length, 21);
    assert.deepEqual(namesOf(more).slice(21), ['custom:custom:email']);
  });
});
